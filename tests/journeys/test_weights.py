"""What pages with the demo's content weigh in a browser that has never been here , against `tests/look/weights.py`."""

import pytest

from tests.journeys import steps
from tests.look.weights import LEARN, LISTEN, READ, Budget, weigh

pytestmark = [pytest.mark.browser]

COURSE = "/courses/python-concurrency/"
FOR_ALL = ["/", "/tracks/technology/", "/search/?q=lock", COURSE, f"{COURSE}glossary/"]
LESSONS = [f"{steps.LESSON}?tier=detailed", f"{steps.LESSON}recall/"]
TO_HEAR = f"{steps.LESSON}listen/"


@pytest.mark.parametrize(("address", "budget"), [(TO_HEAR, LISTEN), *((one, READ) for one in [*FOR_ALL, *LESSONS])])
def test_a_page_for_visitors_is_light(site, open_browser, address, budget: Budget):
    weight = weigh(open_browser(), site.url + address)
    assert weight.over(budget) == [], weight


@pytest.mark.parametrize(
    ("address", "budget"), [("/learn/", LEARN), (TO_HEAR, LISTEN), *((one, READ) for one in [*FOR_ALL, *LESSONS])]
)
def test_a_page_for_the_enrolled_is_light(site, open_browser, enrolled_state, address, budget: Budget):
    weight = weigh(open_browser(storage_state=enrolled_state), site.url + address)
    assert weight.over(budget) == [], weight

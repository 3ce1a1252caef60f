"""What pages with the demo's content weigh in a browser that has never been here , against `tests/look/weights.py`."""

import pytest

from tests.journeys import papers, steps
from tests.look.weights import LEARN, LISTEN, PRACTICE, READ, RESULT, SIT, Budget, weigh

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


@pytest.mark.parametrize("begin", [papers.begin_test, papers.begin_practice])
def test_a_test_being_sat_is_light(site, open_browser, enrolled_state, begin):
    weight = weigh(open_browser(storage_state=enrolled_state), site.url + begin(site))
    budget = SIT if begin is papers.begin_test else PRACTICE
    assert weight.over(budget) == [], weight


# --- Tests and their results ----------------------------------------------------------------------------------------

TAKEN = """
from accounts.models import User
from courses.models import Course
from quizzes import scoring, sitting
from tests.journeys import papers
course = Course.objects.get(slug="python-concurrency")
lesson = course.lessons.get(slug="threads-or-processes")
test = papers.mock_test(course, lesson=lesson, slug="weighed")
learner = User.objects.get(email="{email}")
attempt = sitting.start(learner, test)
sitting.submit(attempt)
scoring.score(attempt.pk)
print(attempt.pk)
"""


@pytest.fixture(scope="session")
def taken(site, enrolled_state) -> str:
    """A mock test of the lesson, taken by the demo's learner: the attempt's id."""
    return site.run(TAKEN.format(email=site.sign_in("learner")[0]))


@pytest.mark.parametrize("address", ["/attempts/{pk}/result/", f"{COURSE}tests/weighed/", f"{steps.LESSON}test/"])
def test_a_page_about_tests_is_light(site, open_browser, enrolled_state, taken, address):
    weight = weigh(open_browser(storage_state=enrolled_state), site.url + address.format(pk=taken))
    assert weight.over(RESULT) == [], weight

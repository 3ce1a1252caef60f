import pytest
from rest_framework.test import APIClient

from tests import factories

pytestmark = pytest.mark.django_db
OPEN = "/api/v1/tracks/"


@pytest.fixture(autouse=True)
def _few(settings):
    rates = {"visitor": "3/min", "person": "4/min", "write": "2/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}


def statuses(client, times, **headers):
    return [client.get(OPEN, **headers).status_code for _time in range(times)]


def test_visitors_are_counted_by_address(client):
    assert statuses(client, 4) == [200, 200, 200, 429]
    assert statuses(client, 1, REMOTE_ADDR="10.0.0.9") == [200]


def test_a_refusal_says_when_to_come_back(client):
    statuses(client, 3)
    answer = client.get(OPEN)
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_an_address_that_a_visitor_makes_up_counts_for_nothing(client):
    for number in range(3):
        statuses(client, 1, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert statuses(client, 1, HTTP_X_FORWARDED_FOR="10.0.0.77") == [429]


def test_behind_a_proxy_its_word_counts_and_nobody_else_s(client, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    for number in range(3):
        statuses(client, 1, HTTP_X_FORWARDED_FOR=f"9.9.9.{number}, 10.0.0.1")
    assert statuses(client, 1, HTTP_X_FORWARDED_FOR="9.9.9.77, 10.0.0.1") == [429]
    assert statuses(client, 1, HTTP_X_FORWARDED_FOR="9.9.9.77, 10.0.0.2") == [200]


def test_people_are_counted_each_for_themselves(client):
    one, two = APIClient(), APIClient()
    one.force_login(factories.UserFactory())
    two.force_login(factories.UserFactory())
    statuses(client, 3)
    assert statuses(one, 5) == [200, 200, 200, 200, 429]
    assert statuses(two, 1) == [200]


def test_writing_is_counted_once_more():
    one = APIClient()
    one.force_login(factories.UserFactory())
    answers = [one.patch("/api/v1/me/", {"tier": "basic"}).status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    assert statuses(one, 1) == [200]

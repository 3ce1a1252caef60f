"""A test can be sat without script: every button of the form saves first, then goes."""

import pytest

from quizzes import sitting
from quizzes.models import Answer
from tests.quizzes.pages.steps import page_of
from tests.quizzes.samples import SAMPLES

FINISH = "/attempts/{}/finish/"


def answer_of(attempt, number=1):
    return Answer.objects.get(attempt=attempt, slot=number)


def fields_for(kind, value):
    if kind in ("matching", "cloze"):
        return {f"value-{name}": one for name, one in value.items()}
    if kind == "ordering":
        return {f"value-{name}": place for place, name in enumerate(value, start=1)}
    return {"value": value}


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_answer_of_every_kind_is_kept(sit, client, kind):
    attempt, value = sit(kind, "short"), SAMPLES[kind].right
    reply = client.post(page_of(attempt), fields_for(kind, value) | {"go": "2"})
    assert (reply.status_code, reply["Location"]) == (303, page_of(attempt, 2))
    assert answer_of(attempt).value == value


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_answer_of_every_kind_can_be_left_blank(sit, client, kind):
    attempt = sit(kind, "short")
    client.post(page_of(attempt), {"value": "", "go": "2"})
    assert not Answer.objects.filter(attempt=attempt).exclude(value=None).exists()
    client.post(page_of(attempt), fields_for(kind, SAMPLES[kind].right))
    client.post(page_of(attempt), {"value": ""})
    assert answer_of(attempt).value is None


def test_buttons_lead_where_they_say(sit, client):
    attempt = sit("short", "short")
    assert client.post(page_of(attempt, 2), {"go": "1"})["Location"] == page_of(attempt, 1)
    assert client.post(page_of(attempt, 2), {"go": "finish"})["Location"] == FINISH.format(attempt.pk)
    for nonsense in ("", "nowhere", "-1", "9" * 400):
        assert client.post(page_of(attempt, 2), {"go": nonsense})["Location"] == page_of(attempt, 2)


def test_a_flag_is_set_and_taken_off_and_the_answer_goes_along(sit, client):
    attempt = sit("short")
    client.post(page_of(attempt), {"value": "mitosis", "flag": "1"})
    assert (answer_of(attempt).is_flagged, answer_of(attempt).value) == (True, "mitosis")
    client.post(page_of(attempt), {"value": "mitosis", "go": "1"})
    assert answer_of(attempt).is_flagged
    client.post(page_of(attempt), {"value": "mitosis", "flag": "0"})
    assert not answer_of(attempt).is_flagged


def test_a_choice_can_be_taken_back(sit, client):
    attempt = sit("single")
    client.post(page_of(attempt), {"value": SAMPLES["single"].right})
    client.post(page_of(attempt), {"value": SAMPLES["single"].right, "clear": "1"})
    assert answer_of(attempt).value is None


def test_going_on_without_a_change_writes_nothing(sit, client):
    attempt = sit("short", "short")
    client.post(page_of(attempt), {"value": "mitosis", "go": "2"})
    client.post(page_of(attempt), {"value": "mitosis", "go": "2"})
    assert answer_of(attempt).rev == 1


def test_an_answer_that_cannot_be_read_is_told_once_before_one_goes_on(sit, client):
    attempt = sit("numeric", "short")
    sent = {"value": "9,81 m/s", "go": "2"}
    assert client.post(page_of(attempt), sent)["Location"] == page_of(attempt)
    assert client.post(page_of(attempt), sent)["Location"] == page_of(attempt, 2)
    assert answer_of(attempt).value == "9,81 m/s"


def test_two_items_in_the_same_place_are_told(sit, client):
    attempt = sit("ordering", "short")
    first, second, third = SAMPLES["ordering"].right
    sent = {f"value-{first}": "1", f"value-{second}": "1", f"value-{third}": "2", "go": "2"}
    reply = client.post(page_of(attempt), sent, follow=True)
    assert reply.redirect_chain == [(page_of(attempt), 303)]
    assert "Two items had the same place" in reply.content.decode()


def test_what_comes_after_the_end_leads_to_the_result(sit, client):
    attempt = sit("short")
    sitting.submit(attempt)
    reply = client.post(page_of(attempt), {"value": "mitosis", "go": "finish"})
    assert reply["Location"] == f"/attempts/{attempt.pk}/result/"
    assert not Answer.objects.filter(attempt=attempt, value="mitosis").exists()


@pytest.mark.parametrize("value", ["x" * 200_000, "\x00", "{}", "[[[[[["])
def test_hostile_answers_end_no_page(sit, client, value):
    attempt = sit("short")
    assert client.post(page_of(attempt), {"value": value, "go": "1"}).status_code == 303
    assert client.get(page_of(attempt)).status_code == 200


def test_an_adaptive_test_goes_forward_only(cast, client):
    from tests import factories

    questions = [factories.question(cast.course, "short") for _number in range(15)]
    test = factories.mock_test(cast.course, questions, way="adaptive")
    attempt = factories.open_attempt(cast.enrolled, test)
    client.force_login(cast.enrolled)
    reply = client.post(page_of(attempt), {"value": "mitosis", "go": "next"})
    assert reply["Location"] == page_of(attempt, 2)
    assert client.get(page_of(attempt, 1))["Location"] == page_of(attempt, 2)
    client.post(page_of(attempt, 1), {"value": "meiosis", "go": "next"})
    assert answer_of(attempt).value == "mitosis"
    assert "Previous" not in client.get(page_of(attempt, 2)).content.decode()

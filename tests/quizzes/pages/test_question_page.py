"""The page of one question, as everybody gets it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes import scoring, sitting
from quizzes.models import Attempt, Question, QuestionVersion
from tests import factories
from tests.quizzes.pages.steps import page_of
from tests.quizzes.samples import SAMPLES, SECRET

KINDS = list(SAMPLES)
MOST_QUERIES = 8


def test_a_question_is_asked_with_its_place_in_the_test(sit, client):
    attempt = sit("single", "short")
    html = client.get(page_of(attempt, 2)).content.decode()
    assert "<h1" in html
    assert "Question 2 of 2" in html
    assert "What holds?" in html


@pytest.mark.parametrize("kind", KINDS)
def test_an_open_test_says_nothing_of_keys_and_explanations(sit, client, kind):
    sample = SAMPLES[kind]
    attempt = sit(kind)
    sitting.save(attempt.pk, attempt.learner, [sitting.Item(slot=1, rev=1, value=sample.wrong)])
    for address in (page_of(attempt), f"/attempts/{attempt.pk}/paper/", f"/attempts/{attempt.pk}/finish/"):
        reply = client.get(address)
        assert reply.status_code == 200
        html = reply.content.decode()
        # What learners wrote themselves they may see.
        secrets = [SECRET, *(one for one in sample.secrets if one not in str(sample.wrong))]
        assert [secret for secret in secrets if secret in html] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_answered_is_shown_again(sit, client, kind):
    sample = SAMPLES[kind]
    attempt = sit(kind)
    sitting.save(attempt.pk, attempt.learner, [sitting.Item(slot=1, rev=1, value=sample.wrong)])
    assert client.get(page_of(attempt)).context["one"].q.is_answered
    client.post(page_of(attempt), shown(client.get(page_of(attempt)).context["one"].q))
    assert attempt.answers.get(slot=1).value == sample.wrong


def shown(q):
    """What a browser would send of the fields as they stand."""
    if q.options and q.kind != "ordering":
        return {"value": [one.id for one in q.options if one.is_chosen]}
    if q.kind == "ordering":
        return {f"value-{one.id}": one.number for one in q.options}
    if q.rows:
        return {f"value-{row.item.id}": row.chosen for row in q.rows}
    if q.pieces:
        return {f"value-{piece.gap.id}": piece.gap.value for piece in q.pieces if piece.gap}
    return {"value": q.text}


def test_options_stand_in_the_order_of_the_attempt(sit, client):
    attempt = sit("single")
    form = attempt.form
    form["slots"][0]["order"] = form["slots"][0]["order"][::-1]
    Attempt.objects.filter(pk=attempt.pk).update(form=form)
    options = client.get(page_of(attempt)).context["one"].q.options
    assert [one.text for one in options] == ["A timer", "An event", "A queue", "A lock"]
    assert [one.letter for one in options] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("count", [2, 40])
def test_a_question_costs_few_queries_however_long_the_test(sit, client, count):
    attempt = sit(*["single"] * count)
    client.get(page_of(attempt))
    for address in (page_of(attempt, 2), f"/attempts/{attempt.pk}/paper/", f"/attempts/{attempt.pk}/finish/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]


def test_a_question_can_be_heard_and_that_costs_no_query_for_each(sit, client, cast):
    attempt = sit(*["single"] * 6)
    audio = factories.ready_audio(cast.lesson)
    for line in attempt.form["slots"]:
        QuestionVersion.objects.filter(pk=line["version"]).update(audio=audio.asset)
    Question.objects.filter(course=cast.course).update(lesson=cast.lesson)
    html = client.get(page_of(attempt)).content.decode()
    assert "<audio" in html
    assert 'src="/audio/' in html
    with CaptureQueriesContext(connection) as queries:
        html = client.get(f"/attempts/{attempt.pk}/paper/").content.decode()
    assert html.count("<audio") == 6
    assert len(queries) <= MOST_QUERIES + 3


def test_the_palette_says_what_is_answered_and_flagged(sit, client):
    attempt = sit("single", "short", "short")
    items = [sitting.Item(slot=1, rev=1, value=SAMPLES["single"].right), sitting.Item(slot=3, rev=1, is_flagged=True)]
    sitting.save(attempt.pk, attempt.learner, items)
    html = client.get(page_of(attempt, 2)).content.decode()
    assert 'aria-label="Question 1, answered"' in html
    assert 'aria-label="Question 2, not answered"' in html
    assert 'aria-label="Question 3, not answered, flagged"' in html


def test_an_answer_that_cannot_be_read_is_told_at_its_field_and_at_the_end(sit, client):
    attempt = sit("numeric")
    sitting.save(attempt.pk, attempt.learner, [sitting.Item(slot=1, rev=1, value="9,81 m/s")])
    sentence = client.get(page_of(attempt)).context["one"].q.unreadable
    assert "9.81" in sentence
    html = client.get(page_of(attempt)).content.decode()
    assert 'aria-invalid="true"' in html
    assert 'value="9,81 m/s"' in html
    assert client.get(f"/attempts/{attempt.pk}/finish/").context["summary"].unreadable == [(1, sentence)]


@pytest.mark.parametrize(
    ("who", "status"), [("enrolled", 200), ("other", 404), ("instructor", 404), ("superuser", 404)]
)
@pytest.mark.parametrize("place", ["q/1/", "paper/", "finish/"])
def test_an_open_test_is_seen_by_its_learner_alone(sit, client, cast, place, who, status):
    attempt = sit("single")
    client.force_login(cast[who])
    assert client.get(f"/attempts/{attempt.pk}/{place}").status_code == status


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_question_that_the_test_does_not_have_is_not_found(sit, client, number):
    assert client.get(page_of(sit("single", "short"), number)).status_code == 404


@pytest.mark.parametrize("place", ["q/1/", "finish/"])
def test_a_closed_test_leads_to_its_result(sit, client, place):
    attempt = sit("single")
    sitting.submit(attempt)
    reply = client.get(f"/attempts/{attempt.pk}/{place}")
    assert (reply.status_code, reply["Location"]) == (302, f"/attempts/{attempt.pk}/result/")


def test_submitting_twice_closes_once(sit, client):
    attempt = sit("single")
    for _again in range(2):
        reply = client.post(f"/attempts/{attempt.pk}/submission/")
        assert reply["Location"] == f"/attempts/{attempt.pk}/result/"
    assert attempt.events.filter(what="submitted").count() == 1


def test_levels_of_certainty_are_offered_where_the_test_asks_for_them(sit, client):
    assert "How sure are you?" not in client.get(page_of(sit("single"))).content.decode()
    attempt = sit("single", with_certainty=True)
    client.post(page_of(attempt), {"value": SAMPLES["single"].right, "certainty": "2"})
    assert attempt.answers.get(slot=1).certainty == 2
    assert client.get(page_of(attempt)).context["one"].q.certainty == 2


def test_a_preview_says_that_it_counts_nothing(cast, client):
    test = factories.mock_test(cast.course, [factories.question(cast.course)])
    attempt = sitting.start(cast.instructor, test, preview=True)
    client.force_login(cast.instructor)
    assert "This is a preview" in client.get(page_of(attempt)).content.decode()


def test_a_test_without_a_limit_has_no_clock(sit, client):
    assert 'id="clock"' not in client.get(page_of(sit("single"))).content.decode()
    assert 'id="clock"' in client.get(page_of(sit("single", minutes=20))).content.decode()


def test_a_practice_question_that_was_checked_shows_what_was_said_of_it(cast, client):
    factories.question(cast.course, lesson=cast.lesson)
    attempt = sitting.practise(cast.enrolled, cast.lesson)
    client.force_login(cast.enrolled)
    reply = client.get(page_of(attempt))
    assert 'id="practice"' in reply.content.decode()
    sitting.save(attempt.pk, cast.enrolled, [sitting.Item(slot=1, rev=1, value=SAMPLES["single"].right)])
    scoring.judge(attempt.answers.get(slot=1))
    reply = client.get(page_of(attempt))
    assert (reply.status_code, reply["Location"]) == (302, f"/attempts/{attempt.pk}/q/1/check/")


def test_sections_are_named_where_there_are_several(sit, client):
    attempt = sit("single", "short")
    form = attempt.form | {"sections": ["Locks", "Queues"]}
    form["slots"][1]["section"] = 1
    Attempt.objects.filter(pk=attempt.pk).update(form=form)
    html = client.get(page_of(attempt, 2)).content.decode()
    assert html.count("Queues") == 2  # above the question and in the palette

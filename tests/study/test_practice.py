"""Practice: judged at once, with the way to what one did not know."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes import scoring, sitting
from quizzes.models import Answer, Attempt
from tests import factories
from tests.quizzes.samples import SAMPLES, SECRET
from tests.study.conftest import kinds_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
MOST_QUERIES = 20  # of which saving and judging take nine, and two more for an answer nobody gave before


@pytest.fixture
def practice(cast, client):
    """A round with the questions of these kinds, and its learner signed in."""

    def begin(*kinds) -> Attempt:
        made = [factories.question(cast.course, kind, lesson=cast.lesson) for kind in kinds]
        client.force_login(cast.enrolled)
        return sitting.practise(cast.enrolled, cast.lesson, only=[one.pk for one in made])

    return begin


def check(client, attempt, n, value, **headers):
    sent = value if isinstance(value, dict) else {"value": value}
    return client.post(f"/attempts/{attempt.pk}/q/{n}/check/", sent, headers=headers)


@pytest.mark.parametrize("kind", ["single", "truefalse", "multiple", "numeric", "short", "formula"])
@pytest.mark.parametrize(("given", "verdict"), [("right", "Right"), ("wrong", "Wrong")])
def test_an_answer_is_judged_at_once_and_explained(client, practice, kind, given, verdict):
    attempt = practice(kind)
    response = check(client, attempt, 1, getattr(SAMPLES[kind], given), **HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert f"<strong>{verdict}</strong>" in text
    assert f"{SECRET} explained." in text
    assert text.strip().startswith('<section class="question judged" id="practice"')


def test_without_script_the_judgement_has_a_page_of_its_own(client, practice):
    attempt = practice("short")
    response = check(client, attempt, 1, "meiosis")
    assert response.status_code == 303
    text = client.get(response["Location"]).content.decode()
    assert "<html" in text
    assert "mitosis" in text
    assert client.get(f"/attempts/{attempt.pk}/q/1/")["Location"].endswith("/q/1/check/")


def test_before_it_is_judged_the_page_leads_back_to_the_question(client, practice):
    attempt = practice("short")
    assert client.get(f"/attempts/{attempt.pk}/q/1/check/")["Location"].endswith("/q/1/")


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("numeric", "9,81", "9.81"),
        ("formula", "x+", "stops too early"),
        ("short", "", "Answer first"),
        ("single", "z", ""),
    ],
)
def test_what_cannot_be_read_comes_back_unjudged(client, practice, kind, value, words):
    attempt = practice(kind)
    response = check(client, attempt, 1, value, **HTMX)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    assert SECRET not in text
    assert not Answer.objects.filter(attempt=attempt, graded__isnull=False).exists()
    assert check(client, attempt, 1, SAMPLES[kind].right, **HTMX).status_code == 200


def test_an_answer_is_judged_once(client, practice):
    attempt = practice("short")
    check(client, attempt, 1, "meiosis", **HTMX)
    text = check(client, attempt, 1, "mitosis", **HTMX).content.decode()
    assert "<strong>Wrong</strong>" in text
    assert Answer.objects.get(attempt=attempt).value == "meiosis"


def test_a_question_of_an_open_mock_test_is_never_judged(client, cast, mock_test):
    attempt = factories.open_attempt(cast.enrolled, mock_test)
    client.force_login(cast.enrolled)
    assert check(client, attempt, 1, "x").status_code == 404
    assert not Answer.objects.filter(attempt=attempt, graded__isnull=False).exists()


def test_what_an_open_mock_test_asks_too_is_judged_but_not_told(client, cast, practice):
    attempt = practice("short")
    question = cast.course.questions.get()
    factories.open_attempt(cast.enrolled, factories.mock_test(cast.course, [question]))
    text = check(client, attempt, 1, "wrong", **HTMX).content.decode()
    assert "finish that first" in text
    assert "mitosis" not in text
    assert SECRET not in text


def test_after_the_last_one_comes_the_summary_and_then_the_mistakes_again(client, cast, practice):
    attempt = practice("short", "single", "numeric")
    for slot, kind in kinds_of(attempt).items():
        value = SAMPLES[kind].right if kind == "single" else SAMPLES[kind].wrong
        text = check(client, attempt, slot, value, **HTMX).content.decode()
    assert "See how it went" in text
    client.post(f"/attempts/{attempt.pk}/submission/")
    scoring.score(attempt.pk)
    text = client.get(f"/attempts/{attempt.pk}/result/").content.decode()
    assert "1 of 3 right" in text
    assert "Practise the 2 mistakes again" in text
    only = [row.version.question_id for row in attempt.answers.all() if row.graded and row.graded.state != "right"]
    client.post(f"/courses/{cast.course.slug}/{cast.lesson.slug}/practice/", {"only": only})
    again = Attempt.objects.open().get(purpose="practice")
    assert {slot["question"] for slot in again.form["slots"]} == set(only)


def test_others_judge_nothing(client, cast, practice):
    attempt = practice("short")
    client.force_login(cast.other)
    assert check(client, attempt, 1, "mitosis").status_code == 404


def test_checking_takes_few_queries_whatever_the_round(client, practice):
    attempt = practice(*[kind for kind in SAMPLES if kind not in ("essay", "cloze", "matching", "ordering")] * 3)
    kinds = kinds_of(attempt)
    check(client, attempt, 2, SAMPLES[kinds[2]].wrong, **HTMX)
    kind = kinds[1]
    with CaptureQueriesContext(connection) as queries:
        assert check(client, attempt, 1, SAMPLES[kind].wrong, **HTMX).status_code == 200
    asked = [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_QUERIES, [sql[:100] for sql in asked]

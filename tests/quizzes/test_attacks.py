"""What people and programs do to a test that nobody meant: no page of it is ever an error of ours."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from courses.models import Course, Lesson
from enrollment import seats
from flashcards.models import OwnCard
from lessons.models import Concept
from quizzes import bank, closing, ledger, scoring, sitting, sweeping
from quizzes.models import Accommodation, Answer, Attempt, GradedAnswer, MockTest, ProblemReport, Question
from tests import factories
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db
KINDS = list(SAMPLES)
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture
def questions(cast):
    own = {"lesson": cast.lesson, "concept": cast.lesson.concepts.first()}
    return [factories.question(cast.course, kind, **own) for kind in KINDS]


@pytest.fixture
def test(cast, questions):
    return factories.mock_test(cast.course, questions, shuffle_questions=False, minutes=30)


@pytest.fixture
def attempt(cast, test):
    return sitting.start(cast.enrolled, test)


@pytest.fixture
def client(cast):
    client = Client()
    client.force_login(cast.enrolled)
    return client


def answers(attempt, client, body, verb="post"):
    address = reverse("quizzes:answers", args=[attempt.pk])
    body = body if isinstance(body, str) else json.dumps(body)
    return client.generic(verb.upper(), address, body, content_type="application/json")


def one(**fields):
    return {"tab": "t", "answers": [{"slot": 1, "rev": 1, "value": "x"} | fields]}


BODIES = {
    "deep": DEEP,
    "deep value": f'{{"answers":[{{"slot":1,"rev":1,"value":{DEEP}}}]}}',
    "not json": "{",
    "empty": "",
    "null": "null",
    "number": "7",
    "list": "[]",
    "text": '"x"',
    "nan": '{"answers":[{"slot":1,"rev":1,"value":NaN}]}',
    "infinity": '{"answers":[{"slot":1,"rev":1,"value":-Infinity}]}',
    "1e999": '{"answers":[{"slot":1,"rev":1,"value":1e999}]}',
    "rev nan": '{"answers":[{"slot":1,"rev":NaN,"value":1}]}',
    "huge int": f'{{"answers":[{{"slot":1,"rev":1,"value":{"9" * 5000}}}]}}',
    "huge rev": f'{{"answers":[{{"slot":1,"rev":{"9" * 5000},"value":"x"}}]}}',
    "rev 2**63": one(rev=2**63),
    "rev 2**31": one(rev=2**31),
    "rev 0": one(rev=0),
    "rev true": one(rev=True),
    "rev text": one(rev="a"),
    "rev list": one(rev=[1]),
    "rev float": one(rev=1.5),
    "rev null": one(rev=None),
    "slot -1": one(slot=-1),
    "slot 0": one(slot=0),
    "slot 2**63": one(slot=2**63),
    "slot map": one(slot={}),
    "slot 11": one(slot=11),
    "certainty 9": one(certainty=9),
    "certainty text": one(certainty="sure"),
    "flagged 7": one(flagged=7),
    "flagged list": one(flagged=[]),
    "flagged null": one(flagged=None),
    "seconds -1": one(seconds=-1),
    "seconds 2**40": one(seconds=2**40),
    "answers map": {"answers": {"1": 1}},
    "answers null": {"answers": None},
    "answers text": {"answers": "x"},
    "items not maps": {"answers": [1, None, "x", []]},
    "no answers": {"tab": "t"},
    "tab list": {"tab": [], "answers": []},
    "tab nul": {"tab": "\0", "answers": []},
    "tab null": {"tab": None, "answers": []},
    "tab long": {"tab": "x" * 41, "answers": []},
    "tab number": {"tab": 1, "answers": []},
    "10,000 items": {"answers": [{"slot": n % 10 + 1, "rev": n + 1, "value": "x"} for n in range(10_000)]},
    "doubled slots": {"answers": [{"slot": 1, "rev": n, "value": "x"} for n in (3, 1, 2, 3)]},
    "surrogate": '{"answers":[{"slot":1,"rev":1,"value":"\\ud800"}]}',
    "surrogate key": '{"answers":[{"slot":7,"rev":1,"value":{"\\ud800":"x"}}]}',
    "surrogate tab": '{"tab":"\\ud800","answers":[]}',
    "latin": b"\xff\xfe".decode("latin-1"),
    "extra": one(attempt="x", learner=1, graded=1, marked_ppm=10**6, weight_ppm=10**9),
    "doubled keys": '{"answers":[{"slot":1,"slot":2,"rev":1,"rev":2,"value":"x"}],"answers":[]}',
}
VALUES = [
    *("x" * 102_401, "\0", 10**19, 1e300, True, 0, 0.5, [], {}, [[]], [{}], {"a": {}}, {"a": ["b"]}, [None]),
    *(["x"] * 2_001, ["x"] * 2_000, {str(n): "x" for n in range(2_000)}, {"": ""}, {"1": None}, ["true", "false"]),
    *("m**9**9**9", "(" * 50_000, "9" * 50_000, "1e99999", "nan", "inf", "∞", "𝟗", "٣", "½", "1/0", "0^0", "\u202e"),
    *("1" + " " * 90_000 + "x", "sqrt(" * 200, "-" * 10_000 + "x", "x^" * 5_000 + "x", "e" * 2_000, "a̸" * 20_000),
]


def test_whatever_is_sent_is_answered_in_json(attempt, client):
    for name, body in BODIES.items():
        said = answers(attempt, client, body)
        assert said.status_code in (200, 400, 409, 413, 422), name
        assert said.json(), name
    kept = attempt.answers.values_list("slot", "rev", "value", "weight_ppm", "marked_ppm", "graded")
    assert list(kept) == [(1, 3, "x", 10**6, None, None)]


@pytest.mark.slow
def test_whatever_was_answered_the_test_goes_on_to_its_end(cast, test, client):
    """Every kind gets each of these values at once."""
    for value in VALUES:
        attempt = sitting.start(cast.enrolled, test)
        sent = [{"slot": slot, "rev": 1, "value": value} for slot in range(1, len(KINDS) + 1)]
        assert answers(attempt, client, {"answers": sent}).status_code in (200, 400, 413, 422)
        assert {client.get(page).status_code for page in pages(attempt)} == {200}
        closing.submit(attempt)
        assert scoring.score(attempt.pk)
        assert attempt.answers.filter(graded=None).count() == 0
        assert {client.get(page).status_code for page in results(attempt)} == {200}
    assert not ledger.check()


def pages(attempt):
    yield from (reverse(f"quizzes:{name}", args=[attempt.pk]) for name in ("finish", "paper", "state"))
    yield from (reverse("quizzes:question", args=[attempt.pk, slot]) for slot in (1, len(attempt.form["slots"])))
    yield f"/api/v1/attempts/{attempt.pk}/"


def results(attempt):
    yield reverse("study:result", args=[attempt.pk])
    yield f"/api/v1/attempts/{attempt.pk}/result/"


FORMS = [
    {"value": "\0"},
    {"value": ["a", "a", ""]},
    {"value": "x" * 200_000},
    {"value-1": "x", "value-": "y", "value-zz": "z"},
    {"value": "x", "go": "-1", "flag": "maybe", "certainty": "9"},
    {"value": "x", "go": "99999"},
    {"value": "x", "go": "٣"},
    {"go": "next", "clear": "1"},
]


def test_forms_of_other_kinds_end_no_page(attempt, client):
    for form in FORMS:
        for slot in range(1, len(KINDS) + 1):
            said = client.post(reverse("quizzes:question", args=[attempt.pk, slot]), form)
            assert said.status_code in (302, 303), (form, slot)


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET"])
def test_other_verbs_change_nothing(attempt, client, verb):
    before = list(Attempt.objects.values())
    for name in ("answers", "tab", "submission"):
        assert client.generic(verb, reverse(f"quizzes:{name}", args=[attempt.pk])).status_code == 405
    for path in ("answers/", "submission/", "next/", "flags/1/", "checks/1/"):
        if verb in ("DELETE", "PATCH", "TRACE"):
            assert client.generic(verb, f"/api/v1/attempts/{attempt.pk}/{path}").status_code == 405
    assert list(Attempt.objects.values()) == before


def test_two_devices_go_by_revision_and_two_tabs_by_turns(attempt, client):
    laptop, phone = one(value="a"), one(value="b", rev=2) | {"tab": "phone"}
    assert answers(attempt, client, laptop).status_code == 200
    assert answers(attempt, client, phone).status_code == 409
    assert (
        client.post(
            reverse("quizzes:tab", args=[attempt.pk]), json.dumps({"tab": "phone"}), content_type="application/json"
        ).json()["tab"]
        == "phone"
    )
    assert answers(attempt, client, phone).json()["accepted"] == {"1": 2}
    assert answers(attempt, client, laptop).status_code == 409
    assert attempt.answers.get(slot=1).value == "b"


def test_what_is_clicked_twice_happens_once(cast, test, client):
    start = reverse("quizzes:start", args=[cast.course.slug, test.slug])
    assert client.post(start)["Location"] == client.post(start)["Location"]
    attempt = Attempt.objects.get()
    for _click in range(2):
        assert client.post(reverse("quizzes:submission", args=[attempt.pk])).status_code == 302
    assert scoring.score(attempt.pk)
    for _click in range(2):
        assert client.post(reverse("study:card", args=[attempt.pk, 1])).status_code == 303
        problem = reverse("study:problem", args=[attempt.pk, 1])
        assert client.post(problem, {"text": "It is wrong."}).status_code == 303
    assert (OwnCard.objects.count(), ProblemReport.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    practice = reverse("quizzes:practice", args=[cast.course.slug, cast.lesson.slug])
    assert client.post(practice)["Location"] == client.post(practice)["Location"]
    round_ = Attempt.objects.get(purpose="practice")
    line = next(line for line in round_.form["slots"] if Question.objects.get(pk=line["question"]).kind == "truefalse")
    check = reverse("study:check", args=[round_.pk, line["slot"]])
    for value in ("true", "false"):
        assert client.post(check, {"value": value}).status_code in (200, 303)
    assert round_.answers.get(slot=line["slot"]).value == "true"


# --- The ground moves ---


def leave(cast, test):
    seats.leave(cast.enrolled, cast.course)


def unpublish_test(cast, test):
    MockTest.objects.update(published_at=None)


def unpublish_lesson(cast, test):
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_at=None)


def archive(cast, test):
    Course.objects.filter(pk=cast.course.pk).update(archived_at=now())


def retire(cast, test):
    bank.retire(cast.course, Question.objects.values_list("pk", flat=True))


def reword(cast, test):
    for question in Question.objects.filter(kind__in=["single", "cloze"]):
        draft = bank.draft_of(question)
        bank.revise(
            question, draft.__class__(**draft.__dict__ | {"stem": f"Other words. {draft.stem}"}), cast.instructor
        )


def empty(cast, test):
    test.sections.all().delete()


def drop_concept(cast, test):
    Concept.objects.all().delete()


def drop_chapter(cast, test):
    cast.lesson.chapter.delete()


def shorten(cast, test):
    MockTest.objects.update(closes_at=now() + timedelta(minutes=1), minutes=1)


def accommodate(cast, test):
    Accommodation.objects.create(course=cast.course, learner=cast.enrolled, extra_percent=100, reason="Glasses.")


def hide(cast, test):
    MockTest.objects.update(review={"after": ["response"], "closed": ["response"]})


def change_way(cast, test):
    MockTest.objects.update(way="adaptive", with_certainty=True, preset="jee", pass_percent=90)


MOVES = [leave, unpublish_test, unpublish_lesson, archive, retire, reword, empty, drop_concept, drop_chapter]
MOVES += [shorten, accommodate, hide, change_way]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
def test_an_attempt_that_has_begun_is_finished_as_it_began(cast, test, attempt, client, move):
    before = Attempt.objects.values("form", "deadline", "rules", "terms").get()
    assert answers(attempt, client, one(slot=2, value="true")).status_code == 200
    move(cast, test)
    assert Attempt.objects.values("form", "deadline", "rules", "terms").get() == before
    assert {client.get(page).status_code for page in pages(attempt)} == {200}
    assert answers(attempt, client, one(slot=1, value=SAMPLES["single"].right)).json()["accepted"] == {"1": 1}
    assert client.post(reverse("quizzes:submission", args=[attempt.pk])).status_code == 302
    assert scoring.score(attempt.pk)
    assert {client.get(page).status_code for page in results(attempt)} == {200}
    attempt.refresh_from_db()
    assert attempt.score.sum_ppm == 2_000_000
    for address in ("/learn/", f"/courses/{cast.course.slug}/", f"/courses/{cast.course.slug}/tests/{test.slug}/"):
        assert client.get(address).status_code in (200, 404)
    assert client.post(reverse("study:card", args=[attempt.pk, 1])).status_code in (303, 404)
    assert client.post(reverse("study:problem", args=[attempt.pk, 1]), {"text": "Why?"}).status_code == 303
    assert not ledger.check()


def test_a_question_on_an_open_form_cannot_be_deleted_at_the_desk(cast, attempt, client):
    client.force_login(cast.instructor)
    question = Question.objects.get(pk=attempt.form["slots"][0]["question"])
    page = client.post(reverse("admin:quizzes_question_delete", args=[question.pk]), {"post": "yes"})
    assert b"Retire it instead" in page.content
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_pool_that_is_emptied_after_the_page_was_read_is_told(cast, client):
    exam = factories.mock_test(cast.course)
    factories.question(cast.course)
    exam.sections.get().slots.create(draw=3, pool={}, position=0)
    page, start = exam.get_absolute_url(), reverse("quizzes:start", args=[cast.course.slug, exam.slug])
    assert client.get(page).status_code == 200
    retire(cast, exam)
    said = client.post(start, follow=True)
    assert said.status_code == 200
    assert "This test has no questions yet" in said.content.decode()
    assert client.post(f"/api/v1/courses/{cast.course.slug}/tests/{exam.slug}/attempts/").status_code == 409


@pytest.mark.parametrize(("level", "value"), [(1, "true"), (3, "true"), (2, "false"), (2, None)])
def test_an_adaptive_test_without_calibration_ends_with_a_share_of_its_pool(cast, client, level, value):
    questions = [factories.question(cast.course, "truefalse", difficulty=level) for _number in range(14)]
    exam = factories.mock_test(cast.course, questions, way="adaptive", pass_percent=80)
    attempt = sitting.start(cast.enrolled, exam)
    for _step in range(50):
        slot = len(attempt.form["slots"])
        form = {"go": "next"} | ({"value": value} if value else {})
        assert client.post(reverse("quizzes:question", args=[attempt.pk, slot]), form).status_code == 303
        before = slot
        attempt.refresh_from_db()
        if len(attempt.form["slots"]) == before:
            break
    closing.submit(attempt)
    scoring.score(attempt.pk)
    score = Attempt.objects.get(pk=attempt.pk).score
    assert (score.passed, attempt.rules.data["pass_ppm"]) == (None, None)
    page = client.get(reverse("study:result", args=[attempt.pk])).content.decode()
    assert "most likely between" in page
    assert "not passed" not in page
    start = client.get(exam.get_absolute_url()).content.decode()
    assert "Nobody passes or fails" in start
    assert "Pass mark" not in start


def test_nothing_of_a_learner_is_left_once_they_are_deleted(cast, test, attempt, client):
    word = "Canary Jane Doe lives here"
    slots = [KINDS.index(kind) + 1 for kind in ("short", "essay", "formula", "numeric")]
    sent = [{"slot": slot, "rev": 1, "value": word} for slot in slots]
    assert answers(attempt, client, {"answers": sent}).status_code == 200
    closing.submit(attempt)
    scoring.score(attempt.pk)
    client.post(reverse("study:problem", args=[attempt.pk, 1]), {"text": word})
    client.post(reverse("study:card", args=[attempt.pk, 1]))
    assert GradedAnswer.objects.filter(text__icontains="canary").exists()
    cast.enrolled.delete()
    sweeping.sweep(lambda: None)
    assert not Answer.objects.exists()
    assert not ProblemReport.objects.exists()
    assert not OwnCard.objects.exists()
    assert not GradedAnswer.objects.exists()


def test_a_lesson_that_somebody_practised_in_cannot_be_deleted_at_the_desk(cast, questions, client):
    sitting.practise(cast.enrolled, cast.lesson)
    client.force_login(cast.instructor)
    page = client.post(reverse("admin:courses_lesson_delete", args=[cast.lesson.pk]), {"post": "yes"})
    assert b"Archive it instead" in page.content
    assert Lesson.objects.filter(pk=cast.lesson.pk).exists()


@pytest.mark.parametrize("text", ["", "  ", "\0", "x" * 2_001])
def test_a_report_that_says_nothing_or_too_much_comes_back(cast, attempt, client, text):
    closing.submit(attempt)
    assert scoring.score(attempt.pk)
    address = reverse("study:problem", args=[attempt.pk, 1])
    for headers in ({}, {"HX-Request": "true"}):
        assert client.post(address, {"text": text, "next": "//evil.example"}, headers=headers).status_code == 422
    assert not ProblemReport.objects.exists()


def test_addresses_that_nobody_links_to_are_unknown(attempt, client):
    for slot in (0, 11, 99_999, 2**15, 2**31, 2**63, 10**40):
        for name in ("study:check", "study:card", "study:problem", "quizzes:question"):
            address = reverse(name, args=[attempt.pk, slot])
            assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}, (name, slot)
        flag = f"/api/v1/attempts/{attempt.pk}/flags/{slot}/"
        assert client.put(flag, {"flagged": True}, content_type="application/json").status_code == 404
        assert client.post(f"/api/v1/attempts/{attempt.pk}/checks/{slot}/").status_code in (404, 409)
    closing.submit(attempt)
    assert scoring.score(attempt.pk)
    for slot in (0, 99_999, 2**15, 2**63, 10**40):
        for name in ("study:card", "study:problem"):
            assert client.post(reverse(name, args=[attempt.pk, slot]), {"text": "?"}).status_code == 404
    for query in ("?show=", "?show[]=mistakes", "?n=-1", "?n=²", "?n=999999999999999999999"):
        for name in ("study:result", "study:score"):
            assert client.get(reverse(name, args=[attempt.pk]) + query).status_code == 200

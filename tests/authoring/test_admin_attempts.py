"""Looking after attempts at the desk: acts with reasons, marking without names, late answers, reports, similarity."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from quizzes import scoring, sitting
from quizzes.models import Answer, Attempt, LateAnswer
from tests import factories
from tests.authoring.tests_desk import ABOUT_TESTS, mock_test, open_attempt, pair, queries, question, report, scored

SECRET_ANSWER = "Canary in an open attempt"


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


def page(attempt: Attempt) -> str:
    return reverse("admin:quizzes_attempt_change", args=[attempt.pk])


def act(client, attempt: Attempt, name: str, **data):
    address = reverse("admin:quizzes_attempt_act", args=[attempt.pk, name])
    return client.post(address, {f"{name}-{field}": value for field, value in data.items()})


def an_essay(cast, learner=None) -> Attempt:
    """Submitted and scored, with an essay that waits for somebody."""
    attempt = sitting.start(learner or cast.enrolled, mock_test(cast, ("essay",)))
    sitting.save(attempt.pk, attempt.learner, [sitting.Item(1, 1, "Locks make threads wait.")], "tab")
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    attempt.refresh_from_db()
    return attempt


# --- What is seen ---


def test_answers_of_an_open_attempt_are_the_learners_alone(cast, author):
    attempt = sitting.start(cast.enrolled, mock_test(cast, ("essay",)))
    sitting.save(attempt.pk, cast.enrolled, [sitting.Item(1, 1, SECRET_ANSWER)], "tab")
    assert SECRET_ANSWER not in author.get(page(attempt)).content.decode()
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    assert SECRET_ANSWER in author.get(page(attempt)).content.decode()


def test_a_page_of_an_attempt_shows_every_slot_with_what_it_earned(cast, author):
    attempt = sitting.start(cast.enrolled, mock_test(cast, ("single", "numeric", "ordering", "cloze")))
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    html = author.get(page(attempt)).content.decode()
    assert html.count('class="desk-answer"') == 4
    assert html.count("Left blank") == 4


def test_attempts_are_found_by_what_waits(cast, author):
    waiting, done = an_essay(cast), scored(cast, open_attempt(cast, cast.other))
    LateAnswer.objects.create(attempt=done, slot=1, rev=2, value="x", received_at=now())
    address = reverse("admin:quizzes_attempt_changelist")
    for query, there, not_there in (("mark", waiting, done), ("late", done, waiting)):
        html = author.get(f"{address}?needs={query}").content.decode()
        assert str(there.pk) in html
        assert str(not_there.pk) not in html


# --- Acts ---


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("void", "scored", "voided"), ("restore", "voided", "scored"), ("reopen", "scored", "open")],
)
def test_an_act_changes_the_state_and_is_on_record(cast, author, name, before, after):
    attempt = scored(cast, open_attempt(cast))
    Attempt.objects.filter(pk=attempt.pk).update(state=before)
    answer = act(author, attempt, name, reason="The power failed.", minutes=10)
    assert answer.status_code == 302
    attempt.refresh_from_db()
    assert attempt.state == after
    event = attempt.events.last()
    assert (event.by, event.reason) == (cast.instructor, "The power failed.")
    assert "The power failed." in author.get(page(attempt)).content.decode()


def test_more_time_is_given_to_an_open_attempt(cast, author):
    attempt = open_attempt(cast, minutes=20)
    before = attempt.deadline
    assert act(author, attempt, "time", reason="The network failed.", minutes=10).status_code == 302
    attempt.refresh_from_db()
    assert (attempt.deadline - before).total_seconds() == 600


@pytest.mark.parametrize("name", ["void", "reopen", "rescore"])
def test_no_act_without_a_reason(cast, author, name):
    attempt = scored(cast, open_attempt(cast))
    assert act(author, attempt, name, reason=" ", minutes=5).status_code == 422
    attempt.refresh_from_db()
    assert attempt.state == "scored"


def test_what_cannot_be_done_is_said_at_the_act(cast, author):
    attempt = scored(cast, open_attempt(cast))
    Attempt.objects.filter(pk=attempt.pk).update(state="voided")
    answer = act(author, attempt, "void", reason="Twice.")
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["void", "restore", "reopen", "rescore", "time"])
def test_nobody_acts_on_attempts_of_another_course(cast, client, name):
    attempt = scored(cast, open_attempt(cast))
    client.force_login(cast.outsider)
    assert act(client, attempt, name, reason="Mine now.", minutes=5).status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == "scored"


def test_a_late_answer_is_accepted_for_a_reason(cast, author):
    attempt = scored(cast, open_attempt(cast))
    late = LateAnswer.objects.create(attempt=attempt, slot=1, rev=2, value="x", received_at=now())
    address = reverse("admin:quizzes_attempt_late", args=[attempt.pk, late.pk])
    assert author.post(address, {f"late-{late.pk}-reason": ""}).status_code == 422
    assert author.post(address, {f"late-{late.pk}-reason": "Its tunnel."}).status_code == 302
    late.refresh_from_db()
    assert late.accepted_at


# --- Marking ---


def test_an_essay_is_marked_by_its_rubric_without_a_name(cast, author):
    attempt = an_essay(cast)
    answer = attempt.answers.get()
    opened = author.get(reverse("admin:quizzes_attempt_marking"), follow=True)
    html = opened.content.decode()
    assert "Locks make threads wait." in html
    assert cast.enrolled.display_name not in html
    assert cast.enrolled.email not in html
    rubric = answer.version.revision.key["rubric"]
    data = {f"level-{number}": max(row["levels"]) for number, row in enumerate(rubric)}
    marked = author.post(opened.redirect_chain[-1][0], data | {"comment": "Well put."}, follow=True)
    assert "Nothing waits to be marked" in marked.content.decode()
    answer.refresh_from_db()
    assert (answer.marked_ppm, answer.marked_by) == (1_000_000, cast.instructor)
    attempt.score.refresh_from_db()
    assert not attempt.score.is_provisional


def test_a_level_for_each_criterion_is_asked_for(cast, author):
    answer = an_essay(cast).answers.get()
    address = reverse("admin:quizzes_attempt_mark", args=[answer.pk])
    assert author.post(address, {"comment": "Well."}).status_code == 422
    assert author.post(address, {"level-0": "99", "comment": "Well."}).status_code == 422
    assert Answer.objects.get(pk=answer.pk).marked_ppm is None


def test_nobody_is_asked_to_mark_what_was_practised(cast, author):
    question(cast, "essay")
    attempt = sitting.practise(cast.enrolled, cast.lesson)
    sitting.save(attempt.pk, attempt.learner, [sitting.Item(1, 1, "Locks make threads wait.")], "tab")
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    answer = Answer.objects.get(attempt=attempt)
    assert answer.graded.state == "manual"
    assert "Nothing waits" in author.get(reverse("admin:quizzes_attempt_marking"), follow=True).content.decode()
    assert author.get(reverse("admin:quizzes_attempt_mark", args=[answer.pk])).status_code == 404
    found = author.get(reverse("admin:quizzes_attempt_changelist") + "?needs=mark").content.decode()
    assert str(attempt.pk) not in found
    assert "Mark it" not in author.get(page(attempt)).content.decode()


def test_answers_of_other_courses_are_nobodys_to_mark(cast, client):
    answer = an_essay(cast).answers.get()
    client.force_login(cast.outsider)
    assert client.get(reverse("admin:quizzes_attempt_mark", args=[answer.pk])).status_code == 404
    html = client.get(reverse("admin:quizzes_attempt_marking")).content.decode()
    assert "Nothing waits" in html


# --- Reports and similarity ---


def test_a_report_is_answered_with_a_sentence_to_the_learner(cast, author):
    said = report(cast)
    address = reverse("admin:quizzes_problemreport_change", args=[said.pk])
    assert author.post(address, {"state": "fixed", "reply": ""}).status_code == 422
    assert author.post(address, {"state": "fixed", "reply": "You are right."}).status_code == 302
    said.refresh_from_db()
    assert (said.state, said.reply, said.answered_by) == ("fixed", "You are right.", cast.instructor)
    assert said.answered_at


def test_similar_attempts_are_called_screening_and_are_noted(cast, author):
    two = pair(cast)
    assert "never proof" in author.get(reverse("admin:quizzes_pairflag_changelist")).content.decode()
    address = reverse("admin:quizzes_pairflag_change", args=[two.pk])
    assert "never proof" in author.get(address).content.decode()
    author.post(address, {"note": "They share a desk."})
    two.refresh_from_db()
    assert two.seen_at
    assert two.note == "They share a desk."


# --- Nothing of another's course ---

LISTS = ["question", "mocktest", "section", "attempt", "accommodation", "problemreport", "pairflag", "regraderun"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_nothing_of_other_courses_and_cost_the_same_however_long(cast, client, name):
    model = next(model for model in ABOUT_TESTS if model._meta.model_name == name)
    make = ABOUT_TESTS[model]
    make(cast)
    address = reverse(f"admin:quizzes_{name}_changelist")
    client.force_login(cast.outsider)
    assert client.get(address).context_data["cl"].result_count == 0
    client.force_login(cast.instructor)
    client.get(address)
    short = queries(lambda: client.get(address))
    for number in range(3):
        if name in {"attempt", "accommodation", "problemreport", "pairflag"}:
            more_people(cast, number)
        make(cast)
    assert queries(lambda: client.get(address)) == short
    assert short <= 14


def more_people(cast, number: int) -> None:
    """Other learners in the places of `enrolled` and `other`: one accommodation and one report each."""
    for role in ("enrolled", "other"):
        person = factories.UserFactory()
        factories.EnrollmentFactory(course=cast.course, learner=person)
        object.__setattr__(cast, role, person)


@pytest.mark.parametrize("make", ["accommodation", "problemreport", "attempt", "pairflag"])
def test_pages_lead_instructors_to_no_page_that_is_closed_to_them(cast, author, make):
    model = next(model for model in ABOUT_TESTS if model._meta.model_name == make)
    html = author.get(reverse(f"admin:quizzes_{make}_change", args=[ABOUT_TESTS[model](cast).pk])).content.decode()
    assert "/admin/accounts/user/" not in html

"""Correcting keys at the desk: from a question or the item health board, through a dry run, applied and taken back."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from jobs.models import Job
from quizzes import models, regrading, scoring, sitting
from quizzes.models import Attempt, Question, RegradeRun
from tests import factories
from tests.authoring.test_admin_questions import filled, page
from tests.authoring.tests_desk import figures, mock_test, options, question
from tests.quizzes.samples import SAMPLES

MILLION = 1_000_000


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


@pytest.fixture
def sat(cast) -> Attempt:
    """An attempt that chose the option that its key calls wrong."""
    attempt = sitting.start(cast.enrolled, mock_test(cast))
    sitting.save(attempt.pk, cast.enrolled, [sitting.Item(1, 1, SAMPLES["single"].wrong)], "tab")
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    return attempt


def asked_in(attempt: Attempt) -> Question:
    return Question.objects.get(pk=attempt.form["slots"][0]["question"])


def with_key(client, asked: Question, right: str, **changes: str) -> dict:
    """The form as the board's link fills it in, with a reason."""
    address = reverse("admin:quizzes_question_regrade", args=[asked.pk], query={"right": right})
    return filled(client, address) | {"run-policy": "new", "run-reason": "The key was wrong."} | changes


def test_a_corrected_key_is_looked_at_applied_and_taken_back(cast, author, sat):
    asked = asked_in(sat)
    answer = author.post(page(asked, "regrade"), with_key(author, asked, SAMPLES["single"].wrong))
    run = RegradeRun.objects.get()
    run_page = reverse("admin:quizzes_regraderun_change", args=[run.pk])
    assert answer["Location"] == run_page
    assert (run.state, run.by, run.forecast["up"]) == ("dry", cast.instructor, 1)
    assert share(sat) == 0
    assert "Scores that rise" in author.get(run_page).content.decode()

    author.post(run_page, {"do": "apply"})
    regrading.carry_out(a_work(run))
    assert share(sat) == MILLION
    html = author.get(run_page).content.decode()
    assert "Take back" in html
    assert str(cast.enrolled) in html

    author.post(run_page, {"do": "revert"})
    regrading.carry_out(a_work(run, undo=True))
    assert share(sat) == 0
    run.refresh_from_db()
    assert (run.state, run.reverted_by) == ("reverted", cast.instructor)


def a_work(run: RegradeRun, undo: bool = False):
    """What a worker would be given."""
    return SimpleNamespace(subject=str(run.pk), payload={"undo": undo, "by": run.by_id}, beat=lambda *_args: None)


def share(attempt: Attempt) -> int:
    attempt.score.refresh_from_db()
    return attempt.score.share_ppm


def test_everybody_who_edits_the_course_sees_how_a_regrade_goes(cast, author, client, sat):
    run = regrading.dry_run(asked_in(sat).current, SAMPLES["single"].key, "void", False, cast.instructor, "Unclear.")
    address = reverse("admin:quizzes_regraderun_progress", args=[run.pk])
    assert author.get(address).status_code == 404  # nothing is being done yet
    job = regrading.apply(run, cast.instructor)
    colleague = factories.UserFactory()
    factories.TeachingFactory(course=cast.course, user=colleague)
    client.force_login(colleague)
    shown = client.get(reverse("admin:quizzes_regraderun_change", args=[run.pk])).content.decode()
    assert f'hx-get="{address}' in shown
    part = client.get(address)
    assert f'id="job-{job.pk}"' in part.content.decode()
    assert "HX-Refresh" not in part
    Job.objects.filter(pk=job.pk).update(state="done")
    assert client.get(address)["HX-Refresh"] == "true"
    client.force_login(cast.outsider)
    assert client.get(address).status_code == 404


def test_a_regrade_wants_a_reason(cast, author, sat):
    asked = asked_in(sat)
    data = with_key(author, asked, SAMPLES["single"].wrong) | {"run-reason": ""}
    assert author.post(page(asked, "regrade"), data).status_code == 422
    assert not RegradeRun.objects.exists()


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_the_key_as_it_stands_passes_for_every_kind(cast, author, kind):
    """The form of a key says the key it was made of: nothing would move."""
    asked = question(cast, kind)
    address = page(asked, "regrade")
    data = filled(author, address) | {"run-policy": "new", "run-reason": "To see."}
    assert author.post(address, data).status_code == 302
    run = RegradeRun.objects.get()
    assert run.changes[0]["key"] == asked.current.revision.key
    assert run.forecast["attempts"] == 0


def test_words_cannot_be_changed_by_a_regrade(cast, author, sat):
    asked = asked_in(sat)
    data = with_key(author, asked, SAMPLES["single"].wrong)
    data |= {name: "Other words" for name in data if name.endswith("-text")}
    author.post(page(asked, "regrade"), data)
    asked.current.refresh_from_db()
    assert [option["text"] for option in asked.current.body["options"]] == [one["text"] for one in options()]
    assert set(RegradeRun.objects.get().changes[0]["key"]["options"]) == {one["id"] for one in options()}


def test_nobody_applies_a_correction_of_another_course(cast, client, sat):
    run = regrading.dry_run(asked_in(sat).current, None, policy="void", by=cast.instructor, reason="x")
    client.force_login(cast.outsider)
    assert client.post(reverse("admin:quizzes_regraderun_change", args=[run.pk]), {"do": "apply"}).status_code == 404
    run.refresh_from_db()
    assert run.state == "dry"


# --- Item health ---


def board(**query) -> str:
    return reverse("admin:quizzes_question_board", query=query)


def test_the_board_proposes_a_key_and_leads_to_its_dry_run(cast, author, sat):
    asked, wrong = asked_in(sat), SAMPLES["single"].wrong
    figures(sat.test, asked, flags=[{"code": "bad_key", "z": 5.0, "proposed": wrong}])
    answer = author.get(board(course=cast.course.pk))
    (line,) = answer.context_data["lines"]
    assert "The key looks wrong" in line.flags[0]
    form = author.get(line.regrade)
    rows = form.context_data["editor"].rowsets["options"].forms
    chosen = {row.initial["text"]: row.initial["fraction"] for row in rows}
    assert chosen[text_of(wrong)] == 1.0
    assert sum(chosen.values()) == 1.0


def text_of(option: str) -> str:
    return next(one["text"] for one in options() if one["id"] == option)


def test_the_board_has_the_most_harmful_question_first(cast, author):
    mild, bad = question(cast, name="Mild"), question(cast, name="Bad")
    test = factories.mock_test(cast.course, [mild, bad])
    figures(test, mild, harm=0.5)
    figures(test, bad, harm=9.0)
    models.TestFigures.objects.create(test=test, at=factories.LONG_AGO, attempts=120, mean=0.62, alpha=0.81, error=0.07)
    answer = author.get(board(test=test.pk))
    assert [str(line.row.version.question) for line in answer.context_data["lines"]] == ["Bad", "Mild"]
    assert "0.81" in answer.content.decode()


def test_figures_are_asked_for_once(cast, author):
    test = mock_test(cast)
    for _twice in range(2):
        assert author.post(board(test=test.pk)).status_code == 302
    (job,) = Job.objects.filter(kind="quizzes.figures")
    assert (job.subject, job.asked_by) == (str(test.pk), cast.instructor)


@pytest.mark.parametrize("query", ["course", "test"])
def test_the_board_of_another_course_does_not_exist(cast, client, query):
    test = mock_test(cast)
    client.force_login(cast.outsider)
    asked = {"course": cast.course.pk, "test": test.pk}[query]
    assert client.get(board(**{query: asked})).status_code == 404
    assert client.post(board(**{query: asked})).status_code == 404

"""Questions in and out at the desk: nothing changes before the plan is applied, and a second import changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quizzes.models import Question
from tests import factories
from tests.authoring.tests_desk import question

GIFT = "::Locks:: What does a lock protect? {=shared data ~the screen ~a file name}\n\n::Broken:: What? {=one\n"
AIKEN = "What does a lock protect?\nA. Shared data\nB. The screen\nANSWER: A\n"


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


def address(cast) -> str:
    return reverse("admin:quizzes_question_import", query={"course": cast.course.pk})


def test_a_file_is_shown_as_a_plan_and_changes_nothing_yet(cast, author):
    file = SimpleUploadedFile("bank.gift", GIFT.encode())
    answer = author.post(address(cast), {"file": file, "do": "plan"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert len(answer.context_data["plan"].added) == 1
    assert len(answer.context_data["plan"].problems) == 1
    assert "Nothing is changed yet" in html
    assert not Question.objects.filter(name="Locks").exists()


def test_what_was_shown_is_applied_and_a_second_time_changes_nothing(cast, author):
    data = {"text": GIFT, "format": "gift"}
    assert author.post(address(cast), data | {"do": "apply"}).status_code == 302
    made = Question.objects.get(name="Locks")
    assert (made.course, made.current.created_by) == (cast.course, cast.instructor)
    again = author.post(address(cast), data | {"do": "plan"}).context_data["plan"]
    assert again.is_empty
    assert len(again.same) == 1


def test_the_format_is_guessed_from_the_text(cast, author):
    answer = author.post(address(cast), {"text": AIKEN, "do": "plan"})
    assert answer.context_data["format"] == "aiken"
    assert len(answer.context_data["plan"].added) == 1


def test_new_questions_without_a_lesson_go_into_the_one_chosen(cast, author):
    data = {"text": GIFT, "format": "gift", "lesson": cast.lesson.pk}
    plan = author.post(address(cast), data | {"do": "plan"})
    assert f'name="lesson" value="{cast.lesson.pk}"' in plan.content.decode()
    author.post(address(cast), data | {"do": "apply"})
    assert Question.objects.get(name="Locks").lesson == cast.lesson
    strange = cast.outsider.teachings.get().course.lessons.first() or factories.LessonFactory()
    answer = author.post(address(cast), data | {"do": "apply", "lesson": strange.pk})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"file": SimpleUploadedFile("x.gift", b"\xff\xfe\x00bad")}, "not text in UTF-8"),
        ({"file": SimpleUploadedFile("x.gift", b"x" * (2 * 1024 * 1024 + 1))}, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(cast, author, data, words):
    answer = author.post(address(cast), data | {"do": "plan"})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_nobody_imports_into_anothers_course(cast, client):
    client.force_login(cast.outsider)
    assert client.get(address(cast)).status_code == 404
    assert client.post(address(cast), {"text": GIFT, "do": "apply"}).status_code == 404
    assert not Question.objects.filter(name="Locks").exists()


@pytest.mark.parametrize(("action", "ending"), [("export_gift", "gift"), ("export_csv", "csv")])
def test_a_selection_is_exported_and_read_back_as_the_same(cast, author, action, ending):
    asked = [question(cast, kind, name=f"Of {kind}") for kind in ("single", "numeric")]
    changelist = reverse("admin:quizzes_question_changelist")
    answer = author.post(changelist, {"action": action, "_selected_action": [one.pk for one in asked]})
    assert answer["Content-Disposition"].endswith(f'-questions.{ending}"')
    again = author.post(address(cast), {"text": answer.content.decode(), "format": ending, "do": "plan"})
    plan = again.context_data["plan"]
    assert (len(plan.same), plan.is_empty, list(plan.problems)) == (2, True, [])


def test_an_export_never_mixes_courses_and_never_has_anothers(cast, client):
    mine, theirs = question(cast), factories.question(cast.outsider.teachings.get().course)
    changelist = reverse("admin:quizzes_question_changelist")
    chosen = {"action": "export_gift", "_selected_action": [mine.pk, theirs.pk]}
    client.force_login(cast.superuser)
    assert "questions of one course" in client.post(changelist, chosen, follow=True).content.decode()
    client.force_login(cast.instructor)
    text = client.post(changelist, chosen).content.decode()
    assert mine.name in text
    assert f"::{theirs.name}::" not in text

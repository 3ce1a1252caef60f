"""Writing questions at the desk: every kind is read back as it was, mistakes stand at their field, held keys stay."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import bank, drafts
from quizzes.models import Kind, Question
from tests import factories
from tests.authoring.tests_desk import figures, open_attempt, queries, question, scored
from tests.quizzes.samples import SAMPLES


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


def page(question: Question, name: str = "change") -> str:
    return reverse(f"admin:quizzes_question_{name}", args=[question.pk])


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send for the form at `address`, as it stands, with `changes`."""
    editor = client.get(address).context_data["editor"]
    forms = [editor.own, *(form for rows in editor.rowsets.values() for form in rows.forms)]
    forms += [rows.management_form for rows in editor.rowsets.values()]
    forms.append(editor.head if hasattr(editor, "head") else editor.policy)
    data: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.field.prepare_value(bound.value())
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data | changes


def saved(question: Question) -> Question:
    return Question.objects.select_related("current__revision").get(pk=question.pk)


# --- Round trips ---


@pytest.mark.parametrize("kind", Kind.values)
def test_saving_without_a_change_changes_nothing(cast, author, kind):
    asked = question(cast, kind)
    before = bank.draft_of(asked)
    answer = author.post(page(asked), filled(author, page(asked), _continue="1"))
    assert answer.status_code == 302
    after = saved(asked)
    assert bank.draft_of(after) == drafts.normal(before)
    assert after.current_id == asked.current_id


@pytest.mark.parametrize("kind", Kind.values)
def test_a_question_of_each_kind_can_be_written_from_nothing(cast, author, kind):
    """The rows of a known question, sent to the empty form, make the same question again."""
    known = question(cast, kind)
    data = filled(author, page(known))
    data |= {"q-name": "Written anew"}
    data.pop("q-opened_version")
    for rows in [name for name in data if name.endswith("-INITIAL_FORMS")]:
        data[rows] = 0
    address = reverse("admin:quizzes_question_add", query={"course": cast.course.pk, "kind": kind})
    assert author.post(address, data).status_code == 302
    made = Question.objects.get(name="Written anew")
    was, now = bank.draft_of(known), bank.draft_of(made)
    assert drafts.digest(now) == drafts.digest(was)  # of words and key, in whatever order options stand
    assert now.explanation == was.explanation
    assert made.current.created_by == cast.instructor


def test_the_first_page_asks_for_course_and_kind(cast, author):
    answer = author.get(reverse("admin:quizzes_question_add"))
    courses = answer.context_data["form"].fields["course"].queryset
    assert list(courses) == [cast.course]
    other = cast.outsider.teachings.get().course
    address = reverse("admin:quizzes_question_add", query={"course": other.pk, "kind": "single"})
    assert author.get(address).status_code == 422


# --- Mistakes ---


def test_a_mistake_comes_back_with_what_was_typed(cast, author):
    asked = question(cast, "single")
    data = filled(author, page(asked))
    for name in [name for name in data if name.endswith("-fraction")]:
        data[name] = "0.0"
    answer = author.post(page(asked), data | {"q-stem": "Other words?"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Other words?" in html
    assert answer.context_data["editor"].rowsets["options"].non_form_errors()
    assert saved(asked).current.stem == SAMPLES["single"].stem


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"q-name": ""}, "name"),
        ({"q-stem": ""}, "stem"),
        ({"q-stem": "# A heading\n\nText"}, "stem"),
        ({"q-source_key": "NOT A KEY"}, "source_key"),
        ({"q-lesson": "999999"}, "lesson"),
    ],
)
def test_mistakes_stand_at_their_field(cast, author, changes, field):
    asked = question(cast, "short")
    answer = author.post(page(asked), filled(author, page(asked)) | changes)
    assert answer.status_code == 422
    assert field in answer.context_data["editor"].head.errors


def test_a_text_with_gaps_needs_no_question_above_it(cast, author):
    asked = question(cast, "cloze")
    assert author.post(page(asked), filled(author, page(asked)) | {"q-stem": ""}).status_code == 302
    assert saved(asked).current.stem


def test_a_name_is_free_within_the_course_only_once(cast, author):
    asked, other = question(cast), question(cast, name="Taken")
    answer = author.post(page(asked), filled(author, page(asked)) | {"q-name": other.name})
    assert answer.status_code == 422
    assert "name" in answer.context_data["editor"].head.errors


def test_what_somebody_else_saved_meanwhile_is_not_lost(cast, author):
    asked = question(cast)
    mine = filled(author, page(asked)) | {"q-stem": "Mine?"}
    author.post(page(asked), filled(author, page(asked)) | {"q-stem": "Theirs?"})
    answer = author.post(page(asked), mine)
    assert answer.status_code == 422
    assert "Mine?" in answer.content.decode()
    assert saved(asked).current.stem == "Theirs?"


# --- Versions and keys ---


def test_words_of_a_held_question_become_a_version_and_the_form_says_so_beforehand(cast, author):
    attempt = open_attempt(cast)
    asked = Question.objects.get(pk=attempt.form["slots"][0]["question"])
    factories_answer(attempt, asked)
    html = author.get(page(asked)).content.decode()
    assert "Learners have been shown version 1" in html
    author.post(page(asked), filled(author, page(asked)) | {"q-stem": "Better words?"})
    versions = list(saved(asked).versions.order_by("number").values_list("number", "stem"))
    assert versions == [(1, SAMPLES["single"].stem), (2, "Better words?")]


def test_another_key_of_a_held_question_is_refused_and_named_a_regrade(cast, author):
    attempt = open_attempt(cast)
    asked = Question.objects.get(pk=attempt.form["slots"][0]["question"])
    factories_answer(attempt, asked)
    data = filled(author, page(asked))
    shares = [name for name in data if name.endswith("-fraction") and data.get(name.replace("fraction", "text"))]
    swapped = dict(zip(shares, reversed([data[name] for name in shares]), strict=True))
    answer = author.post(page(asked), data | swapped)
    assert answer.status_code == 422
    assert "another key is a regrade" in answer.content.decode()
    assert saved(asked).versions.count() == 1


def factories_answer(attempt: Any, asked: Question) -> None:
    attempt.answers.get_or_create(slot=1, defaults={"version": asked.current, "weight_ppm": 1_000_000})


def test_a_retired_question_stays_retired_when_it_is_edited(cast, author):
    asked = question(cast)
    author.post(reverse("admin:quizzes_question_changelist"), {"action": "retire", "_selected_action": [asked.pk]})
    assert saved(asked).retired_at
    author.post(page(asked), filled(author, page(asked)) | {"q-stem": "Other?"})
    assert saved(asked).current.stem == "Other?"
    assert saved(asked).retired_at
    author.post(reverse("admin:quizzes_question_changelist"), {"action": "restore", "_selected_action": [asked.pk]})
    assert saved(asked).retired_at is None


def test_an_answered_question_is_not_deleted(cast, author):
    attempt = scored(cast, open_attempt(cast))
    asked = Question.objects.get(pk=attempt.form["slots"][0]["question"])
    factories_answer(attempt, asked)
    html = author.get(page(asked, "delete")).content.decode()
    assert "Retire it instead" in html
    author.post(page(asked, "delete"), {"post": "yes"})
    assert Question.objects.filter(pk=asked.pk).exists()
    unused = question(cast)
    author.post(page(unused, "delete"), {"post": "yes"})
    assert not Question.objects.filter(pk=unused.pk).exists()


# --- Preview ---


@pytest.mark.parametrize("kind", ["single", "truefalse", "numeric", "short"])
def test_the_preview_says_what_an_answer_would_earn_and_keeps_nothing(cast, author, kind):
    asked = question(cast, kind)
    sample = SAMPLES[kind]
    right = author.post(page(asked, "preview"), {"value": sample.right})
    assert "earns 100" in right.content.decode()
    assert "earns 0" in author.post(page(asked, "preview"), {"value": sample.wrong}).content.decode()
    assert not asked.current.graded.exists()


def test_an_answer_that_cannot_be_read_is_told_in_the_preview(cast, author):
    asked = question(cast, "numeric")
    answer = author.post(page(asked, "preview"), {"value": "about ten"})
    assert answer.status_code == 200
    assert answer.context_data["q"].unreadable


def test_markdown_is_shown_sanitised(cast, author):
    answer = author.post(
        reverse("admin:quizzes_question_markdown"), {"text": "**Bold** <script>alert(1)</script>"}
    ).content.decode()
    assert "<strong>Bold</strong>" in answer
    assert "<script" not in answer


def test_questions_are_listed_with_figures_and_found_by_them(cast, author):
    asked = question(cast, name="With figures")
    question(cast, name="Without figures")
    test = factories.mock_test(cast.course, [asked])
    figures(test, asked, flags=[{"code": "bad_key", "z": 4.0, "proposed": "x"}])
    address = reverse("admin:quizzes_question_changelist")
    html = author.get(address).content.decode()
    assert "31 %" in html
    assert "-0.12" in html
    for query in ("facility=15-40", "discrimination=below", "flag=any", "flag=bad_key"):
        html = author.get(f"{address}?{query}").content.decode()
        assert "With figures" in html, query
        assert "Without figures" not in html, query
    assert "With figures" not in author.get(f"{address}?facility=70-95").content.decode()


# --- Texts of others, and long ones ---

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("name", ["change", "preview", "regrade", "delete", "history"])
def test_no_text_of_an_author_becomes_markup(cast, author, name):
    options = [{"id": "a", "text": PAYLOAD}, {"id": "b", "text": "Other"}]
    key = {"options": {"a": 1, "b": 0}, "feedback": {"a": PAYLOAD}, "misconceptions": {"b": PAYLOAD[:60]}}
    asked = question(cast, name=PAYLOAD, stem=PAYLOAD, body={"options": options}, key=key, explanation=PAYLOAD)
    author.post(page(asked, "preview"), {"value": "a"})
    html = author.get(page(asked, name)).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_a_question_with_many_versions_and_options_opens_with_the_same_queries(cast, author):
    asked = question(cast)

    def add(number: int) -> None:
        version = asked.versions.create(number=number, stem="?", body=asked.current.body)
        version.revisions.create(number=1, key={}, by=cast.instructor)

    add(2)
    author.get(page(asked))
    few = queries(lambda: author.get(page(asked)))
    for number in range(3, 9):
        add(number)
    assert queries(lambda: author.get(page(asked))) == few
    assert few <= 20


def test_a_form_that_lacks_its_parts_is_refused_and_breaks_nothing(cast, author):
    asked = question(cast)
    assert author.post(page(asked), {}).status_code == 422
    assert author.post(page(asked), {"options-TOTAL_FORMS": "9999999", "options-INITIAL_FORMS": "x"}).status_code == 422
    assert author.post(page(asked, "regrade"), {"run-policy": "new", "run-reason": "x"}).status_code == 422
    assert bank.draft_of(saved(asked)) == bank.draft_of(asked)

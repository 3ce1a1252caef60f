"""The form of a question: what every question has, its kind's own fields, and its rows."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Course, Lesson
from lessons.models import Concept
from lib.desk.forms import VersionedForm, fingerprint
from quizzes import bank, drafts
from quizzes.grading.mistakes import mistakes
from quizzes.models import Kind, Question, QuestionVersion

from . import question_specs
from .question_fields import MarkdownInput, WordsField
from .question_kinds import KINDS
from .question_rows import ROWSETS, RowSet

SOURCE_KEY = re.compile(r"[0-9a-z]{0,12}")
SAID = {"feedback", "misconceptions", "sample"}  # parts of a key that earn nothing


class BeginForm(forms.Form):
    """Which form to open: the fields follow from it."""

    course = forms.ModelChoiceField(Course.objects.none(), label=gettext_lazy("Course"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
    lesson = forms.ModelChoiceField(Lesson.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, courses: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        fields: Any = self.fields
        fields["course"].queryset = courses
        fields["lesson"].queryset = Lesson.objects.filter(course__in=courses)

    def question(self) -> Question:
        """A new one, as chosen. A lesson of another course than the chosen one is forgotten."""
        course, lesson = self.cleaned_data["course"], self.cleaned_data["lesson"]
        if lesson and lesson.course_id != course.pk:
            lesson = None
        return Question(course=course, kind=self.cleaned_data["kind"], lesson=lesson)


class ConceptChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.lesson.title}"


class QuestionForm(VersionedForm):
    stem = MarkdownInput(label=gettext_lazy("Question"), rows=6, max_length=10_000)
    explanation = MarkdownInput(
        label=gettext_lazy("Explanation"),
        rows=6,
        max_length=10_000,
        required=False,
        help_text=gettext_lazy("Why the right answer is right. Learners see it when the test lets them."),
    )
    concept = ConceptChoice(Concept.objects.none(), label=gettext_lazy("Key concept"), required=False)
    tags = WordsField(
        label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Words to find it by, divided by commas.")
    )

    class Meta:
        model = Question
        fields = ["name", "lesson", "concept", "difficulty", "tags", "source_key", "is_spoken"]
        help_texts = {
            "source_key": gettext_lazy("The paragraph that answers it, by its key. Empty: that of the concept.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        course = self.instance.course
        fields: Any = self.fields
        fields["lesson"].queryset = Lesson.objects.filter(course=course).in_order()
        fields["lesson"].label_from_instance = lambda lesson: lesson.title
        concepts = Concept.objects.filter(lesson__course=course).select_related("lesson")
        fields["concept"].queryset = concepts.order_by("lesson__chapter__position", "lesson__position", "position")
        # A text with gaps asks by itself.
        fields["stem"].required = self.instance.kind != Kind.CLOZE
        version = self.instance.current
        if version is not None:
            self.initial = {**self.initial, "stem": version.stem, "explanation": version.explanation}

    def version(self) -> str:
        return fingerprint(
            *Question.objects.values_list("changed_at", "current", "current__revision").get(pk=self.instance.pk)
        )

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        others = Question.objects.filter(course=self.instance.course_id).exclude(pk=self.instance.pk)
        if others.filter(name=name).exists():
            raise forms.ValidationError(_("Another question of this course has this name."))
        return name

    def clean_stem(self) -> str:
        return self._checked("stem")

    def clean_explanation(self) -> str:
        return self._checked("explanation")

    def _checked(self, name: str) -> str:
        """By the rules of the Markdown of a version."""
        field: Any = QuestionVersion._meta.get_field(name)
        text = self.cleaned_data[name]
        return str(field.clean(text, None)) if text else ""

    def clean_source_key(self) -> str:
        key: str = self.cleaned_data["source_key"].strip()
        if not SOURCE_KEY.fullmatch(key):
            raise forms.ValidationError(_("A key consists of small letters and digits."))
        return key

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        concept, lesson = self.cleaned_data.get("concept"), self.cleaned_data.get("lesson")
        if concept and lesson and concept.lesson_id != lesson.pk:
            self.add_error("concept", _("This concept belongs to another lesson. Choose it there, or change one."))
        elif concept and not lesson:
            self.cleaned_data["lesson"] = concept.lesson
        return data


class Editor:
    """All forms of one question together; valid when every one of them is and the grader can work with it."""

    def __init__(self, question: Question, data: Any = None) -> None:
        """question: saved, or a new one with its course and kind."""
        self.question = question
        self.kind = str(question.kind)
        version = question.current
        self.old: question_specs.Spec = (
            (dict(version.body), dict(version.revision.key)) if version and version.revision else ({}, {})
        )
        rows, own = question_specs.written(self.kind, *self.old)
        self.head = QuestionForm(data, instance=question, prefix="q")
        self.own = KINDS[self.kind](data, prefix="own", initial=own)
        self.rowsets: dict[str, RowSet] = {
            name: rowset(data, prefix=name, initial=rows.get(name) or None)
            for name, rowset in ROWSETS[self.kind].items()
        }
        for name, rowset in self.rowsets.items():
            if rows.get(name):
                rowset.extra = 1  # what is new has room to begin with
        self.problems: list[str] = []  # of no field
        self._spec: question_specs.Spec = ({}, {})

    @property
    def is_bound(self) -> bool:
        return self.head.is_bound

    def is_valid(self) -> bool:
        parts: list[Any] = [self.head, self.own, *self.rowsets.values()]
        checked = [each.is_valid() for each in parts]  # all of them: all their errors
        if not all(checked):
            return False
        rows = {name: rowset.kept() for name, rowset in self.rowsets.items()}
        self._spec = question_specs.spec(self.kind, rows, self.own.cleaned_data, self.old)
        draft = self.draft()
        found = mistakes(self.kind, draft.body, draft.key, draft.stem)
        for mistake in found:
            self._tell(mistake.where, mistake.sentence)
        return not found

    def _tell(self, where: str, sentence: str) -> None:
        """Say it at the field or row that it is about, if there is one."""
        first, *rest = re.split(r"[.\[\]]+", where.strip("."))
        if first in self.head.fields:
            self.head.add_error(first, sentence)
        elif first in self.own.fields:
            self.own.add_error(first, sentence)
        elif first in self.rowsets:
            self._tell_row(self.rowsets[first], rest, sentence)
        elif len(self.rowsets) == 1 and first:
            self._tell_row(next(iter(self.rowsets.values())), rest, sentence)
        else:
            self.problems.append(sentence)

    def _tell_row(self, rowset: RowSet, rest: list[str], sentence: str) -> None:
        filled = rowset.filled()
        if rest and rest[0].isdecimal() and int(rest[0]) < len(filled):
            filled[int(rest[0])].add_error(None, sentence)
        else:
            rowset.non_form_errors().append(sentence)

    @property
    def has_errors(self) -> bool:
        return self.is_bound and bool(
            self.problems
            or self.head.errors
            or self.own.errors
            or any(rowset.total_error_count() for rowset in self.rowsets.values())
        )

    def changes_key_of_held(self) -> bool:
        """Whether learners hold this version and the same words would get another key: that is a regrade."""
        version = self.question.current
        if version is None or not bank.is_held(version):
            return False
        new, was = self.draft(), drafts.normal(bank.draft_of(Question.objects.get(pk=self.question.pk)))
        return (new.stem, new.body) == (was.stem, was.body) and earning(new.key) != earning(was.key)

    def draft(self) -> drafts.Draft:
        data, (body, key) = self.head.cleaned_data, self._spec
        return drafts.normal(
            drafts.Draft(
                kind=self.kind,
                name=data["name"],
                stem=data["stem"],
                body=body,
                key=key,
                explanation=data["explanation"],
                concept=data["concept"].name if data["concept"] else "",
                difficulty=int(data["difficulty"]),
                tags=tuple(data["tags"]),
                lesson=data["lesson"].slug if data["lesson"] else "",
                source_key=data["source_key"],
                is_spoken=data["is_spoken"],
            )
        )


def earning(key: Any) -> Any:
    """A key without what is only said about it."""
    if isinstance(key, Mapping):
        return {name: earning(part) for name, part in key.items() if name not in SAID}
    return [earning(part) for part in key] if isinstance(key, list) else key

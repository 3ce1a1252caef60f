"""Forms of mock tests: the settings, what learners see when, and what is asked."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.template import loader
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Chapter, Course, Lesson
from lessons.models import Concept
from lib.desk.fields import NamedChoiceField
from lib.desk.forms import UnchangedPasses, VersionedForm, fingerprint
from lib.desk.widgets import MarkdownArea
from quizzes import reviewing
from quizzes.models import Kind, MockTest, Question, Section, Slot
from quizzes.models.questions import Difficulty

from .question_fields import WordsField

SETTINGS = [
    "lesson",
    "chapter",
    "slug",
    "title",
    "introduction",
    "way",
    "minutes",
    "attempts_allowed",
    "wait_hours",
    "pass_percent",
    "preset",
    "right_marks",
    "wrong_marks",
    "blank_marks",
    "floor",
    "with_certainty",
    "shuffle_questions",
    "shuffle_options",
    "counts",
    "review",
    "opens_at",
    "closes_at",
    "position",
    "published_at",
    "archived_at",
]


class ReviewWidget(forms.Widget):
    """A table: what is shown, by when. Nothing stored: the defaults."""

    template_name = "admin/quizzes/_review.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        shown = value if isinstance(value, dict) else {}
        moments = list(reviewing.MOMENTS)
        rows = [
            (
                words,
                [
                    (f"{name}-{moment}-{thing}", self._is_shown(shown, moment, thing), reviewing.MOMENTS[moment])
                    for moment in moments
                ],
            )
            for thing, words in reviewing.LABELS.items()
            if thing != reviewing.Thing.RESPONSE
        ]
        return super().get_context(name, value, attrs) | {"moments": reviewing.MOMENTS.values(), "rows": rows}

    def _is_shown(self, shown: dict[str, list[str]], moment: Any, thing: Any) -> bool:
        known = shown.get(moment)
        return thing in (reviewing.DEFAULTS[moment] if known is None else known)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list[str]]:
        things = [thing for thing in reviewing.LABELS if thing != reviewing.Thing.RESPONSE]
        chosen = {
            str(moment): [str(thing) for thing in things if data.get(f"{name}-{moment}-{thing}")]
            for moment in reviewing.MOMENTS
        }
        return {moment: [str(reviewing.Thing.RESPONSE), *shown] for moment, shown in chosen.items()}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        # Django's renderer of widgets looks for templates in apps only.
        return loader.render_to_string(template_name, context)


class ReviewField(forms.Field):
    widget = ReviewWidget

    def clean(self, value: Any) -> dict[str, list[str]]:
        shown: dict[str, list[str]] = value or {}
        if all(set(things) == set(reviewing.DEFAULTS[reviewing.Moment(name)]) for name, things in shown.items()):
            return {}  # the defaults, as they will ever be
        return shown

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or {}) != self.clean(data)


class MockTestForm(VersionedForm):
    review = ReviewField(
        label=gettext_lazy("What learners see"),
        required=False,
        help_text=gettext_lazy("Their own answers they always see, and nothing else while they sit the test."),
    )

    class Meta:
        model = MockTest
        fields = ["course", *SETTINGS]
        widgets = {"introduction": MarkdownArea({"rows": 6})}

    def version(self) -> str:
        test = MockTest.objects.filter(pk=self.instance.pk)
        if self.is_bound:
            test = test.select_for_update()
        sections = Section.objects.filter(test=self.instance.pk).values_list("pk", "position", "title")
        return fingerprint(test.values_list("revised_at", flat=True).get(), list(sections))

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        course = self.cleaned_data.get("course") or getattr(self.instance, "course", None)
        lesson, chapter = self.cleaned_data.get("lesson"), self.cleaned_data.get("chapter")
        for name, place in (("lesson", lesson), ("chapter", chapter)):
            if place and course and place.course_id != course.pk:
                self.add_error(name, _("This belongs to another course."))
        if lesson and chapter:
            self.add_error("chapter", _("A test belongs to a lesson, to a chapter or to the whole course. Choose one."))
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens."))
        if self.cleaned_data.get("preset") == MockTest.Preset.OWN and not self.cleaned_data.get("right_marks"):
            self.add_error("right_marks", _("A right answer has to earn something."))
        return data


Choices = list[tuple[Any, Any]]


def pool_choices(course: Course) -> Callable[[], dict[str, Choices]]:
    """What a pool of the course may be narrowed to, read once for all slots of a page."""
    known: dict[str, Choices] = {}

    def choices() -> dict[str, Choices]:
        if not known:
            lessons = Lesson.objects.filter(course=course).in_order()
            concepts = Concept.objects.filter(lesson__course=course).order_by(
                "lesson__chapter__position", "lesson__position", "position", "pk"
            )
            known["chapters"] = _named(Chapter.objects.filter(course=course).values_list("pk", "title"))
            known["lessons"] = _named(lessons.values_list("pk", "title"))
            known["concepts"] = _named(concepts.values_list("pk", "name"))
            known["difficulties"] = list(Difficulty.choices)
            known["kinds"] = list(Kind.choices)
        return known

    return choices


def _named(rows: Iterable[Any]) -> Choices:
    return [(pk, name) for pk, name in rows]


def question_choices(section: Section) -> Callable[[], list[Question]]:
    """Questions that a slot of the section may ask, in use or asked already; read once for all slots of a page."""
    known: list[Question] = []

    def choices() -> list[Question]:
        if not known:
            rows = Question.objects.filter(course=section.test.course_id).select_related("lesson")
            rows = rows.filter(Q(retired_at=None) | Q(pk__in=Slot.objects.filter(section=section).values("question")))
            known.extend(rows.only("name", "kind", "course", "lesson__title", "retired_at").order_by("name"))
        return known

    return choices


POOL: dict[str, tuple[Any, Any]] = {
    "chapters": (gettext_lazy("Chapters"), int),
    "lessons": (gettext_lazy("Lessons"), int),
    "concepts": (gettext_lazy("Key concepts"), int),
    "difficulties": (gettext_lazy("Difficulties"), int),
    "kinds": (gettext_lazy("Kinds"), str),
}


SLOT_FIELDS = ["question", "draw", "points", "position"]


class SlotForm(UnchangedPasses):
    """A fixed question, or how many to draw from which pool."""

    tags = WordsField(
        label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Any of these, divided by commas.")
    )

    class Meta:
        model = Slot
        fields = SLOT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool = self.instance.pool or {}
        for name in POOL:
            self.initial[f"pool_{name}"] = pool.get(name, [])
        self.initial["tags"] = pool.get("tags", [])

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        # What a constraint asks for: a question, or a pool; a pool narrowed by nothing is the whole course.
        if self.cleaned_data.get("question"):
            self.instance.pool = None
        else:
            chosen = {name: self.cleaned_data.get(f"pool_{name}") for name in POOL}
            chosen["tags"] = self.cleaned_data.get("tags")
            self.instance.pool = {name: values for name, values in chosen.items() if values}
        return data


def slot_form(course: Course, section: Section) -> type[SlotForm]:
    """The form of a slot with what this course and section offer."""
    offered, questions = pool_choices(course), question_choices(section)
    fields: dict[str, Any] = {
        "question": NamedChoiceField(
            questions,
            required=False,
            label=gettext_lazy("Fixed question"),
            help_text=gettext_lazy("Its name; suggestions appear as you type. Empty: drawn from the pool below."),
            widget=forms.TextInput({"list": "questions", "autocomplete": "off", "class": "vTextField"}),
        )
    }
    for name, (label, coerce) in POOL.items():
        fields[f"pool_{name}"] = forms.TypedMultipleChoiceField(
            label=label,
            required=False,
            coerce=coerce,
            empty_value=[],
            choices=lambda name=name: offered()[name],
            widget=forms.SelectMultiple({"size": 5}),
        )
    return type("SlotForm", (SlotForm,), fields)

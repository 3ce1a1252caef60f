from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Tier
from courses.models import Lesson
from courses.rights import CourseRights
from lib.desk.fields import PairsField, SharedChoiceField
from lib.desk.forms import OrderedFormSet, UnchangedPasses, VersionedForm, fingerprint
from lib.desk.pages import DeskInline, DeskRows, DeskTexts
from lib.desk.widgets import MarkdownArea
from media.speech import choosing

from . import speaking
from .models import Chunk, Concept, Episode, Example, MemoryAid, Speaker, Summary, Turn, Voicing
from .texts import MarkdownField

WRITING: dict[Any, dict[str, Any]] = {MarkdownField: {"widget": MarkdownArea}}


class PartInline(DeskTexts):
    """Rows of text that belong to a lesson."""

    formset = OrderedFormSet
    form = UnchangedPasses
    formfield_overrides = WRITING
    classes = ["collapse"]


class SummaryFormSet(OrderedFormSet):
    """One text for each tier, whether it is written already or not; an emptied one is deleted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        written = set(instance.summaries.values_list("tier", flat=True)) if instance and instance.pk else set()
        missing = [tier for tier in Tier.values if tier not in written]
        self.extra = len(missing)
        super().__init__(*args, **kwargs | {"initial": [{"tier": tier} for tier in missing]})

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["tier"].widget = forms.HiddenInput()
        if tier := form.instance.tier or form.initial.get("tier"):
            form.fields["body"].label = Tier(tier).label

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Summary:
        form.instance.position = Tier.values.index(form.instance.tier)
        return super().save_new(form, commit=commit)


class SummaryInline(PartInline):
    model = Summary
    formset = SummaryFormSet
    fields = ["tier", "body"]
    max_num = len(Tier.values)
    rows = {"body": 12}


class ConceptInline(PartInline):
    model = Concept
    fields = ["name", "description", "position"]
    rows = {"description": 4}


class ExampleInline(PartInline):
    model = Example
    fields = ["title", "body", "position"]
    rows = {"body": 10}


class MemoryAidInline(PartInline):
    model = MemoryAid
    fields = ["kind", "body", "position"]
    rows = {"body": 5}


class ChunkInline(PartInline):
    model = Chunk
    fields = ["title", "excerpt", "explanation", "analogy", "position"]
    rows = {"excerpt": 4, "explanation": 8, "analogy": 4}


class EpisodeInline(DeskRows):
    """Titles and order; what is said in an episode has a page of its own."""

    model = Episode
    formset = OrderedFormSet
    fields = ["position", "title", "turns_link"]
    readonly_fields = ["turns_link"]
    classes = ["collapse"]

    @admin.display(description=gettext_lazy("what is said"))
    def turns_link(self, obj: Episode) -> SafeString | str:
        if not obj.pk:
            return _("Save the lesson, then write what is said.")
        return format_html('<a href="{}">{}</a>', reverse("admin:lessons_episode_change", args=[obj.pk]), _("Write it"))


class SpeakerFormSet(OrderedFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # Django would list every turn; the sentence below says it shorter.
        form.hand_clean_DELETE = lambda: None

    def reason_to_keep(self, obj: Speaker) -> str:
        if not (number := obj.turns.count()):
            return ""
        words = ngettext(
            "%(name)s speaks in %(number)d turn. Give it to somebody else first.",
            "%(name)s speaks in %(number)d turns. Give them to somebody else first.",
            number,
        )
        return words % {"name": obj, "number": number}


class VoiceSelect(forms.Select):
    """A voice of those set up here. One that is not, such as from another machine, stays as it is."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        known = {key for key, _label in self.choices}
        strange = [each for each in value if each not in known]
        self.choices = [*self.choices, *((each, _("%(voice)s, not set up here") % {"voice": each}) for each in strange)]
        return super().optgroups(name, value, attrs)


class HasVoices(DeskInline):
    """Rows on the page of a course that name voices and engines: those that speak its language."""

    voice_fields: tuple[str, ...] = ()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self._language = obj.language if obj else ""
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.voice_fields:
            empty = _("The engine's choice")
            voices = choosing.voices(self._language) if self._language else []
            kwargs["widget"] = VoiceSelect(choices=[("", empty), *((voice.id, voice.label) for voice in voices)])
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class SpeakerInline(HasVoices, DeskRows):
    model = Speaker
    formset = SpeakerFormSet
    fields = ["position", "name", "role", "voice"]
    voice_fields = ("voice",)


class VoicingForm(forms.ModelForm):
    pronunciation = PairsField(
        label=gettext_lazy("Pronunciation"),
        required=False,
        help_text=gettext_lazy("One word a line: how it is written, “=”, how to say it. Such as “SQL = sequel”."),
    )

    class Meta:
        model = Voicing
        fields = ["engine", "narrator", "pause", "format", "pronunciation"]

    def clean_pause(self) -> float:
        return round(float(self.cleaned_data["pause"]), 2)


class VoicingInline(HasVoices, DeskTexts):
    """How the course sounds: one row, or none while nothing differs from what everybody has."""

    model = Voicing
    form = VoicingForm
    fields = ["engine", "narrator", ("pause", "format"), "pronunciation"]
    verbose_name = gettext_lazy("sound")
    verbose_name_plural = gettext_lazy("sound")
    voice_fields = ("narrator",)
    rows = {"pronunciation": 6}
    extra = 1
    max_num = 1
    can_delete = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "engine":
            engines = [(engine.id, engine.id) for engine in choosing.engines()]
            kwargs["widget"] = VoiceSelect(choices=[("", _("The best for the language")), *engines])
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TurnInline(DeskRows):
    model = Turn
    formset = OrderedFormSet
    form = UnchangedPasses
    formfield_overrides = WRITING
    fields = ["position", "speaker", "text"]
    rows = {"text": 3}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("speaker")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        self._episode = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "speaker":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return SharedChoiceField(self._cast(), label=db_field.verbose_name)

    def _cast(self) -> Any:
        """The course's cast, read once for all turns."""
        known: list[Speaker] = []

        def cast() -> list[Speaker]:
            if not known and isinstance(self._episode, Episode):
                known.extend(self._episode.lesson.course.cast.all())
            return known

        return cast


class EpisodeForm(VersionedForm):
    def version(self) -> str:
        episode = self.instance
        lesson = Lesson.objects.filter(pk=episode.lesson_id)
        if self.is_bound:
            lesson = lesson.select_for_update()
        # The lesson's own stamp would also tell of changes that have nothing to do with this episode.
        list(lesson.values_list("pk"))
        title = Episode.objects.values_list("title", flat=True).get(pk=episode.pk)
        return fingerprint(title, list(episode.turns.values_list("pk", "position", "speaker", "text")))


@admin.register(Episode)
class EpisodeAdmin(CourseRights):
    """Who says what in one episode."""

    way_to_course = "lesson__course"
    list_display = ["title", "lesson", "course", "turn_count"]
    list_select_related = ["lesson__course"]
    search_fields = ["title", "lesson__title"]
    ordering = ["lesson__course__title", "lesson__chapter__position", "lesson__position", "position", "pk"]
    form = EpisodeForm
    fields = ["opened_version", "title", "lesson_link"]
    readonly_fields = ["lesson_link"]
    inlines = [TurnInline]
    tells_deleted = [Turn]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("lesson__course")
        return rows.annotate(how_many=Count("turns"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # an episode begins on the page of its lesson

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        lesson = obj.lesson
        return [
            (reverse("admin:courses_course_change", args=[lesson.course_id]), str(lesson.course)),
            (reverse("admin:courses_lesson_change", args=[lesson.pk]), str(lesson)),
        ]

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        speaking.follow([form.instance.lesson], asked_by=request.user)  # type: ignore[arg-type]

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:courses_lesson_change", obj.lesson_id)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return reverse("study:listen", args=[obj.lesson.course.slug, obj.lesson.slug]) if obj else None

    @admin.display(description=gettext_lazy("lesson"))
    def lesson_link(self, obj: Episode) -> SafeString:
        address = reverse("admin:courses_lesson_change", args=[obj.lesson_id])
        return format_html('<a href="{}">{}</a>', address, obj.lesson)

    @admin.display(description=gettext_lazy("course"))
    def course(self, obj: Episode) -> str:
        return str(obj.lesson.course)

    @admin.display(description=gettext_lazy("turns"), ordering="how_many")
    def turn_count(self, obj: Any) -> int:
        return int(obj.how_many)

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template import loader
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import covers
from courses.admin import ChapterInline, TeachingInline
from courses.desk import PublishableAdmin, StateFilter
from courses.models import Chapter, Course, Lesson
from enrollment.models import Enrollment
from lessons.admin import SpeakerInline, VoicingInline
from lessons.models import Speaker, Voicing
from lib.desk.fields import LinesField
from lib.desk.forms import VersionedForm, fingerprint

from .. import sound
from ..folder import LANGUAGE, MOST_OUTCOMES
from ..texts import DEFAULT_CAST

# What two editors could take from each other. Seats taken and the like change by themselves.
WRITTEN = ["track", "slug", "title", "promise", "level", "language", "outcomes", "cover", "seats"]
WRITTEN += ["published_at", "archived_at"]


class CoverWidget(forms.ClearableFileInput):
    """Shows the cover itself, from the address that readers get it from."""

    template_name = "admin/cover_widget.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        attrs = context["widget"]["attrs"]
        attrs["aria_describedby"] = attrs.get("aria-describedby", "")
        if context["widget"]["is_initial"]:
            context["widget"]["address"] = covers.address(value.name, covers.WIDTHS[0])
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        # Django's renderer of widgets looks for templates in apps only.
        return loader.render_to_string(template_name, context)

    def is_initial(self, value: Any) -> bool:
        return bool(value and getattr(value, "name", ""))


class CourseForm(VersionedForm):
    outcomes = LinesField(
        label=gettext_lazy("Outcomes"),
        required=False,
        help_text=gettext_lazy("What learners can do afterwards: one sentence a line, at most eight."),
    )

    class Meta:
        model = Course
        fields = WRITTEN

    def version(self) -> str:
        course = Course.objects.filter(pk=self.instance.pk)
        if self.is_bound:
            course = course.select_for_update()
        own = course.values_list(*WRITTEN).get()
        chapters = self.instance.chapters.values_list("pk", "position", "title", "slug")
        cast = self.instance.cast.values_list("pk", "position", "name", "role", "voice")
        sound = Voicing.objects.filter(course=self.instance).values_list(*VoicingInline.form.Meta.fields)
        return fingerprint(own, list(chapters), list(cast), list(sound))

    def clean_outcomes(self) -> list[str]:
        outcomes: list[str] = self.cleaned_data["outcomes"]
        if len(outcomes) > MOST_OUTCOMES:
            raise forms.ValidationError(
                _("These are %(number)d. Keep the best eight."), params={"number": len(outcomes)}
            )
        return outcomes

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if not LANGUAGE.fullmatch(language):
            raise forms.ValidationError(_("Write a code such as en, de or pt-BR."))
        return language


@admin.register(Course)
class CourseAdmin(PublishableAdmin):
    way_to_course = "pk"
    form = CourseForm
    fieldsets = [
        (None, {"fields": ["opened_version", "title", "promise", "track", ("level", "language"), "outcomes", "cover"]}),
        (gettext_lazy("Address and seats"), {"fields": ["slug", "seats", "figures"]}),
        (gettext_lazy("Publishing"), {"fields": ["published_at", "archived_at"]}),
    ]
    readonly_fields = ["figures"]
    rows = {"promise": 2, "outcomes": 6}
    list_display = ["title", "track", "level", "state_word", "lesson_link", "people_link", "revised", "page"]
    list_select_related = ["track"]
    list_filter = [StateFilter, "track", "level"]
    search_fields = ["title", "slug", "promise"]
    ordering = ["title", "pk"]
    inlines = [ChapterInline, SpeakerInline, VoicingInline, TeachingInline]
    tells_deleted = [Chapter, Lesson]

    # --- Rights: superusers begin and end courses ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def reason_to_keep(self, obj: Any) -> str:
        if not (number := Enrollment.objects.filter(course=obj).count()):
            return ""
        words = ngettext(
            "%(number)d person is or was enrolled in “%(course)s”. Archive it instead: "
            "it leaves the catalogue, and what was learnt is kept.",
            "%(number)d people are or were enrolled in “%(course)s”. Archive it instead: "
            "it leaves the catalogue, and what they learnt is kept.",
            number,
        )
        return words % {"number": number, "course": obj}

    # --- Form ---

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, list[str]]:
        # Later the address is a promise: it changes on purpose only.
        return {"slug": ["title"]} if obj is None else {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "promise":
            kwargs["widget"] = forms.Textarea
        if db_field.name == "cover":
            return db_field.formfield(widget=CoverWidget({"accept": "image/png,image/jpeg,image/webp"}))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change and not form.instance.cast.exists():
            # Somebody has to speak: as in a course folder that names nobody.
            for position, speaker in enumerate(DEFAULT_CAST, 1):
                Speaker.objects.create(course=form.instance, name=speaker.name, role=speaker.role, position=position)
        heard = {formset for formset in formsets if formset.model in (Speaker, Voicing) and formset.has_changed()}
        if change and (heard or set(form.changed_data) & {"language", "published_at", "archived_at"}):
            self._follow(request, [form.instance])

    def _follow(self, request: HttpRequest, courses: Iterable[Course]) -> None:
        for course in courses:
            sound.refresh_course(course, asked_by=request.user)  # type: ignore[arg-type]

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        chosen = list(queryset)
        super().publish(request, queryset)
        self._follow(request, chosen)

    @admin.action(description=gettext_lazy("Bring back from the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: Any) -> None:
        chosen = list(queryset)
        super().unarchive(request, queryset)
        self._follow(request, chosen)

    @admin.display(description=gettext_lazy("so far"))
    def figures(self, obj: Course) -> str:
        if not obj.pk:
            return _("Nothing yet: save the course, then write its lessons.")
        lessons = ngettext("%(number)d lesson", "%(number)d lessons", obj.lesson_count) % {"number": obj.lesson_count}
        people = ngettext("%(number)d enrolled", "%(number)d enrolled", obj.seats_taken) % {"number": obj.seats_taken}
        return _("%(lessons)s, %(minutes)d minutes, %(people)s") % {
            "lessons": lessons,
            "minutes": obj.minutes,
            "people": people,
        }

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        pages = [
            ("courses_lesson", _("Lessons")),
            ("quizzes_question", _("Questions")),
            ("quizzes_mocktest", _("Mock tests")),
            ("quizzes_attempt", _("Attempts")),
            ("enrollment_enrollment", _("Enrolled people")),
        ]
        return [(reverse(f"admin:{name}_changelist", query={"course": obj.pk}), words) for name, words in pages]

    # --- List ---

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("track")

    @admin.display(description=gettext_lazy("lessons"), ordering="lesson_count")
    def lesson_link(self, obj: Course) -> SafeString:
        address = reverse("admin:courses_lesson_changelist", query={"course": obj.pk})
        return format_html('<a href="{}">{}</a>', address, obj.lesson_count)

    @admin.display(description=gettext_lazy("enrolled"), ordering="seats_taken")
    def people_link(self, obj: Course) -> SafeString:
        address = reverse("admin:enrollment_enrollment_changelist", query={"course": obj.pk})
        number = obj.seats_taken if obj.seats is None else f"{obj.seats_taken} / {obj.seats}"
        return format_html('<a href="{}">{}</a>', address, number)

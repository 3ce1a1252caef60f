from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib.desk.forms import OrderedFormSet
from lib.desk.pages import DeskAdmin, DeskRows

from . import rights
from .models import Chapter, Lesson, Teaching, Track


@admin.register(Track)
class TrackAdmin(DeskAdmin):
    list_display = ["title", "slug", "position", "course_count"]
    search_fields = ["title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Which tracks there are is no secret: an author chooses one, a superuser edits them.
        return Track.objects.annotate(how_many=Count("courses")).order_by("position", "pk")

    @admin.display(description=gettext_lazy("courses"), ordering="how_many")
    def course_count(self, obj: Any) -> int:
        return int(obj.how_many)

    def reason_to_keep(self, obj: Any) -> str:
        if not obj.courses.exists():
            return ""
        return _("%(track)s has courses. Move them to another track first.") % {"track": obj}


@admin.register(Chapter)
class ChapterAdmin(rights.CourseRights):
    """Seldom opened: chapters are edited with their course. Lessons find their chapter here."""

    fields = ["title", "slug", "position"]
    list_display = ["title", "course", "position"]
    list_select_related = ["course"]
    search_fields = ["title", "course__title"]
    ordering = ["course__title", "course_id", "position", "pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a chapter begins on the page of its course

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("course")

    def choice_label(self, obj: Any) -> str:
        return f"{obj.course.title} · {obj.title}"

    def reason_to_keep(self, obj: Any) -> str:
        return lessons_inside(obj)


def lessons_inside(chapter: Chapter) -> str:
    """Why `chapter` cannot be deleted; empty when it can: lessons never go by the way."""
    if not (number := Lesson.objects.filter(chapter=chapter).count()):
        return ""
    words = ngettext(
        "“%(chapter)s” holds %(number)d lesson. Move or delete it first.",
        "“%(chapter)s” holds %(number)d lessons. Move or delete them first.",
        number,
    )
    return words % {"chapter": chapter, "number": number}


class ChapterFormSet(OrderedFormSet):
    def reason_to_keep(self, obj: Chapter) -> str:
        return lessons_inside(obj)


class ChapterInline(DeskRows):
    model = Chapter
    formset = ChapterFormSet
    fields = ["position", "title", "slug"]
    prepopulated_fields = {"slug": ["title"]}


class TeachingFormSet(OrderedFormSet):
    def clean(self) -> None:
        super().clean()
        people = [form.cleaned_data["user"] for form in self.forms if self._names_somebody(form)]
        if inactive := [str(person) for person in people if not person.is_active]:
            raise ValidationError(
                _("%(people)s cannot sign in: the account is closed."), params={"people": ", ".join(inactive)}
            )

    def _names_somebody(self, form: forms.ModelForm) -> bool:
        cleaned = getattr(form, "cleaned_data", {})
        return form.has_changed() and bool(cleaned.get("user")) and not cleaned.get("DELETE")


class TeachingInline(DeskRows):
    """Who may edit the course: superusers name them, the named see who else there is."""

    model = Teaching
    formset = TeachingFormSet
    autocomplete_fields = ["user"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["position", "user"] if request.user.is_superuser else ["who"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [] if request.user.is_superuser else ["who"]

    @admin.display(description=gettext_lazy("instructor"))
    def who(self, obj: Teaching) -> str:
        # A name, not a link: the pages of people are not open to instructors.
        return capfirst(f"{obj.user} ({obj.user.email})")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user")

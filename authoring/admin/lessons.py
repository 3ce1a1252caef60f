from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.desk import CourseFilter, StateFilter
from courses.models import Chapter, Lesson
from courses.models.tree import RESERVED_LESSON_SLUGS
from flashcards.admin import CardInline
from flashcards.models import Card
from lessons.admin import (
    ChunkInline,
    ConceptInline,
    EpisodeInline,
    ExampleInline,
    MemoryAidInline,
    SummaryInline,
)
from lessons.models import Chunk, Concept, Episode, Example, Listening, MemoryAid, Reading, Summary, Turn
from lib.desk.forms import VersionedForm
from quizzes.models import Attempt

from .audio import AudioPages
from .lesson_tests import LessonTests


class LessonForm(VersionedForm):
    class Meta:
        model = Lesson
        fields = ["chapter", "slug", "title", "objective", "minutes", "position", "published_at", "archived_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields and self.instance._state.adding:
            self.fields["position"].required = False
            self.initial.setdefault("position", None)

    def version(self) -> str:
        lesson = Lesson.objects.filter(pk=self.instance.pk)
        if self.is_bound:
            lesson = lesson.select_for_update()
        return lesson.values_list("revised_at", flat=True).get().isoformat()

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED_LESSON_SLUGS:
            raise ValidationError(_("Every course has a page with this address. Choose another."))
        return slug

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        chapter, slug = self.cleaned_data.get("chapter"), self.cleaned_data.get("slug")
        if chapter is None:
            return data
        others = Lesson.objects.exclude(pk=self.instance.pk)
        if slug and others.filter(course=chapter.course_id, slug=slug).exists():
            self.add_error("slug", _("Another lesson of this course has this address."))
        if self.cleaned_data.get("position") is None and "position" not in self.errors:
            last = others.filter(chapter=chapter).order_by("position").values_list("position", flat=True).last()
            self.cleaned_data["position"] = 1 if last is None else last + 1
        return data


@admin.register(Lesson)
class LessonAdmin(LessonTests, AudioPages):
    form = LessonForm
    fieldsets = [
        (None, {"fields": ["opened_version", "chapter", "title", "objective", "minutes"]}),
        (gettext_lazy("Address and order"), {"fields": ["slug", "position"]}),
        (gettext_lazy("Publishing"), {"fields": ["published_at", "archived_at"]}),
    ]
    rows = {"objective": 2}
    list_display = ["title", "course", "chapter", "state_word", "minutes", "revised", "page"]
    list_select_related = ["course", "chapter"]
    list_filter = [StateFilter, CourseFilter]
    search_fields = ["title", "slug", "course__title"]
    ordering = ["course__title", "course_id", "chapter__position", "chapter_id", "position", "pk"]
    inlines = [
        SummaryInline,
        ConceptInline,
        ExampleInline,
        MemoryAidInline,
        EpisodeInline,
        ChunkInline,
        CardInline,
    ]
    tells_deleted = [Summary, Concept, Example, MemoryAid, Episode, Turn, Chunk, Card]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("course", "chapter")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        # A new lesson may stand in any chapter of one's courses; an old one moves within its course, which has few.
        return ["chapter"] if request.resolver_match and request.resolver_match.url_name == "courses_lesson_add" else []

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if isinstance(obj, Lesson) and "chapter" in form.base_fields:
            chapter: Any = form.base_fields["chapter"]
            chapter.queryset = Chapter.objects.filter(course=obj.course_id)
            chapter.label_from_instance = str
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "objective":
            kwargs["widget"] = forms.Textarea
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, list[str]]:
        return {"slug": ["title"]} if obj is None else {}

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.course_id])
        lessons = reverse("admin:courses_lesson_changelist", query={"course": obj.course_id})
        return [(course, str(obj.course)), (lessons, _("Lessons"))]

    def reason_to_keep(self, obj: Any) -> str:
        read = Reading.objects.filter(lesson=obj).exclude(Q(read_keys=[]), finished_at=None, place_at=None)
        heard = Listening.objects.filter(audio__lesson=obj)
        asked = Attempt.objects.filter(lesson=obj).order_by()  # rounds of practice
        number = read.values("learner").union(heard.values("learner"), asked.values("learner")).count()
        if not number:
            return ""
        words = ngettext(
            "%(number)d learner has begun “%(lesson)s”. Archive it instead: what was learnt is kept.",
            "%(number)d learners have begun “%(lesson)s”. Archive it instead: what they learnt is kept.",
            number,
        )
        return words % {"number": number, "lesson": obj}

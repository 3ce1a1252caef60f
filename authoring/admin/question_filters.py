"""What the list of questions can be narrowed to."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rights
from courses.models import Lesson
from lessons.models import Concept

MOST_LISTED = 60  # links in one filter
FACILITY = [
    ("0-15", gettext_lazy("Too hard: under 15 %"), 0.0, 0.15),
    ("15-40", gettext_lazy("Hard: 15–40 %"), 0.15, 0.40),
    ("40-70", gettext_lazy("Medium: 40–70 %"), 0.40, 0.70),
    ("70-95", gettext_lazy("Easy: 70–95 %"), 0.70, 0.95),
    ("95-100", gettext_lazy("Too easy: over 95 %"), 0.95, 1.01),
]
DISCRIMINATION = [
    ("below", gettext_lazy("Below 0: a wrong key?"), -1.01, 0.0),
    ("low", gettext_lazy("Low: 0–0.15"), 0.0, 0.15),
    ("fair", gettext_lazy("Fair: 0.15–0.30"), 0.15, 0.30),
    ("good", gettext_lazy("Good: over 0.30"), 0.30, 1.01),
]
FLAGS = [
    ("bad_key", gettext_lazy("Wrong key?")),
    ("negative_discrimination", gettext_lazy("Those who know most miss it")),
    ("drift", gettext_lazy("Its difficulty has moved")),
    ("over_exposed", gettext_lazy("Shown too often")),
    ("never_chosen", gettext_lazy("Options nobody chooses")),
    ("too_easy", gettext_lazy("Too easy")),
    ("too_hard", gettext_lazy("Too hard")),
    ("low_discrimination", gettext_lazy("Hardly tells apart who knows it")),
    ("slow", gettext_lazy("Takes long")),
    ("rapid", gettext_lazy("Many guess")),
]


class Filter(admin.SimpleListFilter):
    def number(self) -> int:
        """0 for what is no number: no row has it."""
        value = self.value() or ""
        return int(value) if value.isdecimal() and len(value) < 19 else 0


class RetiredFilter(Filter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("active", _("In use")), ("retired", _("Retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "active":
                return queryset.filter(retired_at=None)
            case "retired":
                return queryset.exclude(retired_at=None)
        return queryset


class OfCourse(Filter):
    """Choices within the course that the list is narrowed to; of all courses they would be too many."""

    def rows(self, course: int) -> QuerySet:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        course = request.GET.get("course", "")
        if not course.isdecimal() or len(course) > 18 or not rights.may_edit(request, int(course)):
            return []
        return [(str(pk), name) for pk, name in self.rows(int(course))[:MOST_LISTED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{str(self.parameter_name): self.number()}) if self.value() else queryset


class LessonFilter(OfCourse):
    title = gettext_lazy("lesson")
    parameter_name = "lesson"

    def rows(self, course: int) -> QuerySet:
        return Lesson.objects.filter(course=course).in_order().values_list("pk", "title")


class ConceptFilter(OfCourse):
    title = gettext_lazy("key concept")
    parameter_name = "concept"

    def rows(self, course: int) -> QuerySet:
        rows = Concept.objects.filter(lesson__course=course)
        return rows.order_by("lesson__chapter__position", "lesson__position", "position").values_list("pk", "name")


class Bands(Filter):
    bands: list[tuple[str, Any, float, float]] = []
    column = ""

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(name, words) for name, words, _low, _high in self.bands]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for name, _words, low, high in self.bands:
            if self.value() == name:
                return queryset.filter(**{f"{self.column}__gte": low, f"{self.column}__lt": high})
        return queryset


class FacilityFilter(Bands):
    title = gettext_lazy("facility")
    parameter_name = "facility"
    bands = FACILITY
    column = "facility_of"


class DiscriminationFilter(Bands):
    title = gettext_lazy("discrimination")
    parameter_name = "discrimination"
    bands = DISCRIMINATION
    column = "discrimination_of"


class FlagFilter(Filter):
    title = gettext_lazy("found in the answers")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("any", _("Anything")), *FLAGS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value == "any":
            return queryset.exclude(flags_of=None).exclude(flags_of=[])
        if value in dict(FLAGS):
            # As text: a list of objects cannot be searched alike in every database.
            return queryset.filter(flags_of__icontains=f'"{value}"')
        return queryset

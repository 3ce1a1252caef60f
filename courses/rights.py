"""Who may do what in the admin: the rights of a person toward a course."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from lib.desk.pages import DeskAdmin

from .models import Course


def is_author(request: HttpRequest) -> bool:
    """Whether the person edits any course."""
    return _is_superuser(request) or bool(taught(request))


def may_edit(request: HttpRequest, course_id: int | None) -> bool:
    return _is_superuser(request) or course_id in taught(request)


def taught(request: HttpRequest) -> frozenset[int]:
    """The courses that somebody who is no superuser may edit: one query a request."""
    if not hasattr(request, "_courses_taught"):
        courses = Course.objects.editable_by(request.user) if request.user.is_authenticated else Course.objects.none()
        request._courses_taught = frozenset(courses.values_list("pk", flat=True))  # type: ignore[attr-defined]
    return request._courses_taught  # type: ignore[attr-defined]


def own(rows: QuerySet, request: HttpRequest, course: str) -> QuerySet:
    """course: the way from a row to its course, such as "lesson__course", or "pk"."""
    return rows if _is_superuser(request) else rows.filter(**{f"{course}__in": taught(request)})


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


class CourseRights(DeskAdmin):
    """A page for who edits the course that its objects belong to, in every list, form, action and choice."""

    way_to_course = "course"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return own(super().get_queryset(request), request, self.way_to_course)

    def course_id(self, obj: Any) -> int | None:
        *steps, last = self.way_to_course.split("__")
        for step in steps:
            obj = getattr(obj, step)
        found: int | None = obj.pk if last == "pk" else getattr(obj, f"{last}_id")
        return found

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_author(request) if obj is None else may_edit(request, self.course_id(obj))

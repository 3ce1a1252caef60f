"""What a browser would send for an admin page that was opened and saved."""

from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courses.models import Course, Lesson
from lessons.models import Episode


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """The data of the form at `address`, as it stands, with `changes`."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    context = answer.context_data
    data: dict[str, Any] = {}
    for form in [context["adminform"].form, *rows(answer)]:
        for bound in form:
            put(data, bound)
    for inline in context["inline_admin_formsets"]:
        for bound in inline.formset.management_form:
            put(data, bound)
    return data | changes


def rows(answer: HttpResponse) -> list[Any]:
    return [form for inline in answer.context_data["inline_admin_formsets"] for form in inline.formset.forms]


def put(data: dict[str, Any], bound: Any) -> None:
    value = bound.value()
    widget = bound.field.widget
    if hasattr(widget, "widgets_names"):
        for name, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
            data[bound.html_name + name] = "" if part is None else str(part)
    elif value is not None and value is not False and not isinstance(value, FieldFile):
        data[bound.html_name] = value


def add_row(data: dict[str, Any], prefix: str, **values: Any) -> dict[str, Any]:
    """`data` with one more row in the inline `prefix`, as the button "Add another" makes it."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = number + 1
    return data | {f"{prefix}-{number}-{name}": value for name, value in values.items()}


def lesson_page(lesson: Lesson) -> str:
    return reverse("admin:courses_lesson_change", args=[lesson.pk])


def course_page(course: Course) -> str:
    return reverse("admin:courses_course_change", args=[course.pk])


def episode_page(episode: Episode) -> str:
    return reverse("admin:lessons_episode_change", args=[episode.pk])


def errors(answer: HttpResponse) -> str:
    return str(answer.context_data["errors"])

"""`{% load study %}`: a lesson's state in words."""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import State
from study.outline import Row
from study.standing import Standing

register = template.Library()


class LessonState(NamedTuple):
    name: str  # read, now, new, coming, hidden: the last part of the CSS class
    icon: str
    words: str


@register.simple_tag
def outline_row(row: Row, standing: Standing, current: int | None = None, aside: bool = False) -> SafeString:
    """One lesson of an outline; `current` is the one whose page this is, `aside` the short form beside it."""
    return _outline_row(row, lesson_state(standing, row, current), row.pk == current, bool(aside), get_language())


# The same few rows stand on every page of a course, for all who are as far.
@lru_cache(maxsize=0 if settings.DEBUG else 5000)
def _outline_row(row: Row, state: LessonState, is_current: bool, aside: bool, language: str) -> SafeString:
    context = {"row": row, "state": state, "is_current": is_current, "aside": aside}
    return render_to_string("study/_outline_row.html", context)


def lesson_state(standing: Standing, row: Row, current: int | None) -> LessonState:
    """What to say of a lesson in an outline: a sign never stands without words."""
    if row.state is State.SCHEDULED:
        day = date_format(timezone.localtime(row.published_at), "j F")
        return LessonState("coming", "clock", _("Opens on %(day)s") % {"day": day})
    if row.state is not State.PUBLISHED:
        return LessonState("hidden", "eye-off", str(row.state.label))
    mine = standing.lessons.get(row.pk)
    if mine and mine.is_read:
        return LessonState("read", "circle-check", _("Read"))
    if mine and mine.percent:
        return LessonState("now", "circle-dot", _("%(percent)d %% read") % {"percent": mine.percent})
    if row.pk == current:
        return LessonState("now", "circle-dot", "")
    return LessonState("new", "circle", _("Not started") if standing.is_enrolled else "")

"""`{% load study %}`: a lesson's state in words."""

from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.formats import date_format
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
def lesson_state(standing: Standing, row: Row, current: int | None = None) -> LessonState:
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

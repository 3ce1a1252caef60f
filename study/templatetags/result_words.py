"""`{% load result_words %}`: shares, points and dates of results in words and figures."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from study import reasons

register = template.Library()

FULL = 1_000_000


@register.filter
def share(ppm: int | None) -> str:
    """760000 → "76 %", rounded down: nobody reads a pass mark that was not reached."""
    return "–" if ppm is None else reasons.percent(ppm)


@register.filter
def points(ppm: int) -> str:
    """1500000 → "1.5", -333333 → "−0.33"."""
    return reasons.points(ppm)


@register.filter
def signed(ppm: int) -> str:
    """As `points`, with its sign."""
    return f"+{reasons.points(ppm)}" if ppm > 0 else reasons.points(ppm)


@register.simple_tag
def points_of(earned: int, possible: int) -> str:
    """ "1 of 1 point", "−0.33 of 2 points"."""
    count = 1 if possible == FULL else 2
    words = ngettext("%(earned)s of %(possible)s point", "%(earned)s of %(possible)s points", count)
    return words % {"earned": reasons.points(earned), "possible": reasons.points(possible)}


@register.filter
def minutes_words(minutes: float | None) -> str:
    """30.0 → "30 minutes"; nothing → "No time limit"."""
    if minutes is None:
        return _("No time limit")
    whole = max(1, int(minutes))
    return ngettext("%(count)d minute", "%(count)d minutes", whole) % {"count": whole}

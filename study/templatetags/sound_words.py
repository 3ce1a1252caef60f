"""`{% load sound_words %}`: lengths and places of audio in words and figures."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def length_of(seconds: float) -> str:
    """564 → "9 minutes", 42 → "42 seconds", 3900 → "1 h 5 min"."""
    if seconds < 60:
        whole = max(1, round(seconds))
        return ngettext("%(count)d second", "%(count)d seconds", whole) % {"count": whole}
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def clock(seconds: float) -> str:
    """754 → "12:34", 3723 → "1:02:03"."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    tail = f"{rest % 60:02}"
    return f"{hours}:{rest // 60:02}:{tail}" if hours else f"{rest // 60}:{tail}"

"""`{% load look %}`: icons, covers, initials and form fields for templates."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Form
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lib import cover as covers

register = template.Library()

MODE_ICONS = {
    "read": "book-open",
    "listen": "headphones",
    "recall": "layers",
    "test": "clipboard-check",
    "play": "gamepad-2",
}
AID_ICONS = {"rhyme": "music", "story": "scroll-text", "acronym": "whole-word", "visual": "image"}
TRACK_ICONS = {"business": "briefcase-business", "technology": "code-xml", "design": "pen-tool"}
# These point somewhere, so they turn round where text runs from right to left.
TURNING = {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "log-in", "log-out", "arrow-up-right"}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """One icon of the sprite, as large as the text beside it. It says nothing to screen readers: a word must."""
    return _icon(name, classes, static("img/icons.svg"))


@lru_cache(maxsize=500)
def _icon(name: str, classes: str, sprite: str) -> SafeString:
    turns = " icon--turns" if name in TURNING else ""
    extra = f" {classes}" if classes else ""
    return format_html('<svg class="icon{}{}" aria-hidden="true"><use href="{}#{}"/></svg>', turns, extra, sprite, name)


@register.simple_tag
def mode_icon(mode: str) -> SafeString:
    return icon(MODE_ICONS[mode])


@register.simple_tag
def aid_icon(kind: str) -> SafeString:
    return icon(AID_ICONS[kind])


@register.simple_tag
def track_icon(track: str) -> SafeString:
    return icon(TRACK_ICONS.get(track, "library"))


@register.simple_tag
def cover(slug: str, track: str, size: str = "") -> SafeString:
    return covers.cover_svg(slug, track, size)


@register.filter
def initials(name: object) -> str:
    """One or two letters for a sign: "Ada Lovelace" → AL, "nora" → N, "sam@example.org" → S."""
    words = str(name).split("@")[0].replace(".", " ").split()
    letters = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in letters).upper() or "?"


@register.inclusion_tag("_field.html")
def field(bound: BoundField, **attrs: Any) -> dict[str, Any]:
    """A form's field with label, help and error. Django itself ties the three together for screen readers.

    attrs: attributes for the control; an underscore stands for a hyphen (`inputmode="email"`, `hx_post="…"`).
    """
    control = bound.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()})
    is_check = isinstance(bound.field.widget, CheckboxInput)
    return {"field": bound, "control": control, "is_check": is_check, "grouped": bound.use_fieldset and not is_check}


@register.inclusion_tag("_fields.html")
def fields(form: Form) -> dict[str, Any]:
    """Everything of a form between its tags: error summary, hidden fields, visible fields."""
    return {"form": form}

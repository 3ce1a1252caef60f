"""How a course sounds, as keys of course.yaml: narrator, speech, pause, audio_format, pronunciation."""

from typing import Any

from django.utils.translation import gettext as _

from lessons.models import Voicing
from media.models import Format

from .keys import Keys, tell_choice
from .texts import DEFAULT_FORMAT, DEFAULT_PAUSE, CourseText, one_line

NAMES = ("narrator", "speech", "pause", "audio_format", "pronunciation")
LONGEST_PAUSE = 5.0
MOST_WORDS = 500
WORD_LENGTH, SPOKEN_LENGTH = 60, 200


def parse(keys: Keys) -> dict[str, Any]:
    """The fields of `CourseText` with these names."""
    return {
        "narrator": keys.text("narrator", Voicing._meta.get_field("narrator"), default=""),
        "speech": keys.text("speech", Voicing._meta.get_field("engine"), default=""),
        "pause": keys.decimal("pause", 0, LONGEST_PAUSE, default=DEFAULT_PAUSE),
        "audio_format": _format(keys),
        "pronunciation": _pronunciation(keys),
    }


def _format(keys: Keys) -> str:
    text = keys.text("audio_format", default=DEFAULT_FORMAT)
    if text and text not in Format.values:
        tell_choice(keys.line("audio_format"), _("format"), text, Format.values, keys.tell)
    return text


def _pronunciation(keys: Keys) -> tuple[tuple[str, str], ...]:
    entries = keys.pairs("pronunciation")
    if len(entries) > MOST_WORDS:
        wrong = _("There are %(count)d words to pronounce.") % {"count": len(entries)}
        keys.tell(keys.line("pronunciation"), wrong, _("Keep it to %(most)d.") % {"most": MOST_WORDS})
    found: dict[str, str] = {}
    for written, entry in entries.items():
        word, spoken = one_line(written), keys.line_of(entry, written)
        if len(word) > WORD_LENGTH:
            wrong = _("“%(word)s” is too long to be looked up.") % {"word": word}
            keys.tell(entry.line, wrong, _("Keep it to %(most)d characters.") % {"most": WORD_LENGTH})
        if len(spoken) > SPOKEN_LENGTH:
            wrong = _("What to say for “%(word)s” is too long.") % {"word": word}
            keys.tell(entry.line, wrong, _("Keep it to %(most)d characters.") % {"most": SPOKEN_LENGTH})
        if word in found:
            keys.tell(entry.line, _("“%(word)s” is here twice.") % {"word": word}, _("Keep one of them."))
        found[word] = spoken
    return tuple(sorted(found.items()))


def written(course: CourseText) -> dict[str, object]:
    """The keys that differ from what a course has without them."""
    keys: dict[str, object] = {"narrator": course.narrator or None, "speech": course.speech or None}
    keys["pause"] = course.pause if course.pause != DEFAULT_PAUSE else None
    keys["audio_format"] = course.audio_format if course.audio_format != DEFAULT_FORMAT else None
    keys["pronunciation"] = dict(course.pronunciation) or None
    return keys


def lines_of(keys: Keys) -> dict[str, int]:
    """Where the names stand that only this machine can check."""
    lines = {name: keys.line(name) for name in ("narrator", "speech")}
    for place, entry in enumerate(keys.items("cast") or []):
        if isinstance(entry.value, dict) and "voice" in entry.value:
            lines[f"voice:{place}"] = entry.value["voice"].line
    return lines

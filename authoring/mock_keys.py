"""The settings of a mock test, as keys: a list in a lesson, front matter in a file of its own."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from quizzes import reviewing
from quizzes.models import MockTest

from . import yaml_text
from .keys import Keys, tell_choice
from .mock_texts import RulesText
from .texts import one_line
from .yaml_text import Entry

NAMES = (
    "minutes",
    "attempts",
    "wait",
    "pass",
    "way",
    "marks",
    "floor",
    "certainty",
    "shuffle",
    "counts",
    "review",
    "opens",
    "closes",
    "position",
)
YES, NO = ("yes", "true"), ("no", "false")
MOST = 32_767  # what the columns hold
MARK = r"([+-]?\d{1,3}(?:\.\d{1,2})?)"
MARKS = re.compile(rf"{MARK}\s*/\s*{MARK}\s*/\s*{MARK}")
FLOORS = ("question", "test", "none")
# What is shuffled: (questions, options).
SHUFFLES = {"yes": (True, True), "no": (False, False), "questions": (True, False), "options": (False, True)}
NOTHING = "nothing"


def parse(keys: Keys) -> RulesText:
    preset, marks = _marks(keys)
    questions, options = SHUFFLES[_word(keys, "shuffle", tuple(SHUFFLES), "yes")]
    opens, closes = keys.moment("opens"), keys.moment("closes")
    if opens and closes and closes <= opens:
        keys.tell(keys.line("closes"), _("It closes before it opens."), _("Correct one of the two."))
    return RulesText(
        way=_word(keys, "way", MockTest.Way.values, MockTest.Way.FIXED.value),
        minutes=keys.number("minutes", 1, MOST),
        attempts_allowed=keys.number("attempts", 1, MOST),
        wait_hours=keys.number("wait", 0, MOST) or 0,
        pass_percent=_percent(keys),
        preset=preset,
        right_marks=marks[0],
        wrong_marks=marks[1],
        blank_marks=marks[2],
        floor=_word(keys, "floor", FLOORS, "test"),
        with_certainty=flag(keys, "certainty"),
        shuffle_questions=questions,
        shuffle_options=options,
        counts=_word(keys, "counts", MockTest.Counts.values, MockTest.Counts.BEST.value),
        review=_review(keys),
        opens_at=opens,
        closes_at=closes,
        position=keys.number("position", 0, MOST) or 0,
    )


def flag(keys: Keys, name: str, *, default: bool = False) -> bool:
    text = _word(keys, name, (*YES, *NO), "").lower()
    return text in YES if text else default


def _word(keys: Keys, name: str, choices: tuple[str, ...] | list[str], default: str) -> str:
    text = keys.text(name, default=default)
    if text and text not in choices:
        tell_choice(keys.line(name), name, text, choices, keys.tell)
        return default
    return text or default


def _percent(keys: Keys) -> int | None:
    """70, or 70 %."""
    text = keys.text("pass", default="")
    if not text:
        return None
    number = text.removesuffix("%").strip()
    if number.isascii() and number.isdigit() and len(number) < 4 and int(number) <= 100:
        return int(number)
    keys.tell(keys.line("pass"), _("“pass” must be a share of the marks."), _("Write one like 70 %."))
    return None


def _marks(keys: Keys) -> tuple[str, tuple[str, str, str]]:
    """The preset, and the marks of own rules."""
    text = keys.text("marks", default=MockTest.Preset.PLAIN.value)
    plain = ("1", "0", "0")
    own = MARKS.fullmatch(text)
    if own:
        return MockTest.Preset.OWN.value, (decimal(own[1]), decimal(own[2]), decimal(own[3]))
    presets = [value for value in MockTest.Preset.values if value != MockTest.Preset.OWN]
    if text and text not in presets:
        wrong = _("“%(text)s” are no marks.") % {"text": text}
        remedy = _("Write one of: %(known)s; or what right, wrong and blank earn: 4 / -1 / 0.")
        keys.tell(keys.line("marks"), wrong, remedy % {"known": ", ".join(presets)})
    return text if text in presets else MockTest.Preset.PLAIN.value, plain


def decimal(number: str | Decimal) -> str:
    """Without zeros that say nothing."""
    text = f"{Decimal(number):f}".lstrip("+")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _review(keys: Keys) -> tuple[tuple[str, tuple[str, ...]], ...]:
    moments = [moment.value for moment in reviewing.Moment]
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in keys.pairs("review").items():
        if name not in moments:
            tell_choice(entry.line, "review", name, moments, keys.tell)
        else:
            found[name] = _things(keys, entry, name)
    return tuple((moment, found[moment]) for moment in moments if moment in found)


def _things(keys: Keys, entry: Entry, name: str) -> tuple[str, ...]:
    known = [thing.value for thing in reviewing.Thing]
    text = keys.line_of(entry, name)
    things = [] if text == NOTHING else [one_line(thing) for thing in text.split(",")]
    for thing in things:
        if thing not in known:
            tell_choice(entry.line, "review", thing, [*known, NOTHING], keys.tell)
    return tuple(thing for thing in known if thing in things)


def review_of(stored: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a test's column says, in the order of moments and things."""
    return tuple(
        (moment.value, tuple(thing.value for thing in reviewing.Thing if thing.value in stored[moment.value]))
        for moment in reviewing.Moment
        if moment.value in stored
    )


def written(rules: RulesText) -> dict[str, object]:
    """The keys that differ from what a test has without them."""
    plain = RulesText()
    shuffle = (rules.shuffle_questions, rules.shuffle_options)
    marks = rules.preset
    if marks == MockTest.Preset.OWN:
        marks = f"{rules.right_marks} / {rules.wrong_marks} / {rules.blank_marks}"
    keys: dict[str, Any] = {
        "minutes": rules.minutes,
        "attempts": rules.attempts_allowed,
        "wait": rules.wait_hours or None,
        "pass": f"{rules.pass_percent} %" if rules.pass_percent is not None else None,
        "way": rules.way if rules.way != plain.way else None,
        "marks": marks if marks != plain.preset else None,
        "floor": rules.floor if rules.floor != plain.floor else None,
        "certainty": rules.with_certainty or None,
        "shuffle": next(name for name, both in SHUFFLES.items() if both == shuffle),
        "counts": rules.counts if rules.counts != plain.counts else None,
        "review": {moment: ", ".join(things) or NOTHING for moment, things in rules.review} or None,
        "opens": rules.opens_at,
        "closes": rules.closes_at,
        "position": rules.position or None,
    }
    if keys["shuffle"] in ("yes", "no"):
        keys["shuffle"] = None if keys["shuffle"] == "yes" else False
    return {name: value for name, value in keys.items() if value is not None}


def as_list(keys: dict[str, object]) -> str:
    """One list item a key; what a key holds stands below it, indented."""
    lines = yaml_text.dump(keys).splitlines() if keys else []
    return "\n".join(line if line.startswith(" ") else f"- {line}" for line in lines)

"""Why an answer earned what it earned, in sentences: the grader's codes, the marks rules, what people decided."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import markup
from quizzes import totals
from quizzes.grading import State
from quizzes.models import Answer, Attempt, Kind

FULL = 1_000_000
CHOSEN = (Kind.SINGLE, Kind.TRUE_FALSE, Kind.MULTIPLE)
Words = str | SafeString
Datum = Any


def of(answer: Answer, line: totals.Line, rules: dict[str, Any], shows: Container[str]) -> list[Words]:
    """line: of the answer; shows: what may be seen (quizzes.reviewing), at least the verdict."""
    if line.is_dropped:
        return [_("This question was taken out of the total: it neither earns nor costs anything.")]
    if line.is_void:
        return [_("Everybody earns full marks for this question, whatever was answered.")]
    if line.waits:
        is_test = answer.attempt.purpose != Attempt.Purpose.PRACTICE
        told = _("An instructor marks this answer. Until then the score is provisional.")
        return [told if is_test else _("Nobody marks what you write in practice: compare it with the sample answer.")]
    found = _by_hand(answer, shows) if line.marked_ppm is not None else _by_grader(answer, line, shows)
    return found + (_by_rules(line, rules) if "marks" in shows else [])


def _by_hand(answer: Answer, shows: Container[str]) -> list[Words]:
    marking = answer.marking or {}
    rubric = _key(answer).get("rubric", []) if "key" in shows else []
    titles = {one["id"]: one for one in rubric}
    found: list[Words] = [
        _("%(title)s: %(level)s of %(most)s")
        % {"title": titles[name]["title"], "level": level, "most": max(titles[name]["levels"])}
        for name, level in marking.get("levels", {}).items()
        if name in titles
    ]
    if answer.marked_ppm is not None:
        found.append(_("Marked by an instructor: %(percent)s of the points.") % {"percent": percent(answer.marked_ppm)})
    if marking.get("comment"):
        found.append(_("The instructor writes: “%(comment)s”") % {"comment": marking["comment"]})
    return found


def _key(answer: Answer) -> Mapping[str, Any]:
    return answer.version.revision.key if answer.version.revision else {}


def _by_grader(answer: Answer, line: totals.Line, shows: Container[str]) -> list[Words]:
    if line.state == State.BLANK:
        return []  # the sign beside the question says so
    return sentences([reason for reason in line.why if not _is_plain(reason, answer, line)], shows)


def _is_plain(reason: Sequence[Any], answer: Answer, line: totals.Line) -> bool:
    """Whether the page says it already: beside an option, or by the answer as it was typed."""
    code, datum = reason
    if code == "feedback":
        return answer.version.question.kind in CHOSEN
    return code == "read" and (line.state == State.RIGHT or number(datum) == str(answer.value).strip())


def sentences(why: Sequence[Sequence[Any]], shows: Container[str]) -> list[Words]:
    """The grader's reasons, as far as they may be seen; see quizzes.grading.why.

    A code of a later version of the program says nothing here rather than something wrong.
    """
    found: list[Words] = []
    for code, datum in why:
        if code == "gap":
            found += _gap(datum, shows)
        elif (say := SAYINGS.get(code)) and TELLS.get(code, "key") in shows and (said := say(datum)):
            found.append(said)
    return found


def _gap(datum: Datum, shows: Container[str]) -> list[Words]:
    """The reasons of each gap, with its number before them."""
    inner = sentences(datum["why"], shows)
    if datum["state"] == State.RIGHT or not inner:
        return []
    return [format_html("({}) {}", datum["gap"], reason) for reason in inner]


# --- What graders say -----------------------------------------------------------------------------------------------


def _option(datum: Datum) -> Words:
    if datum["ppm"] in (0, FULL):
        return ""  # the sign beside the option says so
    return _("The option you chose earns %(percent)s of the points.") % {"percent": percent(datum["ppm"])}


def _ticks(datum: Datum) -> Words:
    counts = _("%(right)d of %(of)d right options chosen.") % datum
    if datum["wrong"]:
        counts = (
            ngettext(
                "%(right)d of %(of)d right options chosen, and %(wrong)d wrong one.",
                "%(right)d of %(of)d right options chosen, and %(wrong)d wrong ones.",
                datum["wrong"],
            )
            % datum
        )
    rules = {
        "all": _("Only exactly the right options earn the points."),
        "plus_minus": _("Each right option adds to the share, each wrong one takes from it."),
        "per_option": _("Each option counts, chosen or left out."),
        "capped": _("Right options earn their share, unless more are chosen than are right."),
        "no_wrong": _("Right options earn their share as long as no wrong one is chosen."),
    }
    is_whole = datum["right"] == datum["of"] and not datum["wrong"]
    return "" if is_whole else f"{counts} {rules.get(datum['rule'], '')}".strip()


def _pairs(datum: Datum) -> Words:
    if datum["right"] == datum["of"]:
        return ""
    counts = _("%(right)d of %(of)d pairs are right.") % datum
    if datum["rule"] == "all":
        return f"{counts} {_('Only all of them together earn the points.')}"
    return counts


def _order(datum: Datum) -> Words:
    if not datum["swapped"]:
        return ""
    swapped = ngettext(
        "%(swapped)d pair stands the wrong way round.", "%(swapped)d pairs stand the wrong way round.", datum["swapped"]
    ) % {"swapped": datum["swapped"]}
    if datum["rule"] == "kendall":
        return swapped
    placed = _("%(in_place)d of %(of)d items are in their place.") % datum
    return f"{placed} {_('Only the whole order earns the points.')}" if datum["rule"] == "exact" else placed


def _matched(datum: Datum) -> Words:
    """Of a short text or a number: which answer of the key it is."""
    if datum["ppm"] == FULL:
        return _("It counts as “%(text)s”.") % datum if "text" in datum else ""
    if not datum["ppm"]:
        return ""  # a known mistake: its feedback says what it is
    text = datum.get("text", datum.get("value"))
    return _("It counts as “%(text)s”, which earns %(percent)s.") % {"text": text, "percent": percent(datum["ppm"])}


def _equal(datum: Datum) -> Words:
    if datum["ppm"] == FULL:
        return _("It equals %(expr)s, however it is written.") % datum
    if not datum["ppm"]:
        return ""
    return _("It equals %(expr)s, which earns %(percent)s.") % {"expr": datum["expr"], "percent": percent(datum["ppm"])}


def _read(datum: Datum) -> Words:
    return _("Read as %(number)s.") % {"number": number(datum)}


def _converted(datum: Datum) -> Words:
    return _("That is %(number)s.") % {"number": number(datum)}


def _unit_missing(datum: Datum) -> Words:
    return _("The number is right; its unit, %(unit)s, is missing.") % datum


def _unit_wrong(datum: Datum) -> Words:
    return _("The number is right; its unit should be %(unit)s.") % datum


def _figures(datum: Datum) -> Words:
    return _("Written with %(written)s significant figures instead of %(wanted)s.") % datum


def number(datum: Datum) -> str:
    return f"{datum['value']:.10g} {datum.get('unit') or ''}".strip()


def _rejected(datum: Datum) -> Words:
    return _("“%(text)s” is something else, however alike it looks.") % datum


def _unmatched(datum: Datum) -> Words:
    return _("It is none of the answers that count.")


def _near(datum: Datum) -> Words:
    return _("Did you mean “%(text)s”? A slip like this is a hint, not a mark.") % datum


def _feedback(datum: Datum) -> Words:
    return markup.inline(str(datum))


def _misconception(datum: Datum) -> Words:
    return _("This is a known mix-up: %(name)s.") % {"name": str(datum).replace("-", " ").replace("_", " ")}


SAYINGS: dict[str, Callable[[Datum], Words]] = {
    "blank": lambda _datum: _("Nothing was answered."),
    "unreadable": lambda _datum: _("It could not be read, so it earned nothing."),
    "manual": lambda _datum: _("An instructor marks this answer."),
    "cannot_say": lambda _datum: _("It could not be compared with the right answer, so an instructor looks at it."),
    "void": lambda _datum: _("Everybody earns full marks for this question, whatever was answered."),
    "also": lambda _datum: _("It is another answer that counts, besides the one first meant."),
    "option": _option,
    "ticks": _ticks,
    "pairs": _pairs,
    "order": _order,
    "read": _read,
    "converted": _converted,
    "unit_missing": _unit_missing,
    "unit_wrong": _unit_wrong,
    "figures": _figures,
    "matched": _matched,
    "equal": _equal,
    "unmatched": _unmatched,
    "rejected": _rejected,
    "near": _near,
    "feedback": _feedback,
    "misconception": _misconception,
}
# What may be said as soon as right and wrong may. Feedback comes with feedback; all else could tell the key.
HARMLESS = ("blank", "unreadable", "manual", "cannot_say", "void", "read", "unmatched")
TELLS = dict.fromkeys(HARMLESS, "verdict")
TELLS |= {"feedback": "feedback", "misconception": "feedback"}


# --- What the rules add ---------------------------------------------------------------------------------------------


def _by_rules(line: totals.Line, rules: dict[str, Any]) -> list[Words]:
    """Only where marks are not simply the share earned."""
    earned = totals.earned(rules, line)
    plain = line.share_ppm * line.weight_ppm // FULL
    if rules.get("certainty") and line.certainty:
        words = {1: _("not sure"), 2: _("fairly sure"), 3: _("very sure")}[line.certainty]
        return [_("You were %(sure)s: that makes it %(points)s.") % {"sure": words, "points": point_words(earned)}]
    if earned == plain:
        return []
    return [_("By the marks rules of this test that makes %(points)s.") % {"points": point_words(earned)}]


def points(ppm: int) -> str:
    """1500000 → "1.5", -333333 → "−0.33"."""
    number = f"{abs(ppm) / FULL:.2f}".rstrip("0").rstrip(".")
    return f"−{number}" if ppm < 0 and number != "0" else number


def point_words(ppm: int) -> str:
    return ngettext("%(points)s point", "%(points)s points", 1 if abs(ppm) == FULL else 2) % {"points": points(ppm)}


def percent(ppm: int) -> str:
    """Rounded down: what did not reach a pass mark must not look as if it had."""
    return f"{ppm * 100 // FULL} %"

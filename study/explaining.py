"""A question after it was answered: what was chosen, what was right, and what authors say of each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lib import markup
from quizzes.models import KeyRevision, Kind, QuestionVersion
from quizzes.presenting import Choice, QuestionView

Data = Mapping[str, Any]
Html = SafeString | str
NOTHING = ""
KEPT_SECONDS = 24 * 3600  # the name of what is kept says all it was made of


@dataclass(frozen=True)
class Option:
    html: Html
    is_chosen: bool
    share: float | None  # of the points that it earns; None while the key is not shown
    feedback: Html = NOTHING

    @property
    def is_right(self) -> bool:
        return self.share == 1

    @property
    def is_partly_right(self) -> bool:
        return self.share is not None and 0 < self.share < 1


@dataclass(frozen=True)
class Pair:
    """One gap, one item to match or one place in an order."""

    label: Html
    yours: Html
    right: Html | None = None  # None while the key is not shown
    is_right: bool | None = None


@dataclass(frozen=True)
class Review:
    """What a question's kind has to show. `yours` and `rights` are for answers that were written."""

    options: Sequence[Option] = ()
    pairs: Sequence[Pair] = ()
    pairs_title: str = ""
    yours: str = ""
    rights: Sequence[str] = ()
    is_written: bool = False


@dataclass(frozen=True)
class KeyWords:
    """Authors' words about answers, rendered."""

    feedback: Mapping[str, Html]  # option → what is said of it
    explanation: Html
    sample: Html  # of an essay


def key_words(version: QuestionVersion, revision: KeyRevision | None) -> KeyWords:
    """The same for everybody, so kept."""
    changed = hash((version.explanation, str(revision.key if revision else "")))
    name = f"explained:{version.pk}:{revision.pk if revision else 0}:{changed}:{get_language()}"
    cache = caches["pages"]
    words: KeyWords | None = cache.get(name)
    if words is None:
        keys = keys_of(revision)
        texts = {one: text for key in reversed(keys) for one, text in key.get("feedback", {}).items() if text}
        sample = keys[0].get("sample", "") if keys else ""
        words = KeyWords(
            {one: markup.inline(text) if "\n" not in text else markup.joined(text) for one, text in texts.items()},
            markup.joined(version.explanation) if version.explanation else NOTHING,
            markup.joined(sample) if sample else NOTHING,
        )
        cache.set(name, words, KEPT_SECONDS)
    return words


def keys_of(revision: KeyRevision | None) -> list[Data]:
    """All keys that count, the main one first."""
    return [revision.key, *revision.also] if revision else []


def review(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    """keys: none while they may not be shown; feedback: none while it may not."""
    return _SHOW.get(view.kind, _written)(view, body, keys, feedback)


# --- To choose ------------------------------------------------------------------------------------------------------


def _chosen(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    """One option or several."""
    return Review(
        options=[
            Option(
                html=one.html,
                is_chosen=one.is_chosen,
                share=max(_share(key, one.id) for key in keys) if keys else None,
                feedback=feedback.get(one.id, NOTHING),
            )
            for one in view.options
        ]
    )


def _share(key: Data, name: str) -> float:
    if "right" in key:
        return float(name in key["right"])
    return float(key.get("options", {}).get(name, 0))


# --- Pairs, places and gaps -----------------------------------------------------------------------------------------


def _matched(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    maps = [key.get("pairs", {}) for key in keys]
    return Review(
        pairs=[
            Pair(
                label=row.item.html,
                yours=_named(row.targets, row.chosen),
                right=_named(row.targets, maps[0].get(row.item.id, "")) if maps else None,
                is_right=any(row.chosen == pairs.get(row.item.id) for pairs in maps) if maps else None,
            )
            for row in view.rows
        ],
        pairs_title=_("Item"),
    )


def _put_in_order(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    given = [one.id for one in view.options] if view.is_answered else []
    right = keys[0].get("order", []) if keys else []
    return Review(
        pairs=[
            Pair(
                label=format_html("{}", place + 1),
                yours=_named(view.options, given[place]) if given else NOTHING,
                right=_named(view.options, right[place]) if place < len(right) else None,
                is_right=given[place : place + 1] == right[place : place + 1] if keys else None,
            )
            for place in range(len(view.options))
        ],
        pairs_title=_("Place"),
    )


def _gaps(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    gaps = [piece.gap for piece in view.pieces if piece.gap]
    return Review(
        pairs=[
            _gap(gap.id, gap.value, gap.options, [key.get("gaps", {}).get(gap.id, {}) for key in keys]) for gap in gaps
        ],
        pairs_title=_("Gap"),
    )


def _gap(name: str, value: str, options: Sequence[Choice], keys: Sequence[Data]) -> Pair:
    label = format_html("{}", name)
    if options:
        right = next((one.html for one in options if any(_share(key, one.id) == 1 for key in keys)), NOTHING)
        return Pair(label, _named(options, value), right if keys else None)
    rights = [one for key in keys for one in written(key)]
    return Pair(label, format_html("{}", value), format_html("{}", rights[0] if rights else "") if keys else None)


def with_verdicts(review: Review, why: Sequence[Sequence[Any]]) -> Review:
    """Each gap with whether it is right, as the grader noted it."""
    states = {datum["gap"]: datum["state"] for code, datum in why if code == "gap"}
    pairs = [
        replace(one, is_right=states[one.label] == "right" if one.label in states else None) for one in review.pairs
    ]
    return replace(review, pairs=pairs)


def _named(choices: Iterable[Choice], wanted: str) -> Html:
    return next((one.html for one in choices if one.id == wanted), NOTHING)


# --- Written --------------------------------------------------------------------------------------------------------


def _written(view: QuestionView, body: Data, keys: Sequence[Data], feedback: Mapping[str, Html]) -> Review:
    rights = list(dict.fromkeys(one for key in keys for one in written(key)))
    return Review(yours=view.text, rights=rights, is_written=True)


def written(key: Data) -> list[str]:
    """The answers that earn all points, as people write them."""
    unit = f" {key['unit']}" if key.get("unit") else ""
    best = [answer for answer in key.get("answers", []) if float(answer.get("fraction", 1)) == 1]
    return [_number(one, unit) if "value" in one else str(one.get("text", one.get("expr", ""))) for one in best]


def _number(answer: Data, unit: str) -> str:
    value, tolerance = str(answer["value"]), str(answer.get("tol") or "")
    match answer.get("kind"):
        case "range":
            return _("%(low)s to %(high)s") % {"low": value, "high": answer.get("to", "")} + unit
        case "sig" if tolerance:
            return _("%(value)s (to %(digits)s figures)") % {"value": value + unit, "digits": tolerance}
        case "rel" if tolerance and float(tolerance):
            return f"{value}{unit} ± {float(tolerance) * 100:g} %"
        case _ if tolerance and float(tolerance):
            return f"{value} ± {tolerance}{unit}"
    return value + unit


_SHOW: Mapping[str, Callable[[QuestionView, Data, Sequence[Data], Mapping[str, Html]], Review]] = {
    Kind.SINGLE: _chosen,
    Kind.MULTIPLE: _chosen,
    Kind.TRUE_FALSE: _chosen,
    Kind.MATCHING: _matched,
    Kind.ORDERING: _put_in_order,
    Kind.CLOZE: _gaps,
}

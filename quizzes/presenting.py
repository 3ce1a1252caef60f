"""A question as it is shown: rendered, in its attempt's order, with what was answered, and never with its key.

Used while a test is sat, for its result (which adds verdicts to the rows) and for previews. `read` is the way back:
what a form sent becomes a response.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import caches
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lib import markup
from media import delivery
from media.models import Rendition

from .models import Answer, Kind, QuestionVersion

CHOICES = (Kind.SINGLE, Kind.TRUE_FALSE, Kind.MULTIPLE)
TEXTS = (Kind.NUMERIC, Kind.SHORT, Kind.FORMULA, Kind.ESSAY)
TRUE_FALSE = ("true", "false")
KEPT = 24 * 3600  # seconds; the name of what is kept says all it was made of
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NARROW, WIDE = 4, 40  # characters of a gap


@dataclass
class Choice:
    """An option, something to match or an item to order."""

    id: str
    html: SafeString
    text: str  # its plain words, where no markup can stand
    number: int  # from 1, as shown
    is_chosen: bool = False
    # For results: "right", "wrong" or "missed", and why.
    verdict: str = ""
    note: SafeString | str = ""

    @property
    def letter(self) -> str:
        return LETTERS[self.number - 1] if self.number <= len(LETTERS) else str(self.number)

    @property
    def digit(self) -> str:
        """The key that chooses it."""
        return str(self.number) if self.number <= 8 else ""


@dataclass
class Row:
    """A left item with the target chosen for it."""

    item: Choice
    targets: list[Choice]
    chosen: str = ""


@dataclass
class Gap:
    id: str
    kind: str
    value: str
    width: int
    options: list[Choice]
    verdict: str = ""
    note: SafeString | str = ""


@dataclass
class Piece:
    """Text, or a gap in it."""

    html: SafeString | None = None
    gap: Gap | None = None


@dataclass
class QuestionView:
    slot: int
    kind: str
    stem: SafeString
    instruction: str
    help: str
    disabled: bool
    value: Any
    options: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    text: str = ""
    words: int | None = None
    audio: list[dict[str, str]] = field(default_factory=list)
    certainty: int | None = None
    is_flagged: bool = False
    rev: int = 0
    unreadable: str = ""  # a sentence for the learner

    @property
    def is_answered(self) -> bool:
        return self.value not in (None, "", [], {})

    @property
    def template(self) -> str:
        return f"quizzes/kinds/_{self.kind}.html"

    @property
    def id(self) -> str:
        """Begins the ids of its fields: several questions may stand on one page."""
        return f"q{self.slot}"

    @property
    def described(self) -> str:
        """Ids of the words that describe its field."""
        ids = [f"{self.id}-help"] if self.help else []
        return " ".join([*ids, f"{self.id}-error"])


@dataclass(frozen=True)
class Words:
    """What is the same for everybody. Kept; never changed."""

    stem: SafeString
    choices: Mapping[str, Sequence[tuple[str, SafeString, str]]]  # "options", "left", "right", "items", "gap:1" …
    pieces: Sequence[SafeString | int]


def question(
    version: QuestionVersion,
    form_slot: Mapping[str, Any],
    answer: Answer | None = None,
    *,
    disabled: bool = False,
    bearer: str = "",
) -> QuestionView:
    """`version` as one slot of a form shows it. Touches `stem`, `body`, `audio` and the kind of `version`, no more.

    form_slot: {"slot", "order"}; an order that does not fit leaves the author's.
    bearer: of signed addresses of audio; see media.delivery.
    """
    kind = str(version.question.kind)
    words, order, value = _words(version, kind), form_slot.get("order"), answer.value if answer else None
    view = QuestionView(
        slot=form_slot["slot"],
        kind=kind,
        stem=words.stem,
        instruction=_instruction(kind),
        help=_help(kind, version.body),
        disabled=disabled,
        value=value,
        audio=_audio(version, bearer),
        certainty=answer.certainty if answer else None,
        is_flagged=bool(answer and answer.is_flagged),
        rev=answer.rev if answer else 0,
    )
    if kind in CHOICES:
        chosen = as_ids(value) if kind == Kind.MULTIPLE else [as_text(value)]
        view.options = _choices(words, "options", order, chosen)
    elif kind == Kind.ORDERING:
        view.options = _choices(words, "items", as_ids(value) or order)
    elif kind == Kind.MATCHING:
        view.rows = _rows(words, order, as_pairs(value))
    elif kind == Kind.CLOZE:
        view.pieces = _pieces(words, version.body, order, as_pairs(value))
    else:
        view.text = as_text(value)
        view.words = version.body.get("words")
    return view


# --- Reading a form -------------------------------------------------------------------------------------------------


def read(version: QuestionVersion, form_slot: Mapping[str, Any], data: QueryDict) -> Any:
    """The response that a form of our templates sent; None: left blank.

    What makes no sense is kept as it came, for `grading.unreadable` to speak about.
    """
    kind, body = str(version.question.kind), version.body
    if kind == Kind.MULTIPLE:
        return [one for one in data.getlist("value") if one] or None
    if kind == Kind.MATCHING:
        return _named(data, [item["id"] for item in body.get("left", [])])
    if kind == Kind.CLOZE:
        return _named(data, list(body.get("gaps", {})))
    if kind == Kind.ORDERING:
        return _order(version, form_slot, data)
    return data.get("value") or None


def has_ties(version: QuestionVersion, data: QueryDict) -> bool:
    """Whether the form gave two items of an ordering the same place."""
    if version.question.kind != Kind.ORDERING:
        return False
    places = [value for name, value in data.items() if name.startswith("value-") and value]
    return len(set(places)) < len(places)


def _named(data: QueryDict, ids: Sequence[str]) -> dict[str, str] | None:
    found = {str(one): value for one in ids if (value := data.get(f"value-{one}", ""))}
    return found or None


def _order(version: QuestionVersion, form_slot: Mapping[str, Any], data: QueryDict) -> list[str] | None:
    """Items by the number each was given; those with the same number as they were shown."""
    places = _named(data, _in_order([item["id"] for item in version.body.get("items", [])], form_slot.get("order")))
    if places is None:
        return None
    return sorted(places, key=lambda one: int(places[one]) if places[one].isdecimal() and len(places[one]) < 4 else 999)


# --- Values as they may have been stored ----------------------------------------------------------------------------


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def as_ids(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def as_pairs(value: Any) -> dict[str, str]:
    return {one: other for one, other in value.items() if isinstance(other, str)} if isinstance(value, dict) else {}


# --- Parts of a view ------------------------------------------------------------------------------------------------


def _choices(words: Words, name: str, order: Any, chosen: Sequence[str] = ()) -> list[Choice]:
    known = {one[0]: one for one in words.choices.get(name, ())}
    return [
        Choice(id=one, html=known[one][1], text=known[one][2], number=number, is_chosen=one in chosen)
        for number, one in enumerate(_in_order(list(known), order), start=1)
    ]


def _in_order(ids: Sequence[str], order: Any) -> list[str]:
    """All of `ids`, those that `order` names first and as it names them."""
    wanted = [one for one in dict.fromkeys(as_ids(order)) if one in ids]
    return [*wanted, *(one for one in ids if one not in wanted)]


def _rows(words: Words, order: Any, pairs: Mapping[str, str]) -> list[Row]:
    orders = order if isinstance(order, dict) else {}
    rows = []
    for item in _choices(words, "left", orders.get("left")):
        chosen = pairs.get(item.id, "")
        rows.append(Row(item, _choices(words, "right", orders.get("right"), [chosen]), chosen))
    return rows


def _pieces(words: Words, body: Mapping[str, Any], order: Any, values: Mapping[str, str]) -> list[Piece]:
    orders = order if isinstance(order, dict) else {}
    gaps = body.get("gaps", {})
    pieces: list[Piece] = []
    for one in words.pieces:
        if isinstance(one, SafeString):
            pieces.append(Piece(html=one))
        elif (spec := gaps.get(str(one))) is not None:
            value = values.get(str(one), "")
            width = min(WIDE, max(NARROW, int(spec.get("width") or 12)))
            options = _choices(words, f"gap:{one}", orders.get(str(one)), [value])
            pieces.append(Piece(gap=Gap(str(one), spec.get("kind", "short"), value, width, options)))
    return pieces


def _audio(version: QuestionVersion, bearer: str) -> list[dict[str, str]]:
    asset = version.audio if version.audio_id else None
    if asset is None or asset.take is None:
        return []
    take = asset.take
    take.asset = asset
    files = sorted(take.renditions.all(), key=lambda file: file.format)
    return [
        {"src": delivery.address(file, bearer=bearer), "type": file.content_type}
        for file in files
        if file.purpose == Rendition.Purpose.FULL
    ]


def _instruction(kind: str) -> str:
    return {
        Kind.SINGLE: _("Choose one answer."),
        Kind.TRUE_FALSE: _("True or false?"),
        Kind.MULTIPLE: _("Choose all that are right."),
        Kind.NUMERIC: _("Your answer"),
        Kind.SHORT: _("Your answer"),
        Kind.FORMULA: _("Your formula"),
        Kind.ESSAY: _("Your answer"),
        Kind.CLOZE: _("Fill in the gaps."),
        Kind.MATCHING: _("Choose a match for each."),
        Kind.ORDERING: _("Put them in order, the first on top."),
    }.get(Kind(kind), "")


def _help(kind: str, body: Mapping[str, Any]) -> str:
    if kind == Kind.NUMERIC:
        example = "9,81" if body.get("decimal") == "," else "9.81"
        if body.get("asks_unit"):
            return _("A number with its unit, such as %(example)s m/s.") % {"example": example}
        return _("A number, such as %(example)s, 3/4 or 4.5e-3.") % {"example": example}
    if kind == Kind.FORMULA:
        names = ", ".join(map(str, body.get("vars", [])))
        words = _("Write * for times, / for divided by and ^ for powers, such as 2*x^2 + 1.")
        return f"{words} {_('Variables: %(names)s.') % {'names': names}}" if names else words
    if kind == Kind.SHORT:
        return _("A word, or a few.")
    return ""


# --- What is kept ---------------------------------------------------------------------------------------------------


def _words(version: QuestionVersion, kind: str) -> Words:
    content = json.dumps([kind, version.stem, version.body], sort_keys=True)
    name = f"question:{hashlib.blake2b(content.encode(), digest_size=16).hexdigest()}:{get_language()}"
    words: Words | None = caches["pages"].get(name)
    if words is None:
        words = _rendered(version, kind)
        caches["pages"].set(name, words, KEPT)
    return words


def _rendered(version: QuestionVersion, kind: str) -> Words:
    body = version.body
    lists = {name: body[name] for name in ("options", "left", "right", "items") if name in body}
    if kind == Kind.TRUE_FALSE:
        lists["options"] = [{"id": one, "text": _("True") if one == "true" else _("False")} for one in TRUE_FALSE]
    if kind == Kind.CLOZE:
        lists |= {f"gap:{number}": gap["options"] for number, gap in body["gaps"].items() if "options" in gap}
    choices = {
        name: tuple((str(one["id"]), _short(one["text"]), markup.plain(one["text"])) for one in items)
        for name, items in lists.items()
    }
    pieces = tuple(markup.with_gaps(body.get("text", ""))) if kind == Kind.CLOZE else ()
    return Words(markup.joined(version.stem), choices, pieces)


def _short(text: str) -> SafeString:
    """A line without a paragraph around it; longer texts with their blocks."""
    return markup.joined(text) if "\n" in text.strip() else markup.inline(text)

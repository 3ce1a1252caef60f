"""The flashcards of a lesson file.

A card is a list item. Three marks make it a term, a question or a cloze: ` :: ` between front and back, stars around
the front, `(concept: Name)` at the end. The same marks in a card's text get a backslash, wherever they stand.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from flashcards.models import Card
from lessons.texts import FENCE

from .lines import Passage, Row, tell_stray, trimmed
from .parts import BLOCK_START, field
from .problems import Tell
from .texts import CardText, normal, one_line

SEPARATOR = re.compile(r"(?<!\S)(\\*)::(?!\S)")
CONCEPT = re.compile(r"(\\*)\((?=concept:)", re.IGNORECASE)
STARS = re.compile(r"(\\*)\*\*")
INDENT = "  "


def read_cards(rows: Sequence[Row], concepts: Collection[str], tell: Tell) -> tuple[CardText, ...]:
    """concepts: names of the lesson's key concepts."""
    cards: list[CardText] = []
    known: dict[tuple[str, str], int] = {}
    for item in _items(rows, tell):
        card = _card(item, concepts, tell)
        if card is None:
            continue
        line = item[0].number
        if (card.kind, card.front) in known:
            wrong = _("The card in line %(line)d has the same front.") % {"line": known[card.kind, card.front]}
            tell(line, wrong, _("Change one of the two, or remove it."))
        known.setdefault((card.kind, card.front), line)
        cards.append(card)
    return tuple(cards)


def _items(rows: Sequence[Row], tell: Tell) -> list[list[Row]]:
    """The rows of each card, without the marks of the list."""
    items: list[list[Row]] = []
    stray: list[Row] = []
    for row in rows:
        if row.text.startswith("- ") or row.text == "-":
            items.append([Row(row.number, row.text[2:].lstrip(" \t"))])
        elif items and (row.text.startswith(INDENT) or not row.text.strip()):
            items[-1].append(Row(row.number, row.text[len(INDENT) :]))
        elif items and row.text.startswith("\t"):
            tell(row.number, _("This line is indented by a tab."), _("Indent it by two spaces."))
            items[-1].append(Row(row.number, row.text.lstrip("\t")))
        else:
            stray.append(row)
    for row in stray:
        remedy = _("Begin a card with “- ”; indent the lines that continue it by two spaces.")
        tell_stray([row], remedy, tell)
    return items


def _card(rows: Sequence[Row], concepts: Collection[str], tell: Tell) -> CardText | None:
    rows = trimmed(rows) or rows[:1]
    whole = Passage("\n".join(row.text for row in rows).rstrip(), rows[0].number)
    if not whole:
        tell(whole.line, _("This card is empty."), _("Write “- front :: back”, or remove it."))
        return None
    text, concept = _cut_concept(whole, concepts, tell)
    front, separator, back = _cut_at_separator(text)
    if not separator:
        kind, back = Card.Kind.CLOZE, ""
    elif (inner := _starred(front)) is not None:
        kind, front = Card.Kind.TERM, inner
    else:
        kind, front = Card.Kind.QUESTION, front[1:] if re.match(r"\\+\*\*", front) else front
    back_line = whole.line + text.count("\n", 0, len(text) - len(back.lstrip()))
    front, back = normal(front), normal(back)
    if not _is_complete(kind, front, back, whole.line, tell):
        return None
    Passage(front, whole.line).checked(field(Card, "front"), "front", tell)
    Passage(back, back_line).checked(field(Card, "back"), "back", tell)
    return CardText(kind.value, front, back, concept)


def _cut_concept(whole: Passage, concepts: Collection[str], tell: Tell) -> tuple[str, str]:
    """The text before `(concept: Name)`, and the name."""
    text = whole.text
    marks = [mark for mark in CONCEPT.finditer(text) if not mark[1]]
    if not marks:
        return _without_escapes(text, CONCEPT), ""
    mark = marks[0]
    line = whole.line + text.count("\n", 0, mark.start())
    name = text[mark.end() + len("concept:") :]
    if len(marks) > 1 or not name.rstrip().endswith(")"):
        tell(
            line,
            _("“(concept: …)” must be the last thing on a card, once."),
            _("Move it, or write “\\(concept: …)” for text."),
        )
        return text, ""
    name = one_line(_without_escapes(name.rstrip()[:-1], CONCEPT))
    if name not in concepts:
        wrong = _("“%(name)s” is not a key concept of this lesson.") % {"name": name}
        known = ", ".join(concepts) or "–"
        tell(line, wrong, _("Write one of: %(known)s; or add it below “## Key concepts”.") % {"known": known})
        name = ""
    return _without_escapes(text[: mark.start()].rstrip(), CONCEPT), name


def _cut_at_separator(text: str) -> tuple[str, str, str]:
    mark = next((mark for mark in SEPARATOR.finditer(text) if not mark[1]), None)
    if not mark:
        return _without_escapes(text, SEPARATOR), "", ""
    behind = re.sub(r"\A[ \t]*", "", text[mark.end() :])
    return _without_escapes(text[: mark.start()].rstrip(), SEPARATOR), "::", behind


def _starred(front: str) -> str | None:
    """What stands between the stars of a term; None for a question."""
    if len(front) < 5 or not (front.startswith("**") and front.endswith("**")):
        return None
    inner = front[2:-2]
    if any(not mark[1] for mark in STARS.finditer(inner)):
        return None
    return _without_escapes(inner, STARS)


def _is_complete(kind: Card.Kind, front: str, back: str, line: int, tell: Tell) -> bool:
    if not front:
        tell(line, _("The front of this card is empty."), _("Write “- front :: back”."))
        return False
    try:
        Card(kind=kind, front=front, back=back).clean()
    except ValidationError:
        if kind is Card.Kind.CLOZE:
            remedy = _("Write “front :: back”, or hide words in {{double braces}}.")
            tell(line, _("This card has no back and hides nothing."), remedy)
        else:
            tell(line, _("The back of this card is empty."), _("Write the answer behind “::”."))
        return False
    return True


def write_cards(cards: Iterable[CardText]) -> str:
    return "\n".join(_write_card(card) for card in cards)


def _write_card(card: CardText) -> str:
    if card.kind == Card.Kind.CLOZE:
        text = _with_escapes(card.front, SEPARATOR)
    else:
        text = _with_escapes(_write_front(card), SEPARATOR) + _gap(card.front, card.back) + "::"
        text += ("\n\n" if _is_block(card.back) else " ") + card.back
    text = _with_escapes(text, CONCEPT)
    if card.concept:
        end = text.rsplit("\n", 1)[-1]
        is_apart = "\n" in text and (_is_block(end) or end.startswith(INDENT))
        text += ("\n\n" if is_apart else " ") + f"(concept: {_with_escapes(card.concept, CONCEPT)})"
    lines = text.split("\n")
    if lines[0][:1].isspace():
        lines.insert(0, "")
    indented = [INDENT + line if line else "" for line in lines[1:]]
    return "\n".join([f"- {lines[0]}".rstrip() if not lines[0] else f"- {lines[0]}", *indented])


def _write_front(card: CardText) -> str:
    if card.kind == Card.Kind.TERM:
        return f"**{_with_escapes(card.front, STARS)}**"
    looks_like_term = _starred(card.front) is not None or re.match(r"\\+\*\*", card.front)
    return "\\" + card.front if looks_like_term else card.front


def _gap(front: str, back: str) -> str:
    return "\n\n" if "\n" in front or FENCE.match(front) else " "


def _is_block(text: str) -> bool:
    first = text.split("\n", 1)[0]
    return bool(BLOCK_START.match(first) or FENCE.match(first))


def _with_escapes(text: str, mark: re.Pattern[str]) -> str:
    return mark.sub(lambda found: "\\" + found[0], text)


def _without_escapes(text: str, mark: re.Pattern[str]) -> str:
    return mark.sub(lambda found: found[0][1:] if found[1] else found[0], text)

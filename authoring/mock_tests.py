"""`## Mock test` in a lesson: settings as a list, then the questions as GIFT in fenced code."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from lessons.texts import FENCE, closes
from quizzes import drafts
from quizzes.drafts import Draft
from quizzes.exchange import gift
from quizzes.exchange.checking import mistakes
from quizzes.exchange.planning import unknown_concept
from quizzes.models import MockTest

from . import mock_keys
from .keys import Keys
from .lines import Row, tell_stray
from .mock_texts import PoolText, SectionText, SlotText, TestText
from .problems import Tell

HEADING = "Mock test"
KEYS = ("title", "address", *mock_keys.NAMES, "draw", "test", "published", "archived")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")
LANGUAGE = "gift"


@dataclass(frozen=True)
class Home:
    """The lesson that a test belongs to: what its test is called and when it is public, unless it says so itself."""

    slug: str
    title: str
    published_at: datetime | None


# --- Reading --------------------------------------------------------------------------------------------------------


def read(
    rows: Sequence[Row], home: Home, concepts: Collection[str], tell: Tell
) -> tuple[tuple[Draft, ...], TestText | None]:
    """The lesson's questions, and its test unless it has none. rows: below the heading, code marked."""
    before, blocks = split_blocks(rows, tell)
    items = [row for row in before if row.text.startswith(("- ", "  "))]
    for row in before:
        if row not in items:
            tell_stray([row], _("Write settings as “- minutes: 15”, and questions in ```gift … ```."), tell)
    keys = _keys(items, rows[0].number if rows else 0, tell)
    questions = tuple(
        replace(draft, lesson=home.slug) for block in blocks for draft in read_block(block, concepts, tell)
    )
    if not mock_keys.flag(keys, "test", default=True):
        return questions, None
    return questions, _test(keys, home, questions)


def _keys(items: Sequence[Row], line: int, tell: Tell) -> Keys:
    if not items:
        # A mapping must hold something to be one.
        return Keys("test: yes", line, KEYS, tell)
    first = items[0].number
    lines = [""] * (items[-1].number - first + 1)
    for row in items:
        lines[row.number - first] = row.text[2:] if row.text.startswith("- ") else row.text
    return Keys("\n".join(lines), first, KEYS, tell)


def _test(keys: Keys, home: Home, questions: Sequence[Draft]) -> TestText:
    slug = keys.text("address", default=home.slug)
    if not SLUG.fullmatch(slug):
        wrong = _("“%(slug)s” cannot be an address.") % {"slug": slug}
        keys.tell(keys.line("address"), wrong, _("Write letters, digits and hyphens, at most 80."))
    draw = keys.number("draw", 1, mock_keys.MOST)
    if draw:
        slots: tuple[SlotText, ...] = (SlotText(pool=PoolText(lessons=(home.slug,)), draw=draw),)
    else:
        slots = tuple(SlotText(question=draft.name, line=draft.line) for draft in questions)
    return TestText(
        slug=slug,
        title=keys.text("title", MockTest._meta.get_field("title"), default=home.title),
        lesson=home.slug,
        rules=mock_keys.parse(keys),
        published_at=_published(keys, home),
        archived_at=keys.moment("archived"),
        sections=(SectionText("", slots),),
    )


def _published(keys: Keys, home: Home) -> datetime | None:
    if keys.text("published", default="") in mock_keys.NO:
        return None
    return keys.moment("published") or home.published_at


def split_blocks(rows: Sequence[Row], tell: Tell) -> tuple[list[Row], list[list[Row]]]:
    """The rows outside of code, and those within each block of GIFT, without its fences."""
    outside: list[Row] = []
    blocks: list[list[Row]] = []
    fence: re.Match[str] | None = None
    for row in rows:
        if not row.is_code:
            outside.append(row)
        elif fence is None:
            fence = FENCE.match(row.text)
            blocks.append([])
            if not fence or row.text[fence.end() :].strip().lower() != LANGUAGE:
                tell(row.number, _("This code is no block of questions."), _("Begin the questions with ```gift."))
        elif closes(row.text, fence):
            fence = None
        else:
            blocks[-1].append(row)
    return outside, blocks


def read_block(rows: Sequence[Row], concepts: Collection[str] | None, tell: Tell) -> list[Draft]:
    """concepts: names that questions may speak of; None when the lesson is not known."""
    if not rows:
        return []
    found, problems = gift.read("\n".join(row.text for row in rows), rows[0].number)
    for problem in problems:
        tell(problem.line, problem.sentence, "")
    placed = [settled(draft, concepts or (), tell) for draft in found]
    for draft in placed:
        for problem in mistakes(draft):
            tell(problem.line, problem.sentence, "")
    return placed


def settled(draft: Draft, concepts: Collection[str], tell: Tell) -> Draft:
    """With the concept that it or its category names."""
    known = {name.casefold(): name for name in concepts}
    group = draft.category
    if draft.concept:
        if draft.concept.casefold() not in known and "/" in draft.concept:
            return draft  # perhaps one of another lesson: whoever knows the course looks
        if draft.concept.casefold() not in known:
            tell(draft.line, unknown_concept(draft.concept, list(concepts)), "")
        return replace(draft, concept=known.get(draft.concept.casefold(), ""))
    if group.casefold() in known:
        return replace(draft, concept=known[group.casefold()])
    return drafts.normal(replace(draft, tags=(*draft.tags, group))) if group else draft


# --- Writing --------------------------------------------------------------------------------------------------------


def fits(test: TestText, questions: Sequence[Draft]) -> bool:
    """Whether a lesson's file can say what this test of the lesson is."""
    if test.introduction or len(test.sections) != 1 or test.sections[0].title:
        return False
    slots = test.sections[0].slots
    return slots == tuple(SlotText(question=draft.name) for draft in questions) or _is_drawn(test, slots)


def _is_drawn(test: TestText, slots: Sequence[SlotText]) -> bool:
    return len(slots) == 1 and replace(slots[0], draw=1) == SlotText(pool=PoolText(lessons=(test.lesson,)))


def write(questions: Sequence[Draft], test: TestText | None, home: Home) -> str:
    """Empty for neither questions nor test."""
    keys: dict[str, object] = _keys_of(test, home) if test else {"test": False}
    if test and not keys and not questions:
        keys = {"test": True}
    if not test and not questions:
        return ""
    return "\n\n".join(filter(None, (mock_keys.as_list(keys), write_block(questions))))


def _keys_of(test: TestText, home: Home) -> dict[str, object]:
    keys: dict[str, object] = {}
    if test.title != home.title:
        keys["title"] = test.title
    if test.slug != home.slug:
        keys["address"] = test.slug
    keys |= mock_keys.written(test.rules)
    if _is_drawn(test, test.sections[0].slots):
        keys["draw"] = test.sections[0].slots[0].draw
    if test.published_at != home.published_at:
        keys["published"] = test.published_at or False
    if test.archived_at:
        keys["archived"] = test.archived_at
    return keys


def write_block(questions: Iterable[Draft]) -> str:
    """GIFT within a fence that nothing in it ends; empty for no questions."""
    text = gift.write(questions, is_marked=False).rstrip("\n")
    if not text:
        return ""
    runs = [len(run) for run in re.findall(r"^\s*(`{3,})", text, re.MULTILINE)]
    fence = "`" * (max(runs, default=2) + 1)
    return f"{fence}{LANGUAGE}\n{text}\n{fence}"

"""Names for paragraphs that survive edits.

Notes, places and progress hang on a block's key. When an author changes a text, each new paragraph inherits the key
of the old one it continues: the same words first, wherever they moved within the lesson; else the most similar words
in the same part. What nobody continues is retired, not deleted.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain

from django.core.cache import caches
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rapidfuzz import fuzz, process

from courses.models import Lesson
from lib import markup

from . import progress
from .models import Block, BlockMap, Episode

# Two paragraphs this alike (0 to 100, share of common characters in order) are one paragraph, edited.
SAME_PARAGRAPH = 60
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Passage:
    """One paragraph as the texts hold it now."""

    part: str
    source: str
    index: int
    text: str


@dataclass(frozen=True)
class Map:
    """The named paragraphs of a lesson, in reading order."""

    entries: Sequence[tuple[str, str, int, str, int]]  # part, source, index, key, words

    @cached_property
    def keys(self) -> dict[tuple[str, int], str]:
        """(source, index in it) → key."""
        return {(source, index): key for _, source, index, key, _ in self.entries}

    @cached_property
    def words(self) -> dict[str, tuple[str, int]]:
        """key → (part, number of words)."""
        return {key: (part, words) for part, _, _, key, words in self.entries}

    @cached_property
    def totals(self) -> dict[str, int]:
        """part → number of words."""
        return progress.words_of_parts(self.words)


def maps(revisions: Mapping[int, datetime]) -> dict[int, Map]:
    """lesson id → its blocks now. One query for all that this process does not hold yet.

    revisions: lesson id → `Lesson.revised_at`.
    """
    cache = caches["pages"]
    names = {f"blocks:{pk}:{revised_at.timestamp()}": pk for pk, revised_at in revisions.items()}
    found = {names[name]: known for name, known in cache.get_many(names).items()}
    missing = {pk: name for name, pk in names.items() if pk not in found}
    if missing:
        rows = BlockMap.objects.filter(lesson__in=missing).values_list("lesson_id", "revised_at", "entries")
        stored = {pk: entries for pk, at, entries in rows if at and at >= revisions[pk]}
        for pk, name in missing.items():
            entries = stored[pk] if pk in stored else sync(pk, revisions[pk])
            found[pk] = Map([tuple(entry) for entry in entries])
            cache.set(name, found[pk])
    return found


def of(lesson: Lesson) -> Map:
    return maps({lesson.pk: lesson.revised_at})[lesson.pk]


def sync(lesson_id: int, revised_at: datetime) -> list[list]:
    """Bring blocks and map in line with the texts; returns the map's entries.

    Whoever claims the revision first does the work; others wait for that and read it.
    """
    BlockMap.objects.get_or_create(lesson_id=lesson_id)
    with transaction.atomic():
        mine = BlockMap.objects.filter(Q(revised_at=None) | Q(revised_at__lt=revised_at), lesson=lesson_id)
        if not mine.update(revised_at=revised_at):
            return BlockMap.objects.values_list("entries", flat=True).get(lesson=lesson_id)
        lesson = Lesson.objects.get(pk=lesson_id)
        passages = list(passages_of(lesson))
        known = list(Block.objects.filter(lesson=lesson).order_by("position"))
        known.sort(key=lambda block: block.retired_at is not None)
        blocks = [
            _continued(block, passage, position, lesson)
            for position, (passage, block) in enumerate(zip(passages, match(passages, known), strict=True))
        ]
        _store(blocks, known, timezone.now())
        entries = [
            [block.part, block.source, passage.index, block.key, block.words]
            for block, passage in zip(blocks, passages, strict=True)
        ]
        BlockMap.objects.filter(lesson=lesson).update(entries=entries)
    return entries


def passages_of(lesson: Lesson) -> Iterator[Passage]:
    """Every paragraph of the lesson's texts, part by part."""
    for summary in lesson.summaries.all():
        yield from _split(f"summary-{summary.tier}", f"summary:{summary.pk}", summary.body)
    for concept in lesson.concepts.all():
        yield from _split("concepts", f"concept:{concept.pk}", concept.description)
    for example in lesson.examples.all():
        yield from _split("examples", f"example:{example.pk}", example.body)
    for aid in lesson.memory_aids.all():
        yield from _split("memory-aids", f"aid:{aid.pk}", aid.body)
    for episode in Episode.objects.filter(lesson=lesson).prefetch_related("turns"):
        for turn in episode.turns.all():
            # A turn is one block: nobody stops in the middle of a sentence somebody says.
            yield Passage("conversation", f"turn:{turn.pk}", 0, markup.plain(turn.text))
    for chunk in lesson.chunks.all():
        yield from _split("audiobook", f"excerpt:{chunk.pk}", chunk.excerpt)
        yield from _split("audiobook", f"explanation:{chunk.pk}", chunk.explanation)
        yield from _split("audiobook", f"analogy:{chunk.pk}", chunk.analogy)


def match(passages: Sequence[Passage], known: Sequence[Block]) -> list[Block | None]:
    """For each passage the known block that it continues, or None; no block is used twice.

    known: live blocks first, in their order; retired ones after them.
    """
    found: list[Block | None] = [None] * len(passages)
    free = dict.fromkeys(known)

    def take(number: int, block: Block) -> None:
        found[number] = block
        del free[block]

    for same_part in (True, False):
        by_text: dict[tuple[str, str], list[Block]] = {}
        for block in free:
            by_text.setdefault((block.part if same_part else "", block.text), []).append(block)
        for number, passage in enumerate(passages):
            twins = by_text.get((passage.part if same_part else "", passage.text))
            if found[number] is None and twins:
                take(number, twins.pop(0))
    for number, passage in enumerate(passages):
        candidates = {block: block.text for block in free if block.part == passage.part}
        if found[number] is None and candidates:
            best = process.extractOne(passage.text, candidates, scorer=fuzz.ratio, score_cutoff=SAME_PARAGRAPH)
            if best:
                take(number, best[2])
    return found


def _split(part: str, source: str, text: str) -> Iterator[Passage]:
    for index, words in enumerate(markup.texts(text)):
        yield Passage(part, source, index, words)


def _continued(block: Block | None, passage: Passage, position: int, lesson: Lesson) -> Block:
    block = block or Block(lesson=lesson, key="".join(secrets.choice(ALPHABET) for _ in range(10)))
    block.part, block.source, block.text = passage.part, passage.source, passage.text
    block.words = len(passage.text.split())
    block.position, block.retired_at = position, None
    return block


def _store(blocks: Sequence[Block], known: Sequence[Block], now: datetime) -> None:
    kept = {block.pk for block in blocks if block.pk}
    gone = [block for block in known if block.pk not in kept and block.retired_at is None]
    for block in gone:
        block.retired_at = now
    changed = [block for block in chain(blocks, gone) if block.pk]
    Block.objects.bulk_create([block for block in blocks if not block.pk])
    Block.objects.bulk_update(changed, ["part", "source", "position", "text", "words", "retired_at"], batch_size=100)

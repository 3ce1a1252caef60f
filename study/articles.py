"""What stands on a lesson's pages, ready for the templates: every text rendered, every paragraph with its key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString
from django.utils.text import slugify

from accounts.models import Tier
from courses.models import Lesson
from flashcards import faces
from flashcards.models import Card
from lessons import blocks
from lessons.models import Chunk, Concept, Episode, Role
from lib import markup

from . import testing


@dataclass(frozen=True)
class Paragraph:
    key: str
    html: SafeString

    @property
    def is_heading(self) -> bool:
        return self.html.startswith("<h")


Prose = Sequence[Paragraph]


@dataclass(frozen=True)
class Section:
    """A titled piece: a concept, an example, a memory aid (whose `kind` picks the glyph)."""

    title: str
    prose: Prose
    anchor: str = ""
    kind: str = ""


@dataclass(frozen=True)
class TermEntry:
    front: SafeString
    back: SafeString
    anchor: str
    definition: str  # id of the popover that words in the text open


@dataclass(frozen=True)
class TurnEntry:
    key: str
    name: str
    is_teacher: bool
    number: int  # of the speaker in the cast, from 0: tells two students apart
    html: SafeString


@dataclass(frozen=True)
class EpisodeEntry:
    title: str
    anchor: str
    turns: Sequence[TurnEntry]


@dataclass(frozen=True)
class ChunkEntry:
    title: str
    anchor: str
    excerpt: Prose
    explanation: Prose
    analogy: Prose


@dataclass(frozen=True)
class ReadArticle:
    tier: str
    tiers: Sequence[str]  # that the lesson has, from short to long
    summary: Prose
    concepts: Sequence[Section] = ()
    examples: Sequence[Section] = ()
    memory_aids: Sequence[Section] = ()
    terms: Sequence[TermEntry] = ()

    @property
    def next_tier(self) -> str:
        """What the key `t` asks for: the next longer one, after the longest the shortest."""
        return self.tiers[(self.tiers.index(self.tier) + 1) % len(self.tiers)]


@dataclass(frozen=True)
class ListenArticle:
    episodes: Sequence[EpisodeEntry]
    chunks: Sequence[ChunkEntry]
    terms: Sequence[TermEntry]


@dataclass(frozen=True)
class RecallArticle:
    concepts: Sequence[Section]
    cards: Sequence[faces.Face]


@dataclass
class Composer:
    """Renders the texts of one page of one lesson; links each term at its first use on the page."""

    lesson: Lesson
    cards: Sequence[Card] = ()
    terms: markup.Terms | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.keys = blocks.of(self.lesson).keys
        terms = [card for card in self.cards if card.kind == Card.Kind.TERM]
        self.terms = markup.Terms([markup.Term(markup.plain(card.front), definition_id(card)) for card in terms])

    def prose(self, source: str, text: str) -> list[Paragraph]:
        rendered = markup.render(text, terms=self.terms) if text else []
        return [Paragraph(self.keys.get((source, index), ""), block.html) for index, block in enumerate(rendered)]

    def entries(self) -> list[TermEntry]:
        return [
            TermEntry(
                markup.inline(card.front),
                faces.back(card),
                anchor(card),
                definition_id(card),
            )
            for card in self.cards
            if card.kind == Card.Kind.TERM
        ]


def anchor(card: Card) -> str:
    """Where a term's definition stands on a page; the same on the lesson's and the course's pages."""
    return f"term-{slugify(markup.plain(card.front)) or card.pk}"


def definition_id(card: Card) -> str:
    return f"def-{card.pk}"


def modes(lesson: Lesson) -> list[str]:
    """The modes that can do something for this lesson. Reading is always one. One query."""
    of_it = {"lesson": OuterRef("pk")}
    wanted: dict[str, Any] = {
        "listen": Exists(Episode.objects.filter(**of_it)) | Exists(Chunk.objects.filter(**of_it)),
        "recall": Exists(Concept.objects.filter(**of_it)) | Exists(Card.objects.filter(**of_it)),
        "test": Exists(testing.questions().filter(**of_it)) | Exists(testing.published().filter(**of_it)),
    }
    has = Lesson.objects.filter(pk=lesson.pk).values_list(*wanted.values()).get()
    return ["read", *(mode for mode, is_there in zip(wanted, has, strict=True) if is_there)]


def read(lesson: Lesson, tier: str, *, only_summary: bool = False) -> ReadArticle:
    """The Read page in `tier`, or in the nearest tier that the lesson has."""
    cards = list(lesson.cards.select_related("concept"))
    composer = Composer(lesson, cards)
    summaries = {summary.tier: summary for summary in lesson.summaries.all()}
    tiers = [name for name in Tier.values if name in summaries]
    tier = tier if tier in tiers or not tiers else nearest(tier, tiers)
    shown = summaries.get(tier)
    article = ReadArticle(tier, tiers, composer.prose(f"summary:{shown.pk}", shown.body) if shown else [])
    if only_summary:
        return article
    return ReadArticle(
        tier,
        tiers,
        article.summary,
        [
            Section(
                one.name, composer.prose(f"concept:{one.pk}", one.description), f"concept-{slugify(one.name) or one.pk}"
            )
            for one in lesson.concepts.all()
        ],
        [Section(one.title, composer.prose(f"example:{one.pk}", one.body)) for one in lesson.examples.all()],
        [
            Section(one.get_kind_display(), composer.prose(f"aid:{one.pk}", one.body), kind=one.kind)
            for one in lesson.memory_aids.all()
        ],
        composer.entries(),
    )


def listen(lesson: Lesson) -> ListenArticle:
    composer = Composer(lesson, list(lesson.cards.select_related("concept")))
    cast = {speaker.pk: number for number, speaker in enumerate(lesson.course.cast.all())}
    episodes = Episode.objects.filter(lesson=lesson).prefetch_related("turns__speaker")
    return ListenArticle(
        [
            EpisodeEntry(
                episode.title,
                f"episode-{number}",
                [
                    TurnEntry(
                        composer.keys.get((f"turn:{turn.pk}", 0), ""),
                        turn.speaker.name,
                        turn.speaker.role == Role.TEACHER,
                        cast.get(turn.speaker_id, 0),
                        markup.joined(turn.text, terms=composer.terms),
                    )
                    for turn in episode.turns.all()
                ],
            )
            for number, episode in enumerate(episodes, 1)
        ],
        [
            ChunkEntry(
                chunk.title,
                f"chunk-{number}",
                composer.prose(f"excerpt:{chunk.pk}", chunk.excerpt),
                composer.prose(f"explanation:{chunk.pk}", chunk.explanation),
                composer.prose(f"analogy:{chunk.pk}", chunk.analogy),
            )
            for number, chunk in enumerate(lesson.chunks.all(), 1)
        ],
        composer.entries(),
    )


def recall(lesson: Lesson) -> RecallArticle:
    composer = Composer(lesson)
    return RecallArticle(
        [Section(one.name, composer.prose(f"concept:{one.pk}", one.description)) for one in lesson.concepts.all()],
        _faces(lesson.cards.select_related("concept")),
    )


def _faces(cards: Iterable[Card]) -> list[faces.Face]:
    """The first card of each concept has an anchor: results lead there."""
    seen: set[int | None] = {None}
    found = []
    for card in cards:
        is_first = card.concept_id not in seen
        seen.add(card.concept_id)
        anchor = cards_anchor(card.concept_id) if is_first and card.concept_id else ""
        found.append(replace(faces.face(card), anchor=anchor))
    return found


def cards_anchor(concept_id: int) -> str:
    return f"cards-{concept_id}"


def nearest(tier: str, tiers: Sequence[str]) -> str:
    """The tier in `tiers` (not empty) closest to the one wanted; of two, the shorter."""
    order = list(Tier.values)
    wanted = order.index(tier) if tier in order else order.index(Tier.MEDIUM)
    return min(tiers, key=lambda name: (abs(order.index(name) - wanted), order.index(name)))

"""A lesson's parts as data for programs: every text as Markdown, and as HTML paragraph by paragraph."""

from typing import Any

from accounts.models import Tier
from courses.models import Lesson
from flashcards import faces
from flashcards.models import Card
from lessons.models import Episode
from lib import markup

from .articles import Composer

Data = dict[str, Any]


def lesson(lesson: Lesson) -> Data:
    """Shaped as `serializers.LessonSerializer` says. The same for everybody who may see the lesson."""
    own = ("slug", "title", "objective", "minutes", "published_at", "revised_at")
    where = {"course": lesson.course.slug, "chapter": lesson.chapter.title, "url": lesson.get_absolute_url()}
    return {name: getattr(lesson, name) for name in own} | where | _parts(lesson)


def _parts(lesson: Lesson) -> Data:
    composer = Composer(lesson)

    def text(source: str, markdown: str) -> Data:
        return {"markdown": markdown, "blocks": composer.prose(source, markdown)}

    def text_or_none(source: str, markdown: str) -> Data | None:
        return text(source, markdown) if markdown else None

    return {
        "summaries": [
            {"tier": one.tier, "body": text(f"summary:{one.pk}", one.body)}
            for one in sorted(lesson.summaries.all(), key=lambda one: Tier.values.index(one.tier))
        ],
        "concepts": [
            {"name": one.name, "description": text(f"concept:{one.pk}", one.description)}
            for one in lesson.concepts.all()
        ],
        "examples": [
            {"title": one.title, "body": text(f"example:{one.pk}", one.body)} for one in lesson.examples.all()
        ],
        "memory_aids": [
            {"kind": one.kind, "body": text(f"aid:{one.pk}", one.body)} for one in lesson.memory_aids.all()
        ],
        "episodes": [
            {"title": episode.title, "turns": [_turn(turn, composer) for turn in episode.turns.all()]}
            for episode in Episode.objects.filter(lesson=lesson).prefetch_related("turns__speaker")
        ],
        "chunks": [
            {
                "title": chunk.title,
                "excerpt": text_or_none(f"excerpt:{chunk.pk}", chunk.excerpt),
                "explanation": text(f"explanation:{chunk.pk}", chunk.explanation),
                "analogy": text_or_none(f"analogy:{chunk.pk}", chunk.analogy),
            }
            for chunk in lesson.chunks.all()
        ],
        "cards": [_card(card) for card in lesson.cards.select_related("concept")],
    }


def term(card: Card) -> Data:
    """An entry of the glossary, as `serializers.TermSerializer` says."""
    sides = _card(card)
    return {"id": sides["id"], "front": sides["front"], "back": sides["back"], "lesson": card.lesson.slug}


def _turn(turn: Any, composer: Composer) -> Data:
    # A turn is one block, however many paragraphs it has.
    key = composer.keys.get((f"turn:{turn.pk}", 0), "")
    return {"key": key, "speaker": turn.speaker, "markdown": turn.text, "html": markup.joined(turn.text)}


def _card(card: Card) -> Data:
    return {
        "id": card.public_id,
        "kind": card.kind,
        "concept": card.concept.name if card.concept_id and card.concept else None,
        "front": {"markdown": card.front, "html": faces.front(card)},
        "back": {"markdown": card.back, "html": faces.back(card)},
    }

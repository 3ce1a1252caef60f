"""The sections of a lesson file, except the cards: reading and writing each."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from lessons.models import Chunk, Concept, Episode, Example, MemoryAid, Turn
from lessons.texts import FENCE, MarkdownField

from .keys import check_length, tell_choice
from .lines import (
    Item,
    Passage,
    Row,
    labelled,
    name_in_stars,
    passage,
    tell_stray,
    titled,
    with_escapes,
    without_escape,
)
from .problems import Tell
from .texts import AidText, ChunkText, ConceptText, EpisodeText, ExampleText, TurnText

NAME = r"(?P<name>(?:[^*\\]|\\.)+?)"
# `**Nora:** text` is a turn. `**Nora**: text` is what people write by mistake, so it is looked at too.
TURN = re.compile(rf"\*\*{NAME}:\*\*[ \t]*(?P<rest>.*)$")
CONCEPT = re.compile(rf"\*\*{NAME}\*\*:[ \t]*(?P<rest>.*)$")
ANALOGY = re.compile(r"\*(?P<name>Analogy):\*[ \t]*(?P<rest>.*)$")
ESCAPED_TURN = re.compile(rf"\\+\*\*{NAME}(?::\*\*|\*\*:)")
ESCAPED_CONCEPT = re.compile(rf"\\+\*\*{NAME}\*\*:")
ESCAPED_ANALOGY = re.compile(r"\\+\*Analogy:\*")
# Text that begins like this starts on a line of its own, below its label.
BLOCK_START = re.compile(r"\s|[-+]\s|\*\s|[>|]|\d{1,9}[.)]\s|#{1,6}\s|\$\$")


def field(model: type, name: str) -> MarkdownField:
    return model._meta.get_field(name)  # type: ignore[attr-defined]


def without_backslash(escaped: re.Pattern[str]) -> re.Pattern[str]:
    """The same line as an author's text may hold it: with any number of backslashes, also none."""
    return re.compile(escaped.pattern.replace(r"\\+", r"\\*", 1))


# --- Reading --------------------------------------------------------------------------------------------------------


def read_conversation(rows: Sequence[Row], cast: Collection[str] | None, tell: Tell) -> tuple[EpisodeText, ...]:
    """cast: names of those who may speak; None when nobody knows."""
    episodes = []
    for item in _titled(rows, Episode, _("Episode title"), tell):
        _tell_slips(item.rows, cast or (), tell)
        before, turns = labelled(item.rows, TURN, ESCAPED_TURN)
        tell_stray(before, _("Begin with who speaks: “**Name:** text”."), tell)
        if not turns and not passage(before):
            tell(item.line, _("Nobody says anything in this episode."), _("Write “**Name:** text” below it."))
        episodes.append(EpisodeText(item.title, tuple(_turn(turn, cast, tell) for turn in turns)))
    return tuple(episodes)


def _tell_slips(rows: Sequence[Row], cast: Collection[str], tell: Tell) -> None:
    for row in rows:
        slip = None if row.is_code else CONCEPT.match(row.text)
        if slip and slip["name"] in cast:
            remedy = _("Write “**%(name)s:** text”.") % {"name": slip["name"]}
            tell(row.number, _("The colon stands outside the stars."), remedy)


def _turn(item: Item, cast: Collection[str] | None, tell: Tell) -> TurnText:
    if cast is not None and item.title not in cast:
        wrong = _("“%(name)s” is not in the cast.") % {"name": item.title}
        remedy = _("Write one of: %(cast)s; or add the name to “cast” in course.yaml.")
        tell(item.line, wrong, remedy % {"cast": ", ".join(cast)})
    return TurnText(item.title, _required(item.rows, item, Turn, "text", tell))


def read_audiobook(rows: Sequence[Row], tell: Tell) -> tuple[ChunkText, ...]:
    return tuple(_chunk(item, tell) for item in _titled(rows, Chunk, _("Chunk title"), tell))


def _chunk(item: Item, tell: Tell) -> ChunkText:
    excerpt, rows = _split_excerpt(item.rows)
    rows, analogies = labelled(rows, ANALOGY, ESCAPED_ANALOGY)
    for again in analogies[1:]:
        tell(again.line, _("This chunk has two analogies."), _("Keep one, or give the second a chunk of its own."))
    analogy = Passage("", 0)
    if analogies:
        analogy = passage(analogies[0].rows, analogies[0].line)
        if not analogy:
            tell(analogies[0].line, _("The analogy is empty."), _("Write it behind “*Analogy:*”, or remove the line."))
    return ChunkText(
        item.title,
        excerpt.checked(field(Chunk, "excerpt"), "excerpt", tell),
        _required(rows, item, Chunk, "explanation", tell),
        analogy.checked(field(Chunk, "analogy"), "analogy", tell),
    )


def _split_excerpt(rows: Sequence[Row]) -> tuple[Passage, Sequence[Row]]:
    start = next((place for place, row in enumerate(rows) if row.text.strip()), 0)
    end = start
    while end < len(rows) and rows[end].text.startswith(">") and not rows[end].is_code:
        end += 1
    if end > start:
        quoted = [Row(row.number, re.sub(r"^> ?", "", row.text)) for row in rows[start:end]]
        return passage(quoted), rows[end:]
    if start < len(rows):
        rows = [without_escape(rows[start], re.compile(r"\\+>")), *rows[start + 1 :]]
    return Passage("", 0), rows


def read_concepts(rows: Sequence[Row], tell: Tell) -> tuple[ConceptText, ...]:
    before, items = labelled(rows, CONCEPT, ESCAPED_CONCEPT)
    tell_stray(before, _("Begin with the name of a concept: “**Name**: description”."), tell)
    known: dict[str, int] = {}
    for item in items:
        check_length(item.title, field(Concept, "name"), item.line, "name", tell)
        if item.title in known:
            wrong = _("The concept “%(name)s” stands in line %(line)d already.")
            tell(item.line, wrong % {"name": item.title, "line": known[item.title]}, _("Give it a name of its own."))
        known.setdefault(item.title, item.line)
    return tuple(ConceptText(item.title, _required(item.rows, item, Concept, "description", tell)) for item in items)


def read_examples(rows: Sequence[Row], tell: Tell) -> tuple[ExampleText, ...]:
    items = _titled(rows, Example, _("Title"), tell)
    return tuple(ExampleText(item.title, _required(item.rows, item, Example, "body", tell)) for item in items)


def read_memory_aids(rows: Sequence[Row], tell: Tell) -> tuple[AidText, ...]:
    kinds = {kind.value.capitalize(): kind.value for kind in MemoryAid.Kind}
    aids = []
    for item in titled(rows, " | ".join(kinds), tell):
        if item.title and item.title not in kinds:
            tell_choice(item.line, _("kind of memory aid"), item.title, kinds, tell)
        aids.append(AidText(kinds.get(item.title, ""), _required(item.rows, item, MemoryAid, "body", tell)))
    return tuple(aids)


def _titled(rows: Sequence[Row], model: type, name: str, tell: Tell) -> list[Item]:
    items = titled(rows, name, tell)
    for item in items:
        check_length(item.title, field(model, "title"), item.line, "title", tell)
    return items


def _required(rows: Sequence[Row], item: Item, model: type, name: str, tell: Tell) -> str:
    text = passage(rows, item.line)
    if not text:
        wrong = _("There is no explanation here.") if name == "explanation" else _("There is no text here.")
        tell(item.line, wrong, _("Write it below, or remove this line."))
    return text.checked(field(model, name), name, tell)


# --- Writing --------------------------------------------------------------------------------------------------------


def write_conversation(episodes: Iterable[EpisodeText]) -> str:
    return _blocks(
        block
        for episode in episodes
        for block in (
            f"### {episode.title}",
            *(_labelled(f"**{name_in_stars(turn.speaker)}:**", turn.text, ESCAPED_TURN) for turn in episode.turns),
        )
    )


def write_audiobook(chunks: Iterable[ChunkText]) -> str:
    return _blocks(block for chunk in chunks for block in _chunk_blocks(chunk))


def _chunk_blocks(chunk: ChunkText) -> list[str]:
    explanation = with_escapes(chunk.explanation, without_backslash(ESCAPED_ANALOGY))
    excerpt = "\n".join(f"> {line}" if line else ">" for line in chunk.excerpt.split("\n")) if chunk.excerpt else ""
    if not excerpt and re.match(r"\\*>", explanation[0]):
        explanation[0] = "\\" + explanation[0]
    analogy = _labelled("*Analogy:*", chunk.analogy, ESCAPED_ANALOGY) if chunk.analogy else ""
    return [f"### {chunk.title}", *filter(None, [excerpt, "\n".join(explanation), analogy])]


def write_concepts(concepts: Iterable[ConceptText]) -> str:
    return _blocks(
        _labelled(f"**{name_in_stars(concept.name)}**:", concept.description, ESCAPED_CONCEPT) for concept in concepts
    )


def write_examples(examples: Iterable[ExampleText]) -> str:
    return _blocks(f"### {example.title}\n\n{example.body}" for example in examples)


def write_memory_aids(aids: Iterable[AidText]) -> str:
    return _blocks(f"### {aid.kind.capitalize()}\n\n{aid.body}" for aid in aids)


def _labelled(label: str, text: str, escaped: re.Pattern[str]) -> str:
    lines = with_escapes(text, without_backslash(escaped))
    first = text.split("\n", 1)[0]
    if BLOCK_START.match(first) or FENCE.match(first):
        return f"{label}\n\n" + "\n".join(lines)
    # Behind the label nothing is structure, so the first line stays as it is.
    return f"{label} " + "\n".join([first, *lines[1:]])


_blocks: Callable[[Iterable[str]], str] = "\n\n".join

"""Courses as text, as the tests need them: the smallest valid folder, and random content that is hard to write down."""

import hashlib
from dataclasses import replace
from io import BytesIO

from hypothesis import strategies as st

from authoring import recordings
from authoring.parts import field
from authoring.texts import (
    AidText,
    CardText,
    ChapterText,
    ChunkText,
    ConceptText,
    CourseText,
    EpisodeText,
    ExampleText,
    LessonText,
    RecordingText,
    SpeakerText,
    SummaryText,
    TurnText,
    normal,
    one_line,
)
from authoring.tree import Tree
from flashcards.models import Card
from lessons.models import Chunk, Concept, Example, MemoryAid, Summary, Turn
from lessons.texts import MarkdownField, headings
from tests.authoring import mock_texts as tests
from tests.authoring.moments import MOMENTS

COURSE = """\
title: Concurrency
track: technology
level: beginner
promise: Make slow programs fast.
cast:
- name: Nora
  role: teacher
- name: Ben
  role: student
"""
LESSON = """\
---
title: Threads
objective: Choose threads and say why.
minutes: 20
published: 2026-01-05T08:00:00Z
---

## Conversation

### It got slower

**Nora:** What happened?

**Ben:** It got slower.

## Summary: Basic

Threads help when work **waits**.

## Audiobook

### One lock

> One thread at a time.

The others wait.

*Analogy:* A kitchen with one knife.

## Key concepts

**Lock**: What only one thread holds.

**Waiting**: Time without work.

## Examples

### Downloads

Twenty take one second.

## Memory aids

### Rhyme

If it waits, a thread is great.

## Flashcards

- **Lock** :: What only one thread holds. (concept: Lock)
- Who holds it? :: One thread.
- Threads overlap {{waiting}}. (concept: Waiting)
"""
CHAPTER = "title: Foundations\n"


# The lesson with a recording of its conversation.
RECORDED = LESSON.replace("minutes: 20\n", "minutes: 20\naudio:\n  conversation: audio/threads.wav\n")


def folder(lesson: str = LESSON, course: str = COURSE, **more: str | bytes) -> Tree:
    files = {"course.yaml": course, "01-start/chapter.yaml": CHAPTER, "01-start/01-threads.md": lesson} | more
    return {path: content(path, text if isinstance(text, bytes) else text.encode()) for path, text in files.items()}


def content(path: str, data: bytes) -> bytes | recordings.AudioFile:
    return sound(data) if recordings.is_recording(path) else data


def sound(data: bytes) -> recordings.AudioFile:
    return recordings.AudioFile(hashlib.sha256(data).hexdigest(), len(data), lambda: BytesIO(data))


def wav(words: str = "Hello") -> bytes:
    """Nothing that anybody could hear, but it begins like a recording."""
    return b"RIFF\x24\0\0\0WAVEfmt " + words.encode()


# What the format gives a meaning to, and what it must not: both have to survive in any text.
MARKS = [
    "## Flashcards",
    "## Summary: Basic",
    "#### Deeper",
    "###### Six",
    "**Nora:** hm",
    "**Nora**: hm",
    "**Lock**: hm",
    "**A** or **B**",
    "**bold**",
    "*Analogy:* as if",
    "> quoted",
    ">",
    "- item",
    "-",
    "1. one",
    "front :: back",
    "::",
    "a::b",
    "(concept: Lock)",
    "x (Concept: nobody)",
    "(concept:",
    "{{hidden}}",
    "```",
    "```python",
    "~~~",
    "- ```",
    "$$",
    "---",
    "***",
    "| a | b |",
    "    indented",
    "  two",
    "\ttab",
    "hard break  ",
    "\\",
    "**",
    "é ü 漢 🧵",
    "\u2028",
    "#",
]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
PIECES = st.sampled_from(MARKS) | WORDS | st.builds("\\{}".format, st.sampled_from(MARKS)) | st.just("")
LINES = PIECES | st.builds("{} {}".format, PIECES, PIECES) | st.builds("  {}".format, PIECES)


def markdown(into: MarkdownField, *, is_optional: bool = False) -> st.SearchStrategy[str]:
    """Texts in normal form that `into` takes."""
    texts = st.lists(LINES, min_size=1, max_size=6).map("\n".join).map(normal)
    most = into.max_length or 10_000
    return texts.filter(
        lambda text: (
            (is_optional or bool(text))
            and len(text) <= most
            and all(level >= into.headings_from for _line, level in headings(text))
        )
    )


def line(most: int = 40) -> st.SearchStrategy[str]:
    return LINES.map(one_line).map(lambda text: text[:most].strip()).filter(bool)


def cards(concepts: list[str]) -> st.SearchStrategy[tuple[CardText, ...]]:
    front, back = markdown(field(Card, "front")), markdown(field(Card, "back"))
    concept = st.sampled_from(["", *concepts])
    faces = st.builds(CardText, st.sampled_from(["term", "question"]), front, back, concept)
    clozes = st.builds(CardText, st.just("cloze"), front.map(lambda text: text + " {{x}}"), st.just(""), concept)
    clozes = clozes.filter(lambda card: normal(card.front) == card.front)
    return st.lists(faces | clozes, max_size=3, unique_by=lambda card: (card.kind, card.front)).map(tuple)


@st.composite
def lesson_texts(draw: st.DrawFn, cast: list[str], slug: str = "threads", position: int = 1) -> LessonText:
    def some(of: st.SearchStrategy, most: int = 2) -> tuple:
        return tuple(draw(st.lists(of, max_size=most)))

    turns = st.lists(
        st.builds(TurnText, st.sampled_from(cast), markdown(field(Turn, "text"))), min_size=1, max_size=3
    ).map(tuple)
    names = draw(st.lists(line(), max_size=3, unique=True))
    title, published = draw(line()), draw(MOMENTS)
    questions = draw(tests.questions(slug, names))
    chunk = [
        markdown(field(Chunk, name), is_optional=name != "explanation")
        for name in ("excerpt", "explanation", "analogy")
    ]
    tiers = draw(st.lists(st.sampled_from(["basic", "medium", "detailed"]), unique=True))
    return LessonText(
        slug,
        position,
        title=title,
        objective=draw(line()),
        minutes=draw(st.integers(1, 240)),
        published_at=published,
        archived_at=draw(MOMENTS),
        episodes=some(st.builds(EpisodeText, line(), turns)),
        summaries=tuple(
            SummaryText(tier, draw(markdown(field(Summary, "body"))))
            for tier in ("basic", "medium", "detailed")
            if tier in tiers
        ),
        chunks=some(st.builds(ChunkText, line(), *chunk)),
        concepts=tuple(ConceptText(name, draw(markdown(field(Concept, "description")))) for name in names),
        examples=some(st.builds(ExampleText, line(), markdown(field(Example, "body")))),
        memory_aids=some(
            st.builds(AidText, st.sampled_from(MemoryAid.Kind.values), markdown(field(MemoryAid, "body")))
        ),
        cards=draw(cards(names)),
        questions=questions,
        mock_test=draw(st.none() | tests.of_lesson(slug, title, published, questions)),
    )


@st.composite
def course_texts(draw: st.DrawFn) -> CourseText:
    names = draw(st.lists(line(), min_size=1, max_size=3, unique=True))
    cast = tuple(
        SpeakerText(name, draw(st.sampled_from(["teacher", "student"])), draw(st.sampled_from(["", "teacher", "x y"])))
        for name in names
    )
    positions = draw(st.lists(st.integers(0, 200), min_size=1, max_size=3, unique=True))
    chapters = [
        ChapterText(
            f"chapter-{number}",
            position,
            draw(line()),
            tuple(
                draw(lesson_texts(names, f"lesson-{number}-{place}", place)) for place in range(draw(st.integers(0, 2)))
            ),
        )
        for number, position in enumerate(sorted(positions))
    ]
    sounds: dict[str, recordings.AudioFile] = {}
    chapters = [
        replace(chapter, lessons=tuple(_recorded(draw, lesson, sounds) for lesson in chapter.lessons))
        for chapter in chapters
    ]
    words = draw(st.dictionaries(line(), line(), max_size=3))
    return CourseText(
        slug="any-course",
        title=draw(line()),
        track=draw(st.sampled_from(["business", "technology", "design"])),
        level=draw(st.sampled_from(["beginner", "intermediate", "advanced"])),
        promise=draw(line()),
        language=draw(st.sampled_from(["en", "no", "pt-BR"])),
        outcomes=tuple(draw(st.lists(line(), max_size=8))),
        seats=draw(st.none() | st.integers(0, 99)),
        cast=cast,
        published_at=draw(MOMENTS),
        archived_at=draw(MOMENTS),
        chapters=tuple(chapters),
        narrator=draw(st.sampled_from(["", "narrator", "404"])),
        speech=draw(st.sampled_from(["", "hibari", "no"])),
        pause=draw(st.integers(0, 500)) / 100,
        audio_format=draw(st.sampled_from(["m4a", "mp3"])),
        pronunciation=tuple(sorted(words.items())),
        recordings=sounds,
        **draw(tests.of_course(tuple(chapters))),
    )


def _recorded(draw: st.DrawFn, lesson: LessonText, sounds: dict[str, recordings.AudioFile]) -> LessonText:
    """With a recording of what it has to say, or of one part, or of none."""
    parts = [part for part, texts in (("conversation", lesson.episodes), ("audiobook", lesson.chunks)) if texts]
    found = []
    for part in parts:
        if draw(st.booleans()):
            name = f"{lesson.slug}-{part}.{draw(st.sampled_from(['wav', 'M4A', 'mp3']))}"
            sounds[name] = sound(wav(draw(WORDS)))
            found.append(RecordingText(part, name, sounds[name].digest))
    return replace(lesson, recordings=tuple(found))

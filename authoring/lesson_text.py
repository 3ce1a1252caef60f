"""One lesson file: reading it, with the line of everything that is wrong, and writing it."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from courses.models import Lesson
from lessons.models import Summary

from . import cards, mock_tests, parts, recordings, yaml_text
from .keys import Keys
from .lines import Row, mark_code, passage, tell_stray
from .problems import Tell
from .recordings import Shelf
from .texts import LessonText, SummaryText

KEYS = ("title", "objective", "minutes", "audio", "published", "archived")
REQUIRED = KEYS[:3]
MINUTES = (1, 240)
TIERS = {"Basic": "basic", "Medium": "medium", "Detailed": "detailed"}
HEADINGS = (
    "Conversation",
    *(f"Summary: {tier}" for tier in TIERS),
    "Audiobook",
    "Key concepts",
    "Examples",
    "Memory aids",
    "Flashcards",
    mock_tests.HEADING,
)
# These lines begin a part wherever they stand, in code too: so a forgotten end of code cannot swallow the rest.
KNOWN = re.compile(rf"## ({'|'.join(map(re.escape, HEADINGS))})[ \t]*$")
ESCAPED = re.compile(rf"\\+{KNOWN.pattern}")
TO_ESCAPE = re.compile(rf"^(?=\\*{KNOWN.pattern})", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    heading: str
    line: int
    rows: list[Row]


def parse(
    source: str,
    *,
    slug: str,
    position: int,
    cast: Collection[str] | None,
    tell: Tell,
    shelf: Shelf | None = None,
) -> LessonText:
    """The lesson in `source`. Whatever is wrong is told; then the answer may not be used.

    cast: names of those who may speak; None when course.yaml could not say. shelf: the recordings there are.
    """
    rows = [Row(number, text) for number, text in enumerate(source.split("\n"), 1)]
    front, rows = _split_front(rows, tell)
    keys = Keys("\n".join(row.text for row in front), 2, KEYS, tell) if front is not None else None
    sections = _sections(rows, tell)

    def read(heading: str, reader: Callable[..., tuple], *arguments: object) -> tuple:
        section = sections.get(heading)
        return reader(section.rows, *arguments, tell) if section else ()

    concepts = read("Key concepts", parts.read_concepts)
    names = list(dict.fromkeys(concept.name for concept in concepts))
    title = keys.text("title", Lesson._meta.get_field("title")) if keys else ""
    published = keys.moment("published") if keys else None
    home = mock_tests.Home(slug, title, published)
    lesson = LessonText(
        slug=slug,
        position=position,
        title=title,
        objective=keys.text("objective", Lesson._meta.get_field("objective")) if keys else "",
        minutes=(keys.number("minutes", *MINUTES, required=True) if keys else None) or 0,
        published_at=published,
        archived_at=keys.moment("archived") if keys else None,
        episodes=read("Conversation", parts.read_conversation, cast),
        summaries=tuple(_summaries(sections, tell)),
        chunks=read("Audiobook", parts.read_audiobook),
        concepts=concepts,
        examples=read("Examples", parts.read_examples),
        memory_aids=read("Memory aids", parts.read_memory_aids),
        cards=read("Flashcards", cards.read_cards, names),
        recordings=recordings.parse(keys, slug, shelf or Shelf({})) if keys else (),
    )
    if section := sections.get(mock_tests.HEADING):
        questions, mock_test = mock_tests.read(section.rows, home, names, tell)
        lesson = replace(lesson, questions=questions, mock_test=mock_test)
    if keys and lesson.published_at:
        _tell_silent_text(lesson, keys, sections)
    return lesson


def _tell_silent_text(lesson: LessonText, keys: Keys, sections: Collection[str]) -> None:
    """What people hear they must be able to read, from the day it is public."""
    for part in recordings.without_text(lesson):
        heading = recordings.PARTS[part]
        if heading not in sections:
            wrong = _("There is a recording and nothing to read with it.")
            remedy = _("Write “## %(heading)s”, or take away “published” until it is written.") % {"heading": heading}
            keys.tell(keys.line("audio"), wrong, remedy)


def _split_front(rows: list[Row], tell: Tell) -> tuple[list[Row] | None, list[Row]]:
    """The rows of the front matter, None without one; and the rows below it."""
    known = (place for place, row in enumerate(rows) if KNOWN.match(row.text))
    body = next(known, len(rows))
    marks = [place for place, row in enumerate(rows[:body]) if row.text.rstrip() == "---"]
    if not marks or marks[0] != 0:
        remedy = _("Begin the file with a line “---”, the keys %(keys)s, and a line “---”.") % {
            "keys": ", ".join(REQUIRED)
        }
        tell(1, _("The front matter is missing."), remedy)
    elif len(marks) == 1:
        tell(1, _("The front matter has no end."), _("Write a line “---” after its last key."))
    else:
        return rows[1 : marks[1]], rows[marks[1] + 1 :]
    return None, rows[body:]


def _sections(rows: Sequence[Row], tell: Tell) -> dict[str, Section]:
    """heading → section. Of two with the same heading the first counts."""
    before: list[Row] = []
    found: list[Section] = []
    for row in rows:
        known = KNOWN.match(row.text)
        if known:
            found.append(Section(known[1], row.number, []))
        elif ESCAPED.match(row.text):
            (found[-1].rows if found else before).append(Row(row.number, row.text[1:]))
        else:
            (found[-1].rows if found else before).append(row)
    remedy = _("Begin with one of: %(known)s.") % {"known": ", ".join(f"## {heading}" for heading in HEADINGS)}
    tell_stray(_before_unknown(mark_code(before, tell), tell), remedy, tell)
    sections: dict[str, Section] = {}
    for section in found:
        if section.heading in sections:
            wrong = _("“## %(heading)s” stands in line %(line)d already.")
            first = {"heading": section.heading, "line": sections[section.heading].line}
            tell(section.line, wrong % first, _("Put everything below one of them."))
        checked = _checked(section, tell)
        sections.setdefault(section.heading, checked)
    return sections


def _checked(section: Section, tell: Tell) -> Section:
    # Cards mark their own code: their lines are indented.
    rows = section.rows if section.heading == "Flashcards" else mark_code(section.rows, tell)
    if not passage(rows):
        tell(section.line, _("There is nothing below this heading."), _("Write the part, or remove its heading."))
    return Section(section.heading, section.line, _before_unknown(rows, tell))


def _before_unknown(rows: list[Row], tell: Tell) -> list[Row]:
    """The rows before the first unknown heading; each unknown heading is told."""
    unknown = [place for place, row in enumerate(rows) if row.heading(2) is not None]
    for place in unknown:
        row = rows[place]
        wrong = _("There is no part “%(heading)s”.") % {"heading": row.text.strip()}
        known = ", ".join(f"## {heading}" for heading in HEADINGS)
        tell(row.number, wrong, _("The headings are: %(known)s.") % {"known": known})
    return rows[: unknown[0]] if unknown else rows


def _summaries(sections: dict[str, Section], tell: Tell) -> Iterable[SummaryText]:
    for heading, tier in TIERS.items():
        section = sections.get(f"Summary: {heading}")
        if section and passage(section.rows):
            body = passage(section.rows).checked(parts.field(Summary, "body"), "body", tell)
            yield SummaryText(tier, body)


def write(lesson: LessonText) -> str:
    front: dict[str, object] = {"title": lesson.title, "objective": lesson.objective, "minutes": lesson.minutes}
    if lesson.recordings:
        front["audio"] = recordings.keys_of(lesson)
    if lesson.published_at:
        front["published"] = lesson.published_at
    if lesson.archived_at:
        front["archived"] = lesson.archived_at
    texts = {
        "Conversation": parts.write_conversation(lesson.episodes),
        **{
            f"Summary: {heading}": summary.body
            for heading, tier in TIERS.items()
            for summary in lesson.summaries
            if summary.tier == tier
        },
        "Audiobook": parts.write_audiobook(lesson.chunks),
        "Key concepts": parts.write_concepts(lesson.concepts),
        "Examples": parts.write_examples(lesson.examples),
        "Memory aids": parts.write_memory_aids(lesson.memory_aids),
        "Flashcards": cards.write_cards(lesson.cards),
        mock_tests.HEADING: mock_tests.write(
            lesson.questions,
            lesson.mock_test,
            mock_tests.Home(lesson.slug, lesson.title, lesson.published_at),
        ),
    }
    sections = [f"## {heading}\n\n{TO_ESCAPE.sub(_backslash, text)}\n" for heading, text in texts.items() if text]
    return "\n".join([f"---\n{yaml_text.dump(front)}---\n", *sections])


def _backslash(found: re.Match[str]) -> str:
    return "\\"

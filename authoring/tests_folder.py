"""tests/<address>.md: the mock tests of chapters and of the whole course; questions.gift: questions of no lesson.

Settings are front matter; then the introduction; then `## Section title` with a list of what is asked
(`- draw 5 from threads, medium`, `- question: Who holds the lock?`) and questions of its own in GIFT, in any order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from quizzes.drafts import Draft
from quizzes.exchange import gift
from quizzes.models import MockTest, Section

from . import draws, mock_keys, mock_tests, yaml_text
from .draws import Shelves
from .keys import Keys, check_length
from .lines import Row, mark_code, passage, tell_stray
from .mock_texts import SectionText, SlotText, TestText
from .parts import field
from .problems import Problems, Tell
from .texts import one_line

FOLDER = "tests"
BANK = "questions.gift"
KEYS = ("title", "chapter", "lesson", *mock_keys.NAMES, "published", "archived")


@dataclass
class Found:
    """questions: of no lesson, with the file each stands in."""

    tests: list[TestText]
    questions: list[tuple[str, Draft]]


def is_ours(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") or path == BANK


# --- Reading --------------------------------------------------------------------------------------------------------


def parse(files: dict[str, str], shelves: Shelves, problems: Problems) -> Found:
    """files: path → text, of tests/ and questions.gift."""
    found = Found([], [])
    for path, source in sorted(files.items()):
        tell = problems.at(path)
        if path == BANK:
            rows = [Row(number, text) for number, text in enumerate(source.split("\n"), 1)]
            found.questions += ((path, draft) for draft in mock_tests.read_block(rows, shelves.concept_names, tell))
            continue
        slug = path.removeprefix(f"{FOLDER}/").removesuffix(".md")
        if not path.endswith(".md") or not mock_tests.SLUG.fullmatch(slug):
            remedy = _("Name it like the test's address: tests/final.md.")
            tell(0, _("This file has no place in a course folder."), remedy)
            continue
        test, questions = _parse(source, slug, shelves, tell)
        found.tests.append(replace(test, path=path))
        found.questions += ((path, draft) for draft in questions)
    return found


def _parse(source: str, slug: str, shelves: Shelves, tell: Tell) -> tuple[TestText, list[Draft]]:
    rows = [Row(number, text) for number, text in enumerate(source.split("\n"), 1)]
    front, rows = split_front(rows, tell)
    keys = Keys("\n".join(row.text for row in front) or "title:", 2, KEYS, tell)
    rows = mark_code(rows, tell)
    starts = [place for place, row in enumerate(rows) if row.heading(2) is not None]
    introduction = passage(rows[: starts[0]] if starts else rows)
    sections: list[SectionText] = []
    questions: list[Draft] = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=False):
        title = one_line(rows[start].heading(2) or "")
        check_length(title, Section._meta.get_field("title"), rows[start].number, "title", tell)
        slots, own = _section(rows[start + 1 : end], shelves, tell)
        sections.append(SectionText(title, slots))
        questions += own
    chapter, lesson = _home(keys, shelves)
    test = TestText(
        slug=slug,
        title=keys.text("title", MockTest._meta.get_field("title")),
        lesson=lesson,
        chapter=chapter,
        introduction=introduction.checked(field(MockTest, "introduction"), "introduction", tell),
        rules=mock_keys.parse(keys),
        published_at=keys.moment("published"),
        archived_at=keys.moment("archived"),
        sections=tuple(sections),
    )
    return test, questions


def split_front(rows: list[Row], tell: Tell) -> tuple[list[Row], list[Row]]:
    marks = [place for place, row in enumerate(rows) if row.text.rstrip() == "---"]
    if marks[:1] != [0] or len(marks) < 2:
        tell(1, _("The front matter is missing."), _("Begin the file with “---”, “title: …” and “---”."))
        return [], rows
    return rows[1 : marks[1]], rows[marks[1] + 1 :]


def _home(keys: Keys, shelves: Shelves) -> tuple[str, str]:
    chapter, lesson = keys.text("chapter", default=""), keys.text("lesson", default="")
    for name, slug, known in (("chapter", chapter, shelves.chapters), ("lesson", lesson, shelves.lessons)):
        if slug and slug not in known:
            wrong = _("There is no %(what)s “%(slug)s”.") % {"what": name, "slug": slug}
            keys.tell(keys.line(name), wrong, _("Write one of: %(known)s.") % {"known": ", ".join(known) or "–"})
    if chapter and lesson:
        keys.tell(keys.line("lesson"), _("A test belongs to a chapter or to a lesson."), _("Keep one of the two."))
    return chapter, lesson


def _section(rows: Sequence[Row], shelves: Shelves, tell: Tell) -> tuple[tuple[SlotText, ...], list[Draft]]:
    outside, blocks = mock_tests.split_blocks(rows, tell)
    slots: list[tuple[int, SlotText]] = []
    questions: list[Draft] = []
    for row in outside:
        if not row.text.strip():
            continue
        if not row.text.startswith("- "):
            remedy = _("Write “- draw 5 from …”, “- question: …”, or questions in ```gift … ```.")
            tell_stray([row], remedy, tell)
        elif slot := draws.read(row.text[2:], row.number, shelves, tell):
            slots.append((row.number, slot))
    for block in blocks:
        own = mock_tests.read_block(block, shelves.concept_names, tell)
        questions += own
        slots += ((draft.line, SlotText(question=draft.name, line=draft.line)) for draft in own)
    return tuple(slot for _line, slot in sorted(slots, key=lambda placed: placed[0])), questions


# --- Writing --------------------------------------------------------------------------------------------------------


def write(tests: Iterable[TestText], questions: Sequence[Draft], shelves: Shelves) -> dict[str, str]:
    """tests: those that stand in no lesson's file. questions: of no lesson."""
    left = {draft.name: draft for draft in questions}
    files = {}
    for test in sorted(tests, key=lambda test: test.slug):
        files[f"{FOLDER}/{test.slug}.md"] = _write(test, left, shelves)
    if left:
        files[BANK] = gift.write(left.values(), is_marked=False)
    return files


def _write(test: TestText, left: dict[str, Draft], shelves: Shelves) -> str:
    """Questions that stand here are taken out of `left`."""
    keys: dict[str, object] = {"title": test.title, "chapter": test.chapter, "lesson": test.lesson}
    keys |= mock_keys.written(test.rules)
    keys |= {"published": test.published_at, "archived": test.archived_at}
    front = yaml_text.dump({name: value for name, value in keys.items() if value not in (None, "")})
    parts = [test.introduction] if test.introduction else []
    for section in test.sections:
        parts.append(f"## {section.title}".rstrip())
        parts += _section_parts(section, left, shelves)
    return "\n".join([f"---\n{front}---\n", *(f"{part}\n" for part in parts)])


def _section_parts(section: SectionText, left: dict[str, Draft], shelves: Shelves) -> list[str]:
    """Runs of list lines and of questions that have their home here."""
    parts: list[str] = []
    lines: list[str] = []
    own: list[Draft] = []

    def finish() -> None:
        parts.extend(["\n".join(lines)] if lines else [])
        parts.extend([mock_tests.write_block(own)] if own else [])
        lines.clear()
        own.clear()

    for slot in section.slots:
        at_home = slot.question in left and slot == SlotText(question=slot.question)
        if (lines and at_home) or (own and not at_home):
            finish()
        if at_home:
            own.append(left.pop(slot.question))
        else:
            lines.append(f"- {draws.write(slot, shelves)}")
    finish()
    return parts

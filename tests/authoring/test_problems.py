"""Everything that is wrong with a folder is told at once, with its line and a remedy; and nothing is written."""

import pytest
from django.core.management import CommandError, call_command

from authoring import plan
from authoring.problems import CourseFolderError, Problem
from authoring.tree import Tree, write_disk
from courses.models import Chapter, Course, Lesson
from flashcards.models import Card
from lessons.models import Concept, Episode, Speaker, Turn
from tests import factories
from tests.authoring.texts import CHAPTER, COURSE, LESSON, folder

pytestmark = pytest.mark.django_db


def problems(files: Tree, slug: str = "concurrency") -> list[Problem]:
    with pytest.raises(CourseFolderError) as caught:
        plan.checked(files, slug)
    return caught.value.problems


def test_the_smallest_folder_has_no_problems() -> None:
    assert plan.checked(folder(), "concurrency").chapters[0].lessons[0].title == "Threads"


MISTAKEN_COURSE = """\
title: Concurrency
track: cooking
level: expert
promise: Make slow programs fast.
colour: blue
instructors:
- nobody@example.org
cast:
- name: Nora
  role: teacher
published: tomorrow
"""
MISTAKEN_LESSON = """\
---
title: Threads
objective: Choose threads and say why.
minutes: 500
---

## Conversation

**Nora:** I speak before the first episode.

### It got slower

**Zoe:** I am not in the cast.

### Nobody is here

## Summary: Basic

# Too high

## Summary: Basic

Once more.

## Sumary: Medium

## Audiobook

### No explanation

> Only an excerpt.

## Key concepts

**Lock**: One.

**Lock**: Two.

## Memory aids

### Poem

Not a kind.

## Flashcards

- no back and nothing hidden
- **Lock** :: What one holds. (concept: Lok)
Not a card.
- **Lock** :: The same front again.
"""


def test_twenty_mistakes_are_told_at_once_each_with_its_line_and_nothing_is_written(
    tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = factories.CourseFactory(slug="concurrency")
    before = course.revised_at
    write_disk(
        folder(MISTAKEN_LESSON, MISTAKEN_COURSE),
        tmp_path / "concurrency",
    )
    expected = [
        ("01-start/01-threads.md", 4, "“minutes” must be a whole number"),
        ("01-start/01-threads.md", 9, "belongs to nothing"),
        ("01-start/01-threads.md", 13, "“Zoe” is not in the cast"),
        ("01-start/01-threads.md", 15, "Nobody says anything"),
        ("01-start/01-threads.md", 19, "A heading with ### or more"),
        ("01-start/01-threads.md", 21, "stands in line 17 already"),
        ("01-start/01-threads.md", 25, "no part “## Sumary: Medium”"),
        ("01-start/01-threads.md", 29, "no explanation here"),
        ("01-start/01-threads.md", 37, "stands in line 35 already"),
        ("01-start/01-threads.md", 41, "“Poem” is not a kind of memory aid"),
        ("01-start/01-threads.md", 47, "no back and hides nothing"),
        ("01-start/01-threads.md", 48, "“Lok” is not a key concept"),
        ("01-start/01-threads.md", 49, "belongs to nothing"),
        ("01-start/01-threads.md", 50, "line 48 has the same front"),
        ("course.yaml", 2, "no track “cooking”"),
        ("course.yaml", 3, "“expert” is not a level"),
        ("course.yaml", 5, "no key “colour”"),
        ("course.yaml", 7, "nobody@example.org"),
        ("course.yaml", 11, "“published” is not a moment"),
    ]
    (tmp_path / "concurrency/01-start/02-code.md").write_text(
        LESSON.split("## Conversation")[0] + "## Examples\n\n### One\n\n```python\n"
    )
    expected.insert(14, ("01-start/02-code.md", 12, "has no end"))
    with pytest.raises(CommandError, match=r"^20 problems\. Nothing was written\.$"):
        call_command("import_course", tmp_path / "concurrency")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(expected) == 20
    for line, (path, number, words) in zip(told, expected, strict=True):
        assert line.startswith(f"{path}:{number}: ")
        assert words in line
    course.refresh_from_db()
    assert course.revised_at == before
    assert Course.objects.count() == 1
    assert not any(model.objects.exists() for model in (Chapter, Lesson, Speaker, Episode, Turn, Concept, Card))


def test_every_problem_has_a_remedy() -> None:
    assert all(len(problem.remedy) > 5 for problem in problems(folder(MISTAKEN_LESSON, MISTAKEN_COURSE)))


@pytest.mark.parametrize(
    ("files", "place", "words"),
    [
        ({"course.yaml": COURSE + "title: Again\n"}, "course.yaml:10", "here twice"),
        ({"course.yaml": COURSE.replace("title: Concurrency", "title: [a]")}, "course.yaml:1", "must be text"),
        (
            {"course.yaml": COURSE.replace("title: Concurrency", "title: " + "x" * 121)},
            "course.yaml:1",
            "121 characters",
        ),
        ({"course.yaml": COURSE.replace("title: Concurrency\n", "")}, "course.yaml:1", "“title” is missing"),
        ({"course.yaml": COURSE.replace("name: Ben", "name: Nora")}, "course.yaml:8", "“Nora” is here twice"),
        ({"course.yaml": COURSE.replace("role: student", "role: guru")}, "course.yaml:9", "not a role"),
        ({"course.yaml": COURSE + "outcomes:\n" + "- x\n" * 9}, "course.yaml:19", "9 outcomes"),
        ({"course.yaml": COURSE + "outcomes: x\n"}, "course.yaml:10", "must be a list"),
        ({"course.yaml": COURSE + "language: klingon!\n"}, "course.yaml:10", "language code"),
        ({"course.yaml": COURSE + "seats: -1\n"}, "course.yaml:10", "whole number"),
        ({"course.yaml": COURSE + "published: 2026-13-01\n"}, "course.yaml:10", "not a moment"),
        ({"course.yaml": COURSE + "\tseats: 1\n"}, "course.yaml:10", "not valid YAML"),
        ({"course.yaml": "a: &a [x]\nb: *a\n"}, "course.yaml:1", "Aliases"),
        ({"course.yaml": COURSE + "seats: !!python/name:os.system ''\n"}, "course.yaml:10", "tag"),
        ({"course.yaml": COURSE + "outcomes: " + "[" * 9000}, "course.yaml:10", "nested too deeply"),
        ({"course.yaml": COURSE.encode() + b"# caf\xe9\n"}, "course.yaml:10", "not UTF-8"),
        ({"course.yaml": COURSE.replace("slow", "sl\x07ow")}, "course.yaml:4", "control character"),
        ({"cover.png": b"GIF89a"}, "cover.png", "not a PNG"),
        ({"cover.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 30}, "cover.png", "damaged"),
        ({"cover.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + b"\0\0\xff\xff" * 2}, "cover.png", "65535 × 65535"),
        ({"notes.txt": "x"}, "notes.txt", "no place"),
        ({"01-start/deep/01-x.md": LESSON}, "01-start/deep/01-x.md", "no place"),
        ({"01-again/chapter.yaml": CHAPTER}, "01-start", "same number"),
        ({"02-start/chapter.yaml": CHAPTER}, "02-start", "same number or address"),
        ({"02-more/01-locks.md": LESSON}, "02-more/chapter.yaml", "missing"),
        ({"01-start/02-threads.md": LESSON}, "01-start/02-threads.md", "same address"),
        ({"01-start/01-locks.md": LESSON}, "01-start/01-threads.md", "same number"),
        ({"01-start/02-glossary.md": LESSON}, "01-start/02-glossary.md", "page that every course has"),
        ({"01-start/1-locks.md": LESSON}, "01-start/1-locks.md", "number of two digits"),
    ],
)
def test_what_is_wrong_with_files_and_keys(files: dict, place: str, words: str) -> None:
    (problem,) = problems(folder(**files))
    assert str(problem).startswith(f"{place}: ")
    assert words in problem.message


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("---\ntitle", "title", 1, "front matter is missing"),
        ("Z\n---\n", "Z\n", 1, "front matter has no end"),
        ("minutes: 20\n", "", 2, "“minutes” is missing"),
        ("title: Threads", "title:", 2, "“title” is missing"),
        ("## Conversation", "Hello\n\n## Conversation", 8, "belongs to nothing"),
        ("## Conversation", "## conversation", 8, "no part “## conversation”"),
        ("### It got slower\n", "###\n", 10, "says nothing"),
        ("### It got slower", f"### {'x' * 121}", 10, "121 characters"),
        ("**Ben:** It", "**Ben**: It", 14, "colon stands outside"),
        ("**Ben:** It got slower.", "**Ben:**", 14, "no text here"),
        ("It got slower.\n\n##", "It got slower.\n\n## Games\n\nPlay.\n\n##", 16, "no part “## Games”"),
        ("Threads help when work **waits**.\n", "", 16, "nothing below"),
        ("*Analogy:* A kitchen with one knife.", "*Analogy:*", 28, "analogy is empty"),
        ("*Analogy:* A", "*Analogy:* A\n\n*Analogy:* A", 30, "two analogies"),
        ("The others wait.\n", "### The others wait.\n\nx\n", 22, "no explanation here"),
        ("> One", "> ## One", 24, "heading with ####"),
        ("**Lock**: What", "Lock: What", 32, "belongs to nothing"),
        ("- **Lock** ::", "- **Lock**\n  ::", None, ""),
        ("- **Lock** :: What", "- **Lock** :: (concept: Lock) What", 50, "the last thing"),
        ("- Who holds it? :: One thread.", "- Who holds it? ::", 51, "back of this card is empty"),
        ("- Who holds it? :: One thread.", "- :: One thread.", 51, "front of this card is empty"),
        ("- Who holds it? :: One thread.", "* Who holds it? :: One thread.", 51, "belongs to nothing"),
        ("- Who holds it? :: One thread.", "- Who holds it? ::\n\tOne thread.", 52, "by a tab"),
        ("- Who holds it? :: One thread.", "- Who? :: One.\n\n  # Thread", 53, "heading with ####"),
        ("- Who holds it? :: One thread.", "-", 51, "card is empty"),
        ("- Who holds", f"- {'x' * 500} Who holds", 51, "characters"),
    ],
)
def test_what_is_wrong_with_a_lesson(before: str, after: str, line: int | None, words: str) -> None:
    assert LESSON.count(before) >= 1
    files = folder(LESSON.replace(before, after, 1))
    if line is None:
        assert plan.checked(files, "concurrency")
        return
    found = problems(files)
    assert (found[0].path, found[0].line) == ("01-start/01-threads.md", line)
    assert words in found[0].message


def test_code_that_nobody_closes_does_not_swallow_the_parts_below() -> None:
    files = folder(
        LESSON.replace("Twenty take one second.", "```python\n# x\n").replace("overlap {{waiting}}", "overlap")
    )
    assert [(problem.line, problem.message[:9]) for problem in problems(files)] == [
        (40, "The code "),
        (54, "This card"),
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    files = {path: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") for path, data in folder().items()}
    assert plan.checked(files, "concurrency") == plan.checked(folder(), "concurrency")


def test_words_that_yaml_would_read_as_something_else_stay_words() -> None:
    course = COURSE.replace("title: Concurrency", "title: 1984") + "language: no\n"
    found = plan.checked(folder(course=course), "concurrency")
    assert (found.title, found.language) == ("1984", "no")


def test_a_folder_that_is_no_address_is_told() -> None:
    assert "cannot be an address" in problems(folder(), "My course")[0].message

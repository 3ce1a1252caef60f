"""What authors write in a lesson file and what it becomes: the marks of the format, and how to write them as text."""

import re

import pytest
from django.conf import settings

from authoring import asked, lesson_text, plan
from authoring.problems import Problems
from authoring.texts import AidText, CardText, ChunkText, ConceptText, EpisodeText, ExampleText, LessonText, TurnText
from tests.authoring.texts import folder
from tests.factories import UserFactory

FRONT = "---\ntitle: Threads\nobjective: Choose.\nminutes: 20\n---\n\n"


def read(body: str) -> LessonText:
    problems = Problems()
    lesson = lesson_text.parse(FRONT + body, slug="threads", position=1, cast=["Nora", "Ben"], tell=problems.at("x"))
    assert not problems
    return lesson


def cards(source: str) -> list[tuple[str, str, str, str]]:
    found = read(f"## Key concepts\n\n**Lock (the)**: One.\n\n## Flashcards\n\n{source}\n").cards
    return [(card.kind, card.front, card.back, card.concept) for card in found]


def test_paragraphs_without_a_name_belong_to_the_turn_before() -> None:
    (episode,) = read("## Conversation\n\n### One\n\n**Nora:** First.\n\nSecond.\n**Ben:**\n\n- a list\n").episodes
    assert episode == EpisodeText("One", (TurnText("Nora", "First.\n\nSecond."), TurnText("Ben", "- a list")))


def test_an_audiobook_chunk_has_an_excerpt_an_explanation_and_an_analogy() -> None:
    body = "## Audiobook\n\n### One\n\n> Two\n>\n> lines.\n\nBecause.\n\n*Analogy:* A kitchen.\n\nWith one knife.\n"
    assert read(body).chunks == (ChunkText("One", "Two\n\nlines.", "Because.", "A kitchen.\n\nWith one knife."),)


@pytest.mark.parametrize(
    ("source", "kind", "front", "back", "concept"),
    [
        ("- **Lock** :: One holds it.", "term", "Lock", "One holds it.", ""),
        ("- Who? :: One. (concept: Lock (the))", "question", "Who?", "One.", "Lock (the)"),
        ("- It {{waits}}. (Concept:Lock (the))", "cloze", "It {{waits}}.", "", "Lock (the)"),
        ("- Who holds\n  it? :: One.\n\n  Or none.", "question", "Who holds\nit?", "One.\n\nOr none.", ""),
        (
            "- What is this?\n\n  ```c\n  a::b\n  ```\n\n  ::\n\n  C++",
            "question",
            "What is this?\n\n```c\na::b\n```",
            "C++",
            "",
        ),
        ("- **A** or **B** :: A", "question", "**A** or **B**", "A", ""),
        ("- \\**Bold?** :: Yes", "question", "**Bold?**", "Yes", ""),
        ("- **a \\** b** :: c", "term", "a ** b", "c", ""),
        ("- a \\:: b :: c :: d", "question", "a :: b", "c :: d", ""),
        ("- a \\\\:: b :: c", "question", "a \\:: b", "c", ""),
        ("- std::vector :: A list", "question", "std::vector", "A list", ""),
        ("- Why \\(concept: x)? :: So.", "question", "Why (concept: x)?", "So.", ""),
        ("-\n      code {{x}}", "cloze", "    code {{x}}", "", ""),
    ],
)
def test_how_a_card_is_read_and_written(source: str, kind: str, front: str, back: str, concept: str) -> None:
    assert cards(source) == [(kind, front, back, concept)]
    card = CardText(kind, front, back, concept)
    written = lesson_text.write(LessonText("x", 1, "x", "x", 1, cards=(card,))).split("## Flashcards\n\n")[1]
    assert cards(written) == [(kind, front, back, concept)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Hi.\n\n**Ben:** is a label", "\\**Ben:** is a label"),
        ("Hi.\n\n**Rule**: look first", "\\**Rule**: look first"),
        ("Hi.\n\n\\**Ben:** twice", "\\\\**Ben:** twice"),
        ("Hi.\n\n```\n**Ben:** in code\n```", "**Ben:** in code"),
        ("Hi.\n\n```\n## Flashcards\n```", "\\## Flashcards"),
    ],
)
def test_a_line_that_looks_like_structure_gets_a_backslash_in_the_file_only(text: str, line: str) -> None:
    lesson = LessonText("x", 1, "x", "x", 1, episodes=(EpisodeText("One", (TurnText("Nora", text),)),))
    source = lesson_text.write(lesson)
    assert line in source.split("\n")
    assert read(source.removeprefix(FRONT).split("---\n")[-1]).episodes == lesson.episodes


def test_marks_at_the_begin_of_other_parts_get_a_backslash_too() -> None:
    lesson = LessonText(
        "threads",
        1,
        "Threads",
        "Choose.",
        20,
        chunks=(ChunkText("One", "", "> Quoted\n\n*Analogy:* not one", ""), ChunkText("Two", "Said.", "> Quoted", "")),
        concepts=(ConceptText("A*b: c", "One.\n\n**Two**: three"),),
    )
    source = lesson_text.write(lesson)
    assert "\n\\> Quoted\n\n\\*Analogy:* not one\n" in source
    assert "> Said.\n\n> Quoted\n" in source
    assert "**A\\*b: c**: One.\n\n\\**Two**: three\n" in source
    assert read(source.removeprefix(FRONT)) == lesson


def test_headings_in_code_are_text() -> None:
    example = "## Examples\n\n### One\n\n```sh\n# comment\n## more\n### most\n```\n\n"
    lesson = read(f"{example}## Memory aids\n\n### Visual\n\n~~~\n#\n~~~\n")
    assert lesson.examples == (ExampleText("One", "```sh\n# comment\n## more\n### most\n```"),)
    assert lesson.memory_aids == (AidText("visual", "~~~\n#\n~~~"),)


@pytest.mark.django_db
def test_the_examples_in_the_documentation_are_a_course() -> None:
    text = (settings.ROOT / "docs/course-format.md").read_text()
    course = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    final, lesson = re.findall(r"````markdown\n(.*?)````\n", text, re.DOTALL)
    assert course
    UserFactory(email="nora@example.org")
    final = final.replace("threads-or-processes", "threads").replace("in-practice", "start")
    found = plan.checked(folder(lesson, course[1], **{"tests/final.md": final}), "python-concurrency")
    assert lesson_text.write(found.chapters[0].lessons[0]) == lesson
    assert asked.write(found) == {"tests/final.md": final}


@pytest.mark.django_db
def test_parts_may_come_in_any_order() -> None:
    lesson = plan.checked(folder(), "concurrency").chapters[0].lessons[0]
    head, *sections = re.split(r"^## ", lesson_text.write(lesson), flags=re.MULTILINE)
    assert len(sections) == 7
    turned = head + "".join(f"## {section}\n" for section in reversed(sections))
    assert plan.checked(folder(turned), "concurrency").chapters[0].lessons[0] == lesson

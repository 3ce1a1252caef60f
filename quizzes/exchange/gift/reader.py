"""GIFT → drafts."""

from dataclasses import replace

from django.utils.translation import gettext as _

from lessons.texts import one_line
from quizzes import drafts
from quizzes.drafts import NAME_LENGTH, Draft
from quizzes.models import Question
from quizzes.models.questions import Kind

from ..naming import Names
from ..problems import MOST_CHARACTERS, Problem, Problems, Unreadable, sized, too_large
from . import answers, escapes, kinds, scanning
from .scanning import Raw
from .settings import Settings

BLANK = "_____"
MISSING_WORD = (Kind.SINGLE, Kind.SHORT, Kind.MULTIPLE, Kind.NUMERIC, Kind.FORMULA)


def read(text: str, first_line: int = 1) -> tuple[list[Draft], list[Problem]]:
    """The questions in `text`, in their normal form and in order, and everything that is wrong.

    first_line: where `text` begins in its file.
    """
    if len(text) > MOST_CHARACTERS:
        return [], [too_large()]
    problems = Problems()
    found: list[Draft] = []
    names = Names()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for raw in scanning.cut(text, problems):
        try:
            found.append(_named(_question(raw), raw, names, first_line - 1))
        except Unreadable as unreadable:
            problems.tell(unreadable.problem.line, unreadable.problem.sentence)
    ahead = first_line - 1
    told = [Problem(problem.line + ahead if problem.line else 0, problem.sentence) for problem in sorted(problems)]
    return [replace(draft, line=draft.line + ahead) for draft in found], told


def _question(raw: Raw) -> Draft:
    if raw.block is None:
        raise Unreadable(
            raw.stem_line,
            _("This text asks nothing. Write answers in braces behind it, {} for an essay, or // before a comment."),
        )
    settings = Settings(raw.said, raw.line)
    block = answers.split(raw.block, raw.block_line)
    kind = kinds.kind_of(block, settings)
    stem = sized(_stem(raw, kind), raw.stem_line, _("This question"))
    if not stem:
        raise Unreadable(raw.line, _("Nothing is asked here. Write the question before its answers."))
    body, key = kinds.build(kind, block, settings, stem)
    tags = tuple(said.value for said in settings.all("tag"))
    concept, source = settings.text("concept"), settings.text("source")
    if len(source) > (Question._meta.get_field("source_key").max_length or 12):
        raise Unreadable(settings.line_of("source"), _("This is no key of a paragraph."))
    difficulty, is_said = settings.difficulty(), bool(settings.text("difficulty"))
    is_spoken = settings.flag("spoken", False)
    settings.finish(kind)
    explanation = sized(block.explanation, raw.block_line, _("The explanation"))
    return drafts.normal(
        Draft(
            kind=kind.value,
            name=raw.name,
            stem="" if kind == Kind.CLOZE else stem,
            body=body,
            key=key,
            explanation=explanation,
            concept=concept,
            difficulty=difficulty,
            tags=tags,
            source_key=source,
            is_spoken=is_spoken,
            line=raw.line,
            category=escapes.read(raw.category),
            unsaid=frozenset() if is_said else frozenset({"difficulty"}),
        )
    )


def _stem(raw: Raw, kind: Kind) -> str:
    stem, tail = escapes.joined(raw.stem), escapes.joined(raw.tail)
    if tail and kind not in MISSING_WORD:
        raise Unreadable(raw.line, _("There is text behind the answers. Leave an empty line between questions."))
    return answers.content(f"{stem} {BLANK} {tail}" if tail else stem)


def _named(draft: Draft, raw: Raw, names: Names, ahead: int) -> Draft:
    """With a name that no other question of the file has. ahead: lines before the text in its file."""
    if raw.name and len(one_line(raw.name)) > NAME_LENGTH:
        raise Unreadable(raw.line, _("The name is too long. Keep it to %(most)d characters.") % {"most": NAME_LENGTH})
    taken = names.lines.get(draft.name.casefold())
    if taken and raw.name:
        raise Unreadable(
            raw.line,
            _("The question in line %(line)d has the same name. Give each a name of its own.")
            % {"line": taken + ahead},
        )
    return replace(draft, name=names.free(draft.name, raw.line))

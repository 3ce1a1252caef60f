"""Aiken → drafts: a question in one line or more, options `A. …` or `A) …`, then `ANSWER: B`."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from quizzes import drafts
from quizzes.drafts import Draft
from quizzes.models.questions import Kind

from .naming import distinct
from .problems import (
    MOST_CHARACTERS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Problem,
    Problems,
    Unreadable,
    sized,
    too_large,
)

OPTION = re.compile(r"([A-Z])[.)]\s+(.*)")
ANSWER = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
UNSAID = frozenset({"difficulty", "explanation"})


@dataclass
class _Question:
    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str, int]] = field(default_factory=list)  # letter, text, line


def read(text: str) -> tuple[list[Draft], list[Problem]]:
    if len(text) > MOST_CHARACTERS:
        return [], [too_large()]
    problems = Problems()
    found: list[Draft] = []
    question: _Question | None = None
    for number, raw in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip()
        if problems.is_full or len(found) >= MOST_QUESTIONS:
            problems.append(too_large())
            break
        if not line:
            continue
        question = question or _Question(number)
        try:
            if answer := ANSWER.fullmatch(line):
                done, question = question, None
                found.append(_draft(done, answer[1], number))
            elif option := OPTION.fullmatch(line):
                question.options.append((option[1], option[2], number))
            elif question.options:
                _continue(question, line, number)
            else:
                question.stem.append(line)
        except Unreadable as unreadable:
            problems.tell(unreadable.problem.line, unreadable.problem.sentence)
    if question:
        problems.tell(question.line, _("This question has no answer. Write a line “ANSWER: A” below its options."))
    return distinct(found), sorted(problems)


def _continue(question: _Question, line: str, number: int) -> None:
    """A line below an option that is neither option nor answer."""
    question.options[-1] = (question.options[-1][0], f"{question.options[-1][1]}\n{line}", number)
    if len(question.options[-1][1]) > 1_000:
        raise Unreadable(number, _("Write “ANSWER: A” below the options, and an empty line between questions."))


def _draft(question: _Question, answer: str, line: int) -> Draft:
    letters = [letter for letter, _text, _line in question.options]
    if not question.stem:
        raise Unreadable(question.line, _("Nothing is asked here. Write the question above its options."))
    if not 2 <= len(letters) <= MOST_OPTIONS or len(set(letters)) < len(letters):
        raise Unreadable(question.line, _("Write two options or more, each with a letter of its own: “A. …”."))
    right = answer.strip().upper()
    if right not in letters:
        raise Unreadable(
            line, _("“%(answer)s” is none of the options. Write one letter: ANSWER: A") % {"answer": answer[:20]}
        )
    options = [{"id": letter, "text": sized(text, at, _("This answer"))} for letter, text, at in question.options]
    stem = sized("\n".join(question.stem), question.line, _("This question"))
    key = {"options": {letter: int(letter == right) for letter in letters}}
    draft = Draft(Kind.SINGLE.value, "", stem, {"options": options}, key, line=question.line, unsaid=UNSAID)
    return drafts.normal(draft)

"""What is wrong with a file of questions, and how large one may be."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_CHARACTERS = 5_000_000
MOST_QUESTIONS = 10_000
MOST_OPTIONS = 50
MOST_TEXT = 10_000  # characters of one text: what the column of a stem holds
MOST_PROBLEMS = 500  # a file of another format has one in every line


@dataclass(frozen=True, order=True)
class Problem:
    """sentence: what is wrong and what to write instead. line: from 1; 0 is the file as a whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.line}: {self.sentence}" if self.line else self.sentence


class Problems(list[Problem]):
    def tell(self, line: int, sentence: str) -> None:
        if len(self) < MOST_PROBLEMS:
            self.append(Problem(line, str(sentence)))

    @property
    def is_full(self) -> bool:
        return len(self) >= MOST_PROBLEMS


class Unreadable(Exception):
    """One question cannot be read; the others can."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(line, str(sentence))


def too_large() -> Problem:
    return Problem(
        0,
        _("This file is too large. Keep it below %(most)d characters and %(questions)d questions; split it.")
        % {"most": MOST_CHARACTERS, "questions": MOST_QUESTIONS},
    )


def sized(text: str, line: int, what: str, most: int = MOST_TEXT) -> str:
    """The text, if it is not too long."""
    if len(text) > most:
        raise Unreadable(
            line,
            _("%(what)s has %(count)d characters; at most %(most)d fit. Shorten it.")
            % {"what": what, "count": len(text), "most": most},
        )
    return text

"""What is wrong with a course folder, told so that its author can put it right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

# Tells a problem in one file: line (from 1; 0 is the file as a whole), what is wrong, what to do.
Tell = Callable[[int, str, str], None]


@dataclass(frozen=True, order=True)
class Problem:
    path: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message} {self.remedy}".strip()


class CourseFolderError(Exception):
    """The folder cannot be used. `problems` holds everything that was found, in order of file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def headline(self) -> str:
        count = len(self.problems)
        return ngettext("%(count)d problem", "%(count)d problems", count) % {"count": count}


class Problems(list[Problem]):
    def at(self, path: str) -> Tell:
        def tell(line: int, message: str, remedy: str) -> None:
            self.append(Problem(path, line, str(message), str(remedy)))

        return tell

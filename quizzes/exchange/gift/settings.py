"""The keys that stand in comments before one question, read as values."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from quizzes.models.questions import Difficulty

from ..problems import Unreadable
from .comments import LISTS, Said

YES, NO = ("yes", "true", "1"), ("no", "false", "0")
DIFFICULTIES = {difficulty.name.lower(): difficulty.value for difficulty in Difficulty}


class Settings:
    """Each method reads one key. Raises Unreadable for what it cannot be; `finish` for keys that nobody asked for."""

    def __init__(self, said: Sequence[Said], line: int, gap: str = "") -> None:
        self.line = line
        self.gap = gap
        self._all = said
        self._own: dict[str, list[Said]] = {}
        for one in said:
            if one.gap == gap:
                self._own.setdefault(one.key, []).append(one)
        for key, found in self._own.items():
            if len(found) > 1 and key not in LISTS:
                raise Unreadable(found[1].line, _("“%(key)s” is here twice. Keep one of them.") % {"key": key})
        self._asked: set[str] = set()

    def of_gap(self, gap: str) -> "Settings":
        return Settings(self._all, self.line, gap)

    def gaps(self) -> dict[str, int]:
        """Gaps that keys are about, and the line of the first one."""
        found: dict[str, int] = {}
        for one in self._all:
            if one.gap:
                found.setdefault(one.gap, one.line)
        return found

    def all(self, key: str) -> list[Said]:
        self._asked.add(key)
        return self._own.get(key, [])

    def text(self, key: str, default: str = "") -> str:
        found = self.all(key)
        return found[0].value if found else default

    def line_of(self, key: str) -> int:
        found = self._own.get(key)
        return found[0].line if found else self.line

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        value = self.text(key, default)
        # The default need not be one that can be written.
        if key in self._own and value not in choices:
            raise Unreadable(
                self.line_of(key),
                _("“%(value)s” is no %(key)s. Write one of: %(choices)s.")
                % {"value": value, "key": key, "choices": ", ".join(choices)},
            )
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.choice(key, (*YES, *NO), "").lower()
        return value in YES if value else default

    def number(self, key: str, default: float, low: float = 0.0, high: float = 10_000.0) -> float:
        value = self.text(key)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise Unreadable(
                self.line_of(key),
                _("“%(key)s” must be a number from %(low)g to %(high)g.") % {"key": key, "low": low, "high": high},
            )
        return number

    def difficulty(self) -> int:
        return DIFFICULTIES[self.choice("difficulty", DIFFICULTIES, "medium")]

    def finish(self, kind: str) -> None:
        for key, found in self._own.items():
            if key not in self._asked:
                raise Unreadable(
                    found[0].line,
                    _("“%(key)s” means nothing for the kind “%(kind)s”. Remove it.") % {"key": key, "kind": kind},
                )

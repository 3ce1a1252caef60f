"""Names for questions of files that have none, or the same one many times."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from quizzes.drafts import NAME_LENGTH, Draft


def distinct(drafts: Iterable[Draft]) -> list[Draft]:
    """Each with a name that no other has; the same file always gives the same names."""
    names = Names()
    return [replace(draft, name=names.free(draft.name, draft.line)) for draft in drafts]


@dataclass
class Names:
    """Those taken, in any case, and the line of each. counts: how often one was wanted."""

    lines: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def free(self, wanted: str, line: int) -> str:
        """`wanted`, or with a number behind it; taken from now on."""
        name = wanted
        while name.casefold() in self.lines:
            count = self.counts[wanted.casefold()] = self.counts.get(wanted.casefold(), 1) + 1
            name = f"{wanted[: NAME_LENGTH - 8]} ({count})"
        self.lines[name.casefold()] = line
        return name

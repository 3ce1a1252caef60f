"""How an attempt went concept by concept, the weakest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizzes.models import Question

from . import reasons
from .sources import NOWHERE, Source

FULL = 1_000_000
STRONG, WEAK = 80, 50  # per cent


@dataclass(frozen=True)
class ConceptBar:
    name: str
    earned_ppm: int  # of `count` questions; partly right answers count in part
    count: int
    source: Source
    slots: tuple[int, ...]  # numbers of its questions in the attempt

    @property
    def percent(self) -> int:
        return self.earned_ppm * 100 // (self.count * FULL)

    @property
    def earned(self) -> str:
        """As the points beside the questions: they must be seen to add up."""
        return reasons.points(self.earned_ppm)

    @property
    def level(self) -> str:
        """Last part of the CSS class."""
        return "strong" if self.percent >= STRONG else "weak" if self.percent < WEAK else "middle"


def bars(graded: Iterable[tuple[int, Question, int]], sources: Mapping[int, Source]) -> list[ConceptBar]:
    """graded: slot, question, share earned of it (ppm). Questions without a concept are left out.

    sources: by concept.
    """
    found: dict[int, list[tuple[int, Question, int]]] = {}
    for one in graded:
        if one[1].concept_id:
            found.setdefault(one[1].concept_id, []).append(one)
    made = [
        ConceptBar(
            name=str(those[0][1].concept),
            earned_ppm=sum(share for _slot, _question, share in those),
            count=len(those),
            source=sources.get(those[0][1].concept_id or 0, NOWHERE),
            slots=tuple(slot for slot, _question, _share in those),
        )
        for those in found.values()
    ]
    return sorted(made, key=lambda bar: (bar.earned_ppm / bar.count, bar.name))

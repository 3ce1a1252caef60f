"""What a test would ask: how many questions each pool holds, how alike its forms are, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import pstdev

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes import drawing
from quizzes.models import ItemFigures, ItemParameters, MockTest, Slot

FORMS = 25  # drawn to see how far they differ
CALIBRATED = 100  # answers that a question needs before its difficulty can be known
ENOUGH_TO_ADAPT = 20  # calibrated questions below which an adaptive test has nothing to choose from


@dataclass(frozen=True)
class Holding:
    """What a slot has to draw from."""

    slot: Slot
    holds: int
    spread: float | None  # of expected points between two forms; None where nothing is drawn

    @property
    def is_short(self) -> bool:
        return self.holds < (1 if self.slot.question_id else self.slot.draw)


def holdings(test: MockTest, at: datetime | None = None) -> list[Holding]:
    """at: the moment to look at, now if None: until then lessons may have been published."""
    slots = list(Slot.objects.filter(section__test=test).select_related("section", "question"))
    fixed = {slot.question_id for slot in slots if slot.question_id}
    candidates = drawing.drawable(test, slots, at)
    return [_holding(slot, candidates, fixed) for slot in slots]


def _holding(slot: Slot, candidates: Sequence[drawing.Candidate], fixed: set[int]) -> Holding:
    if slot.question_id:
        return Holding(slot, sum(one.question == slot.question_id for one in candidates), None)
    free = [one for one in candidates if one.question not in fixed and one.is_in(slot.pool or {})]
    return Holding(slot, len(free), _spread(free, slot.draw))


def _spread(free: Sequence[drawing.Candidate], want: int) -> float | None:
    if not 0 < want < len(free):
        return None
    from quizzes.statistics import fair  # NumPy, which the web need not load for anything else

    scores = drawing.expected(free)
    sums = [sum(scores[index] for index in fair.form(scores, want, seed)) for seed in range(FORMS)]
    return pstdev(sums)


def obstacle(test: MockTest, at: datetime | None = None) -> str:
    """Why `test` cannot be published, in a sentence; empty when it can."""
    found = obstacles(holdings(test, at))
    words = _("“%(test)s” is not published: %(reason)s")
    return words % {"test": test, "reason": " ".join(found)} if found else ""


def obstacles(held: Sequence[Holding]) -> list[str]:
    """Sentences on what keeps a test from being sat; none when all is well."""
    if not held:
        return [_("It asks nothing yet: choose questions for its sections.")]
    return [_short(each) for each in held if each.is_short]


def warnings(test: MockTest, held: Sequence[Holding]) -> list[str]:
    return _adaptive(test, held) if test.way == MockTest.Way.ADAPTIVE and held else []


def _short(each: Holding) -> str:
    slot = each.slot
    if slot.question_id:
        return _("“%(question)s” is retired: nobody is asked it.") % {"question": slot.question}
    words = ngettext(
        "“%(section)s” draws %(wanted)d from a pool of %(number)d question. Only questions in use are drawn, "
        "and none of a lesson that is not published.",
        "“%(section)s” draws %(wanted)d from a pool of %(number)d questions. Only questions in use are drawn, "
        "and none of a lesson that is not published.",
        each.holds,
    )
    return words % {"section": slot.section, "wanted": slot.draw, "number": each.holds}


def _adaptive(test: MockTest, held: Sequence[Holding]) -> list[str]:
    """An adaptive test rests on how hard questions were found to be."""
    slots = [each.slot for each in held]
    fixed = {slot.question_id for slot in slots if slot.question_id}
    pools = [slot.pool for slot in slots if slot.pool is not None]
    candidates = drawing.drawable(test, slots)
    versions = [one.version for one in candidates if one.question in fixed or any(one.is_in(pool) for pool in pools)]
    known = ItemParameters.objects.filter(version__in=versions).count()
    if known >= min(ENOUGH_TO_ADAPT, len(versions)) and known:
        return []
    counts = dict(ItemFigures.objects.filter(version__in=versions).values_list("version", "n"))
    missing = sum(max(0, CALIBRATED - counts.get(version, 0)) for version in versions)
    words = _(
        "Adaptive needs questions whose difficulty is known from answers: %(known)d of %(number)d are. About "
        "%(missing)d more answers are missing. Until then it goes by the difficulty that authors gave."
    )
    return [words % {"known": known, "number": len(versions), "missing": missing}]

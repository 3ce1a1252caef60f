"""Calibration of a course's questions from the first answer of each learner to each of them."""

from collections.abc import Sequence

import numpy as np
from django.db.models import F, QuerySet
from django.utils.timezone import now
from numpy.typing import NDArray

from courses.models import Course

from . import figures
from .figures import Beat, Store
from .figures_matrix import MOST_CELLS, Words, cells, columns, number
from .models import Attempt, Calibration, ItemParameters, MockTest
from .statistics import ability, irt

FEWEST_ANSWERS = 100  # below, a question keeps what its author says of it
FEWEST_ITEMS = 3
UNSEEN = -1


def calibrate(course: Course, beat: Beat) -> Store | None:
    """None when there is too little to go by."""
    at, attempts = now(), figures.counted().filter(course=course)
    data, versions = _data(attempts, beat)
    counts = (data != UNSEEN).sum(axis=0)
    enough = np.flatnonzero(counts >= FEWEST_ANSWERS)
    if len(enough) < FEWEST_ITEMS:
        return None
    data, counts, versions = data[:, enough], counts[enough], [versions[column] for column in enough]
    data = data[(data != UNSEEN).any(axis=1)]
    before = _before(versions)
    found = irt.calibrate(data, _start(versions, before))
    beat(95)
    moved = _moved(versions, before, found)
    run = Calibration(
        course=course,
        at=at,
        people=len(data),
        items=len(versions),
        cycles=found.cycles,
        log_likelihood=found.log_likelihood,
    )
    rows = [
        ItemParameters(
            version_id=pk,
            slope=float(found.slopes[place]),
            difficulty=float(found.difficulties[place]),
            slope_error=number(float(found.slope_errors[place])),
            difficulty_error=number(float(found.difficulty_errors[place])),
            moved=number(float(moved[place])),
            n=int(counts[place]),
        )
        for place, pk in enumerate(versions)
    ]
    return lambda: _keep(run, rows)


def _keep(run: Calibration, rows: Sequence[ItemParameters]) -> None:
    run.save(force_insert=True)
    for row in rows:
        row.calibration = run
    fields = [one.name for one in ItemParameters._meta.fields if not one.primary_key]
    ItemParameters.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["version"], update_fields=fields
    )
    # Abilities, and what is told of questions, follow from the new parameters.
    attempts = figures.counted().filter(course=run.course)
    for pk in MockTest.objects.filter(pk__in=attempts.order_by().values("test")).values_list("pk", flat=True):
        figures.ask(pk)


def _data(attempts: "QuerySet[Attempt]", beat: Beat) -> tuple[NDArray[np.int8], list[int]]:
    """(learners × versions: 1 right, 0 wrong, -1 not seen, the versions)."""
    versions = columns(attempts)
    asked = list(attempts.order_by("started_at", "pk").values_list("pk", "learner"))
    people = {learner: place for place, learner in enumerate(dict.fromkeys(learner for _pk, learner in asked))}
    most = max(1, MOST_CELLS // max(len(versions), 1))
    if len(people) > most:  # those who began last
        kept = set(list(people)[-most:])
        asked = [one for one in asked if one[1] in kept]
        people = {learner: place for place, learner in enumerate(list(people)[-most:])}
    rows = np.array([people[learner] for _pk, learner in asked], int)
    data = np.full((len(people), len(versions)), UNSEEN, np.int8)
    for some in cells([pk for pk, _learner in asked], versions, Words.of(versions), beat):
        known = np.flatnonzero(~np.isnan(some.share))[::-1]  # of two answers the earlier is written last, and stays
        where = rows[some.attempt[known]], some.column[known]
        fresh = data[where] == UNSEEN
        data[where[0][fresh], where[1][fresh]] = some.share[known][fresh] >= ability.RIGHT
    return data, versions


def _before(versions: Sequence[int]) -> dict[int, ItemParameters]:
    """Without those whose key was corrected since: with it they are other questions."""
    rows = ItemParameters.objects.filter(version__in=versions, calibration__at__gte=F("version__revision__at"))
    return {row.pk: row for row in rows}


def _start(versions: Sequence[int], before: dict[int, ItemParameters]) -> ability.Parameters | None:
    if not before:
        return None
    pairs = [(before[pk].slope, before[pk].difficulty) if pk in before else (np.nan, np.nan) for pk in versions]
    slopes, difficulties = np.array(pairs, float).T
    return ability.Parameters(slopes, difficulties)


def _moved(versions: Sequence[int], before: dict[int, ItemParameters], found: irt.Parameters) -> NDArray[np.floating]:
    """By how many standard errors each difficulty has changed against the others, which may all have shifted since
    abler people came; nan for a new one."""
    pairs = [
        (before[pk].difficulty, before[pk].difficulty_error or np.nan) if pk in before else (np.nan, np.nan)
        for pk in versions
    ]
    old, error = np.array(pairs, float).reshape(-1, 2).T
    shift = found.difficulties - old
    if not np.isfinite(shift).any():
        return shift
    return (shift - np.nanmedian(shift)) / np.sqrt(found.difficulty_errors**2 + error**2)

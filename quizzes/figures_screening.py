"""Which attempts at a test are more alike than chance explains: for staff to look at, never a penalty."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from django.utils.timezone import now

from . import figures
from .figures import Beat, Store
from .figures_matrix import UNANSWERED, Table, columns, table
from .models import MockTest, PairFlag
from .models.questions import FULL
from .statistics import ability, irt, items, similarity

FEWEST_PEOPLE, FEWEST_ITEMS = 30, similarity.LEAST_SHARED
MOST_PEOPLE = 5_000  # the newest: all pairs are compared
MOST_CHOICES = 20_000_000  # people × options of all questions


def screen(test: MockTest, beat: Beat) -> Store:
    attempts = figures.counted().filter(test=test)
    versions = columns(attempts)
    data = table(attempts, versions, beat, most=MOST_PEOPLE * max(len(versions), 1))
    found = _flags(test, data, now())

    def store() -> None:
        kept = {(row.first_id, row.second_id) for row in found}
        # What somebody has looked at stays, with their note.
        for old in PairFlag.objects.filter(test=test, seen_at=None):
            if (old.first_id, old.second_id) not in kept:
                old.delete()
        PairFlag.objects.bulk_create(
            found,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["z", "alike", "alike_wrong", "at"],
        )

    return store


def _flags(test: MockTest, data: Table, at: datetime) -> list[PairFlag]:
    first = _first_attempts(data.learners)
    if len(first) < FEWEST_PEOPLE or len(data.versions) < FEWEST_ITEMS:
        return []
    graded, shares = data.graded[first], data.shares[first]
    right = np.where(np.isnan(shares), -1, shares >= ability.RIGHT).astype(np.int8)
    choices, is_right = _choices(data, graded)
    theta, _error = ability.eap(irt.calibrate(right), right)
    rows = []
    for pair in similarity.pairs(choices, is_right, theta):
        one, other = _ordered(data.attempts[first[pair.first]], data.attempts[first[pair.second]])
        rows.append(
            PairFlag(
                test=test,
                first_id=one,
                second_id=other,
                z=pair.z,
                alike=pair.alike,
                alike_wrong=pair.alike_wrong,
                at=at,
            )
        )
    return rows


def _first_attempts(learners: Sequence[int]) -> np.ndarray:
    """Rows of each learner's first attempt: later ones resemble what was shown after it."""
    return np.array(list({learner: row for row, learner in reversed(list(enumerate(learners)))}.values())[::-1], int)


def _choices(data: Table, graded: np.ndarray) -> tuple[items.Choices, list[list[bool]]]:
    """Answers that at least two people gave, numbered for each version, and which of them are right."""
    most = max(4, MOST_CHOICES // graded.size)
    choices = np.where(graded == UNANSWERED, items.UNSEEN, items.BLANK).astype(np.int16)
    right = []
    for column in range(graded.shape[1]):
        used, counts = np.unique(graded[:, column], return_counts=True)
        is_word = ~(data.words.is_blank[used] | data.words.is_invalid[used] | data.words.waits[used])
        shared = (counts > 1) & (used != UNANSWERED) & is_word
        used = used[shared][np.argsort(-counts[shared], kind="stable")][:most]
        for place, one in enumerate(used):
            choices[graded[:, column] == one, column] = place
        right.append([bool(ppm >= ability.RIGHT * FULL) for ppm in data.words.ppm[used]])
    return choices, right


def _ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)

import numpy as np
import pytest

from quizzes.statistics import ability, irt, items, similarity

from . import people

RIGHT = [[True, False, False, False]] * 50


def exam(seed: int, n: int = 2_000) -> tuple[np.random.Generator, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng, people.choices(rng, people.bank(rng, 50), n)


def judged(chosen: np.ndarray, **how: float) -> list[similarity.Pair]:
    right = np.where(chosen == items.UNSEEN, -1, chosen == 0).astype(np.int8)
    theta, _error = ability.eap(irt.calibrate(right), right)
    return similarity.pairs(chosen, RIGHT, theta, **how)


def test_who_copied_most_answers_is_found_and_nobody_else():
    rng, chosen = exam(1)
    pairs = people.copy(rng, chosen, 20, 0.8)
    found = {(min(one.first, one.second), max(one.first, one.second)) for one in judged(chosen)}
    assert len(found & pairs) >= 0.8 * len(pairs)
    assert len(found - pairs) <= 1


def test_people_who_did_not_copy_are_left_alone():
    assert sum(len(judged(exam(seed)[1])) for seed in range(3)) <= 2


def test_two_perfect_papers_are_no_evidence():
    _rng, chosen = exam(4)
    chosen[:2] = 0
    assert not any({one.first, one.second} == {0, 1} for one in judged(chosen))


def test_what_a_pair_shares_is_counted():
    _rng, chosen = exam(5)
    chosen[1] = chosen[0]
    pair = judged(chosen)[0]
    assert {pair.first, pair.second} == {0, 1}
    assert pair.alike == 50
    assert pair.alike_wrong == int((chosen[0] != 0).sum())


def test_common_blanks_and_unseen_questions_are_no_evidence():
    _rng, chosen = exam(6)
    chosen[:2, :25] = items.BLANK
    chosen[2:4, :25] = items.UNSEEN
    alike = {frozenset((one.first, one.second)) for one in judged(chosen)}
    assert not alike & {frozenset((0, 1)), frozenset((2, 3))}


def test_forms_that_differ_are_compared_where_they_overlap():
    rng, chosen = exam(7)
    pairs = people.copy(rng, chosen, 10, 1.0)
    chosen[rng.random(chosen.shape) < 0.3] = items.UNSEEN
    found = {(min(one.first, one.second), max(one.first, one.second)) for one in judged(chosen)}
    assert len(found & pairs) >= 4
    assert len(found - pairs) <= 1


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_people_are_no_error(n):
    assert similarity.pairs(np.zeros((n, 50), np.int16), RIGHT, np.zeros(n)) == []

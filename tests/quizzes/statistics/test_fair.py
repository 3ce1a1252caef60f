import numpy as np
import pytest

from quizzes.statistics import fair

from . import people


@pytest.fixture
def scores():
    known = people.bank(np.random.default_rng(1), 200)
    return fair.expected(known.slopes, known.difficulties)


def spread(scores, forms: int) -> float:
    return float(np.std([scores[fair.form(scores, 50, seed, forms=forms)].sum() for seed in range(200)]))


def test_drawn_forms_are_about_equally_hard(scores):
    assert spread(scores, fair.FORMS) < 0.25
    assert spread(scores, 1) > 1


def test_the_same_seed_draws_the_same_form(scores):
    assert fair.form(scores, 50, 7) == fair.form(scores, 50, 7)
    assert fair.form(scores, 50, 7) != fair.form(scores, 50, 8)


def test_a_form_holds_each_item_once(scores):
    assert len(set(fair.form(scores, 50, 7))) == 50


def test_every_item_has_its_chance(scores):
    drawn = np.bincount(np.concatenate([fair.form(scores, 50, seed) for seed in range(400)]), minlength=200)
    assert drawn.min() > 50
    assert drawn.max() < 160


@pytest.mark.parametrize(("want", "got"), [(0, 0), (-1, 0), (3, 3), (9, 3)])
def test_a_pool_gives_what_it_has(want, got):
    assert len(fair.form([0.2, 0.5, 0.8], want, 1)) == got


def test_an_empty_pool_gives_nothing():
    assert fair.form([], 3, 1) == []


def test_unseen_items_come_first_then_those_seen_longest_ago(scores):
    turns = np.full(200, 5)
    turns[:40] = 0
    turns[40:60] = 1
    form = fair.form(scores, 50, 3, turns)
    assert set(range(40)) <= set(form)
    assert all(item < 60 for item in form)


def test_a_hard_item_is_expected_to_earn_less():
    assert fair.expected([1.0, 1.0], [0.0, 2.0]) == pytest.approx([0.5, 1 / (1 + np.exp(2))])

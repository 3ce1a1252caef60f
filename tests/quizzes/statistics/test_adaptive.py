import numpy as np
import pytest

from quizzes.statistics import adaptive

from . import people

BLUEPRINT = (0.4, 0.3, 0.2, 0.1)


@pytest.fixture(scope="module")
def sittings():
    rng = np.random.default_rng(1)
    sections = rng.choice(4, 500, p=BLUEPRINT)
    return people.sit(rng, people.bank(rng, 500, 0.35), sections, BLUEPRINT, 300)


def test_abilities_are_found_with_few_questions(sittings):
    assert np.mean(sittings.lengths) <= 18.5
    assert np.sqrt(np.mean(np.square(sittings.errors))) <= 0.34
    assert min(sittings.lengths) >= adaptive.FEWEST
    assert max(sittings.lengths) <= adaptive.MOST


def test_no_question_becomes_known_to_all(sittings):
    assert sittings.most_shown <= 0.26


def test_sections_are_asked_as_the_blueprint_says(sittings):
    assert np.abs(sittings.sections - BLUEPRINT).max() <= 0.02


@pytest.fixture
def items():
    return adaptive.bank([1.0, 2.0, 0.5, 1.5], [0.0, 0.0, 0.0, 3.0], [0, 0, 1, 1], [1, 1])


def test_sections_take_turns(items):
    rng, asked = np.random.default_rng(0), []
    while (index := adaptive.choose(items, adaptive.posterior(items, [], []), asked, [0] * 4, 1, rng)) is not None:
        asked.append(index)
    assert sorted(asked) == [0, 1, 2, 3]
    assert [int(items.sections[index]) for index in asked] in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_the_same_chance_gives_the_same_question():
    items = adaptive.bank(np.ones(50), np.linspace(-2, 2, 50))
    likely = adaptive.posterior(items, [3], [True])
    drawn = {adaptive.choose(items, likely, [3], np.zeros(50, int), 9, np.random.default_rng([7, 1])) for _ in range(5)}
    assert len(drawn) == 1
    drawn = {adaptive.choose(items, likely, [3], np.zeros(50, int), 9, np.random.default_rng(s)) for s in range(60)}
    assert len(drawn) == adaptive.CANDIDATES


def test_what_was_shown_too_often_rests():
    items = adaptive.bank(np.ones(20), np.zeros(20))
    likely = adaptive.posterior(items, [], [])
    shown = np.zeros(20, int)
    shown[:10] = 25
    drawn = {adaptive.choose(items, likely, [], shown, 100, np.random.default_rng(s)) for s in range(60)}
    assert min(drawn) >= 10


def test_a_small_bank_goes_on_with_what_rested_longest():
    items = adaptive.bank(np.ones(4), np.zeros(4))
    likely = adaptive.posterior(items, [], [])
    assert adaptive.choose(items, likely, [0], [90, 70, 80, 95], 100, np.random.default_rng(0)) == 1


@pytest.mark.parametrize(
    ("error", "asked", "left", "over"),
    [(0.29, 10, 50, True), (0.29, 9, 50, False), (0.31, 39, 50, False), (0.31, 40, 50, True), (1.0, 3, 0, True)],
)
def test_when_a_sitting_is_over(error, asked, left, over):
    likely = np.exp(-0.5 * (adaptive.AT / error) ** 2)
    assert adaptive.stops(likely / likely.sum(), asked, left) is over


def test_right_answers_raise_the_estimate():
    items = adaptive.bank([1.0, 1.0], [0.0, 0.0])
    up = adaptive.estimate(adaptive.posterior(items, [0], [True]))
    down = adaptive.estimate(adaptive.posterior(items, [0], [False]))
    assert up[0] == pytest.approx(-down[0])
    assert up[0] > 0
    assert up[1] < adaptive.estimate(adaptive.posterior(items, [], []))[1]

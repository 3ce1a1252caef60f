"""When figures are computed anew."""

import pytest

from jobs import queue, tasks
from jobs.models import Job
from quizzes import figures
from quizzes.models import TestFigures as Whole  # else it would be taken for a test
from tests import factories
from tests.jobs.work import run_all
from tests.quizzes import crowd
from tests.quizzes.crowd import exam

pytestmark = pytest.mark.django_db


def jobs(kind: str) -> list[str]:
    return list(Job.objects.active().filter(kind=kind).values_list("subject", flat=True))


def test_figures_are_wanted_when_enough_attempts_came(test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 9)))
    figures.wanted(test.pk)
    assert jobs(figures.FIGURES) == []
    crowd.sat(test, questions, crowd.words(exam(2, 1)))
    figures.wanted(test.pk)
    figures.wanted(test)
    assert jobs(figures.FIGURES) == [str(test.pk)]


def test_of_many_attempts_a_tenth_must_be_new(test, questions, monkeypatch):
    monkeypatch.setattr("random.random", lambda: 0.0)
    crowd.sat(test, questions, crowd.words(exam(1, 200)))
    figures.refresh(test)
    crowd.sat(test, questions, crowd.words(exam(2, 19)))
    figures.wanted(test)
    assert jobs(figures.FIGURES) == []
    crowd.sat(test, questions, crowd.words(exam(3, 1)))
    figures.wanted(test)
    assert jobs(figures.FIGURES) == [str(test.pk)]


def test_asking_for_figures_costs_little(test, questions, django_assert_max_num_queries):
    crowd.sat(test, questions, crowd.words(exam(1, 5)))
    with django_assert_max_num_queries(2):
        figures.wanted(test)


def test_the_clock_finds_tests_whose_attempts_changed(cast, test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 3)))
    factories.mock_test(cast.course, questions)
    assert figures.look_around() == 1
    run_all()
    assert Whole.objects.get().attempts == 3
    assert figures.look_around() == 0


def test_the_clock_asks_for_one_job(test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 3)))
    tasks.ask(figures.FIGURES)
    run_all()
    assert Whole.objects.filter(test=test).exists()


def test_attempts_that_came_while_figures_were_computed_are_not_forgotten(test, questions):
    crowd.sat(test, questions, crowd.words(exam(1, 12)))
    store = figures.measured(str(test.pk))
    crowd.sat(test, questions, crowd.words(exam(2, 1)))
    store()
    assert jobs(figures.FIGURES) == [str(test.pk)]


@pytest.mark.parametrize("kind", [figures.FIGURES, figures.CALIBRATE, figures.SCREEN])
def test_a_job_for_what_is_gone_ends_quietly(kind, db):
    queue.enqueue(kind, "999999")
    assert run_all() == 1

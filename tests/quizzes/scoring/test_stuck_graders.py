"""A grader that never ends takes down its own attempt at scoring, and nothing else."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from jobs import running, sweeping
from jobs.models import Job
from quizzes import dictionary, grading, moderating, scoring, stopping
from quizzes.models import Score
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 2))


@pytest.fixture
def stuck(monkeypatch):
    """Whoever answers d waits for ever."""
    grade = grading.grade_revision

    def loop(kind, body, key, also, is_void, text):
        while text == "d":
            try:
                for _step in range(1000):
                    pass
            except Exception:  # a grader that forgives everything
                continue
        return grade(kind, body, key, also, is_void, text)

    monkeypatch.setattr(dictionary.grading, "grade_revision", loop)
    monkeypatch.setattr(stopping, "SOFT", 0.2)
    return monkeypatch


def test_it_is_reported_and_the_others_go_on(cast, exam, stuck):
    attempt = sat.sit(cast.enrolled, exam, ["d", "a"], scored=False)
    job = Job.objects.get(kind=scoring.SCORE, subject=str(attempt.pk))
    assert running.run(job.pk) == "failed"
    attempt.refresh_from_db()
    assert attempt.state == "submitted"
    assert scoring.trouble(attempt).startswith("Scoring was stopped because one answer took too long")
    assert not Score.objects.exists()
    assert sat.sit(cast.other, exam, ["a", "a"]).score.share_ppm == 1_000_000
    # The question is mended, and an instructor has it scored again.
    stuck.undo()
    sat.done(moderating.rescore(attempt, cast.instructor, "The question is mended."))
    assert attempt.score.share_ppm == 500_000


def test_what_runs_in_time_is_left_alone(cast, exam):
    before = signal.getsignal(signal.SIGVTALRM), signal.getsignal(signal.SIGPROF)
    attempt = sat.sit(cast.enrolled, exam, ["a", "a"], scored=False)
    assert running.run(Job.objects.get(kind=scoring.SCORE).pk) == "done"
    assert attempt.score.share_ppm == 1_000_000
    assert (signal.getsignal(signal.SIGVTALRM), signal.getsignal(signal.SIGPROF)) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


IN_C = """
import django
django.setup()
from quizzes import stopping
stopping.SOFT, stopping.HARD = 0.2, 0.5
with stopping.limited():
    sum(iter(int, 1))
"""


def test_what_hangs_in_the_middle_of_c_ends_its_process():
    """No signal handler of ours runs there, so the kernel ends it."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.test_settings", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", IN_C], env=env, cwd=ROOT, timeout=60, capture_output=True)
    assert ended.returncode == -signal.SIGPROF, ended.stderr.decode()


def test_a_job_whose_process_ended_each_time_fails_with_a_sentence(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a"], scored=False)
    job = Job.objects.filter(kind=scoring.SCORE)
    job.update(state="running", attempts=3, lease_until=now() - timedelta(seconds=1))
    sweeping.sweep()
    assert job.get().state == "failed"
    assert "ended without a word" in scoring.trouble(attempt)

"""A worker that is killed in the middle of scoring leaves nothing half done; the next one does it whole (R13)."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils.timezone import now

from jobs import running, sweeping
from jobs.models import Job
from quizzes import scoring
from quizzes.models import Answer, GradedAnswer, Score
from tests import factories
from tests.jobs.workers import environment
from tests.quizzes.scoring import sat

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is no other process's"),
]
ROOT = Path(__file__).resolve().parents[3]

# All is written, nothing is committed.
HALF_WAY = """
import sys, time
import django
django.setup()
from jobs import running
from quizzes import storing
write = storing._at_once
def wait(*args):
    write(*args)
    print("written", flush=True)
    time.sleep(60)
storing._at_once = wait
running.run(sys.argv[1])
"""


def test_a_killed_worker_leaves_nothing_half_done(cast):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 4))
    attempt = sat.sit(cast.enrolled, exam, ["a", "b", "a", None], scored=False)
    job = Job.objects.get(kind=scoring.SCORE)
    env = os.environ | environment("") | {"DJANGO_SETTINGS_MODULE": "config.test_settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HALF_WAY, str(job.pk)]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == b"written\n"
        worker.kill()
    attempt.refresh_from_db()
    assert (attempt.state, Score.objects.count(), GradedAnswer.objects.count()) == ("submitted", 0, 0)
    assert Answer.objects.filter(attempt=attempt).count() == 3
    # Its lease runs out, the sweeper notices, another worker takes it.
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    sweeping.sweep()
    assert running.run(job.pk) == "done"
    assert Score.objects.get().sum_ppm == 2_000_000
    assert sat.recounted(attempt)

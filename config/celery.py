"""The Celery app: what carries wake-ups to workers, and the clock of periodic work (docs/background-work.md)."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from jobs import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Read when NumPy is loaded, which is later: matrices of ours are small, and threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = Celery("fivefold")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["jobs"])
if settings.BROKER_URL == broker.FILES:
    Path(settings.MESSAGES_ROOT, "control").mkdir(parents=True, exist_ok=True)

# All periodic work, one line each. What takes long is a kind of job, asked for by `jobs.ask`: so it has a row, a lease
# and one copy at a time, like all other work.
app.conf.beat_schedule = {
    "sweep": {"task": "jobs.sweep", "schedule": 10.0, "options": {"expires": 10.0}},
    "overdue tests": {"task": "jobs.ask", "schedule": 30.0, "args": ("quizzes.close",), "options": {"expires": 30.0}},
    "figures": {"task": "jobs.ask", "schedule": 3600.0, "args": ("quizzes.figures",), "options": {"expires": 600.0}},
    "ledger": {"task": "jobs.ask", "schedule": 600.0, "args": ("quizzes.ledger",), "options": {"expires": 300.0}},
    "old answers": {"task": "jobs.ask", "schedule": 86400, "args": ("quizzes.sweep",), "options": {"expires": 3600.0}},
    "old files": {"task": "jobs.ask", "schedule": 3600.0, "args": ("media.sweep",), "options": {"expires": 600.0}},
}


@setup_logging.connect
def keep_logging(**_: object) -> None:
    """Workers log as settings.LOGGING says, which Django has set up already."""

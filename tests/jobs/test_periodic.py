"""What beat asks for exists, and lands where somebody does it."""

import pytest
from django.db import connection

from config.celery import app
from jobs import kinds, pools
from jobs.models import Job, Queue, State
from jobs.tasks import ask, sweep

PLAN = app.conf.beat_schedule


def test_the_sweeper_comes_every_ten_seconds():
    assert PLAN["sweep"]["task"] == "jobs.sweep"
    assert PLAN["sweep"]["schedule"] == 10


@pytest.mark.parametrize("name", PLAN)
def test_each_line_names_a_task_and_a_kind_that_exist(name):
    line = PLAN[name]
    app.loader.import_default_modules()
    assert line["task"] in app.tasks
    if line["task"] == "jobs.ask":
        assert kinds.find(*line["args"])


def test_messages_of_beat_go_to_a_queue_that_has_a_worker():
    assert app.conf.task_default_queue in pools.POOLS


def test_each_queue_has_a_worker():
    assert set(pools.POOLS) == set(Queue.values)


@pytest.mark.django_db
def test_periodic_work_is_asked_for_once_while_it_waits():
    for _ in range(3):
        ask("media.sweep")
    job = Job.objects.get()
    assert (job.kind, job.subject, job.state) == ("media.sweep", "periodic", State.WAITING)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could restart")
@pytest.mark.django_db(transaction=True)
def test_the_sweeper_goes_on_after_the_database_restarted():
    connection.ensure_connection()
    connection.connection.close()  # as a restart of the server leaves it
    assert [sweep.apply().state for _ in range(2)][1] == "SUCCESS"

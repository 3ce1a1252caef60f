"""The board of background work in the admin."""

import pytest
from django.urls import reverse

from jobs import queue
from jobs.models import Job, State
from tests.jobs.work import KIND

pytestmark = pytest.mark.django_db
BOARD = "/admin/jobs/job/"


@pytest.fixture
def jobs(cast, handles, client):
    client.force_login(cast.superuser)
    made = {}
    for number, state in enumerate(State.values):
        job = queue.enqueue(KIND, f"thing:{state}", asked_by=cast.enrolled)
        error = "It holds no sound." if state == State.FAILED else ""
        Job.objects.filter(pk=job.pk).update(state=state, progress=number * 20, message=f"Step {number}", error=error)
        made[state] = job
    return made


def act(client, action, *jobs):
    return client.post(BOARD, {"action": action, "_selected_action": [job.pk for job in jobs]}, follow=True)


def states():
    return dict(Job.objects.order_by("created_at").values_list("subject", "state"))


def test_the_board_shows_what_runs_waits_and_failed(client, jobs):
    page = client.get(BOARD).content.decode()
    assert "Test it" in page
    assert "20 %: Step 1" in page
    assert "It holds no sound." in page
    assert "enrolled@example.org" in page or "Person" in page
    for state in State.values:
        only = client.get(BOARD, {"state": state}).content.decode()
        assert [name for name in jobs if f"thing:{name}" in only] == [state]


def test_a_long_board_costs_no_more_queries(client, jobs, cast, django_assert_max_num_queries):
    for number in range(30):
        queue.enqueue(KIND, f"more:{number}", asked_by=cast.enrolled)
    with django_assert_max_num_queries(12):
        client.get(BOARD)


def test_one_job_is_read_and_never_edited(client, jobs):
    page = client.get(f"{BOARD}{jobs['failed'].pk}/change/").content.decode()
    assert "thing:failed" in page
    assert 'name="_save"' not in page
    assert reverse("jobs:progress", args=[jobs["failed"].pk]) in page


def test_try_again_takes_what_failed_waits_or_was_stopped(client, jobs):
    page = act(client, "retry", *jobs.values()).content.decode()
    assert "Trying 3 again" in page
    assert Job.objects.filter(state=State.WAITING).count() == 3
    assert "Nothing to try again" in act(client, "retry", jobs["done"]).content.decode()


def test_stop_takes_what_waits_and_runs(client, jobs):
    page = act(client, "cancel", *jobs.values()).content.decode()
    assert "Stopped 2" in page
    assert states()["thing:waiting"] == State.CANCELLED
    assert Job.objects.get(pk=jobs["running"].pk).cancel_asked_at
    assert "Nothing to stop" in act(client, "cancel", jobs["done"]).content.decode()


def test_jobs_are_nobody_elses_to_see_or_act_on(client, jobs, cast):
    client.force_login(cast.instructor)
    assert act(client, "cancel", jobs["waiting"]).status_code == 403
    assert states()["thing:waiting"] == State.WAITING
    assert BOARD not in client.get("/admin/").content.decode()

"""manage.py jobs"""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from jobs import claiming, queue, running
from jobs.models import Job, State
from tests.jobs.work import KIND, run_all

pytestmark = pytest.mark.django_db


def command(*words):
    out = StringIO()
    call_command("jobs", *map(str, words), stdout=out)
    return out.getvalue()


@pytest.fixture
def failed(handles):
    def fail(work):
        raise running.Failure("The file holds no sound.")

    handles(fail)
    job = queue.enqueue(KIND, "thing:1")
    run_all()
    handles(lambda work: None)
    return job


def test_list_tells_what_waits_and_why_something_failed(failed):
    queue.enqueue(KIND, "thing:2")
    out = command("list")
    assert str(failed.pk) in out
    assert "The file holds no sound." in out
    assert "thing:2" in out
    assert "thing:2" not in command("list", "--state", "failed")
    assert command("list", "--queue", "speech").startswith("Nothing waits")


def test_retry_by_name_and_all_that_failed(failed):
    assert "1 job is asked for" in command("retry", failed.pk)
    assert run_all() == 1
    # The last one of this subject is done, so it failed no more.
    assert "0 jobs are asked for" in command("retry", "--failed")
    Job.objects.filter(state=State.DONE).delete()
    assert "1 job is asked for" in command("retry", "--failed")


def test_a_job_that_does_not_exist_is_named(failed):
    missing = uuid4()
    with pytest.raises(CommandError, match=str(missing)):
        command("retry", missing, failed.pk)
    assert not Job.objects.active().exists()


def test_cancel(handles):
    job = queue.enqueue(KIND, "thing:1")
    assert "1 job is stopped" in command("cancel", job.pk)
    assert Job.objects.get().state == State.CANCELLED
    assert "0 jobs are stopped" in command("cancel", job.pk)


def test_sweep(handles):
    claiming.claim(queue.enqueue(KIND, "thing:1").pk)
    Job.objects.update(lease_until=now())
    command("sweep")
    assert Job.objects.get().state == State.WAITING


def test_run_does_what_is_due_without_workers(handles):
    for number in range(3):
        queue.enqueue(KIND, f"thing:{number}")
    assert "0 jobs were run" in command("run", "--queue", "speech")
    assert "3 jobs were run" in command("run")
    assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}

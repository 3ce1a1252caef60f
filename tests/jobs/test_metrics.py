"""What monitoring is told, and who else is told nothing."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families

from jobs import broker
from jobs.models import Job, Queue, State

pytestmark = pytest.mark.django_db
ELSEWHERE = "203.0.113.7"


def job(subject: str, **fields) -> Job:
    return Job.objects.create(kind="tests.work", subject=subject, queue=Queue.SPEECH, due_at=now(), **fields)


def scraped(client) -> dict[tuple, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_jobs_are_counted_by_queue_and_state(client):
    job("one")
    job("two", state=State.FAILED)
    job("three", state=State.FAILED)
    figures = scraped(client)
    assert figures["fivefold_jobs", "speech", "waiting"] == 1
    assert figures["fivefold_jobs", "failed", "speech"] == 2
    assert figures["fivefold_jobs", "media", "waiting"] == 0
    assert figures["fivefold_jobs_oldest_waiting_seconds", "speech"] > 0
    assert figures[("fivefold_jobs_overdue_leases",)] == 0


def test_a_sweeper_that_has_stopped_shows(client):
    job("lost", state=State.RUNNING, lease_until=now() - timedelta(hours=1))
    assert scraped(client)[("fivefold_jobs_overdue_leases",)] == 1


def test_only_figures_of_ours_are_told(client):
    assert {name for name, *_ in scraped(client)} == {
        "fivefold_jobs",
        "fivefold_jobs_oldest_waiting_seconds",
        "fivefold_jobs_overdue_leases",
    }


def test_another_machine_finds_nothing_there(client):
    assert client.get("/metrics", REMOTE_ADDR=ELSEWHERE).status_code == 404


@pytest.mark.parametrize("told", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nor_does_one_that_a_proxy_on_this_machine_speaks_for(client, told):
    assert client.get("/metrics", headers={told: ELSEWHERE}).status_code == 404


@pytest.mark.parametrize(
    ("told", "status"), [("Bearer right", 200), ("Bearer wrong", 404), ("right", 404), ("Bearer ", 404), ("", 404)]
)
def test_the_token_opens_it_from_anywhere_and_nothing_else_does(client, settings, told, status):
    settings.METRICS_TOKEN = "right"
    for address in (ELSEWHERE, "127.0.0.1"):
        answer = client.get("/metrics", headers={"Authorization": told}, REMOTE_ADDR=address)
        assert answer.status_code == status


@pytest.mark.parametrize(("answers", "line"), [(True, "broker answers"), (False, "broker does not answer: ")])
def test_readiness_names_the_broker_and_does_not_depend_on_it(client, settings, tmp_path, answers, line):
    if not answers:
        settings.BROKER_URL = f"redis+socket://{tmp_path}/nothing.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert lines[0] == "ok"
    assert lines[1].startswith(line)


@pytest.mark.parametrize("url", [broker.NOBODY, broker.FILES])
def test_readiness_knows_brokers_without_a_server(client, settings, tmp_path, url):
    settings.BROKER_URL, settings.MESSAGES_ROOT = url, tmp_path
    assert client.get("/readyz").status_code == 200

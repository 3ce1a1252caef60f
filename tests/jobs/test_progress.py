"""How a job stands, on a page and in parts of pages."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from jobs import queue, running
from jobs.models import Job, State
from tests.jobs.work import KIND

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(cast, handles, client):
    client.force_login(cast.enrolled)
    return queue.enqueue(KIND, "thing:1", asked_by=cast.enrolled)


def address(job, name="progress"):
    return reverse(f"jobs:{name}", args=[job.pk])


def html(client, job, **options):
    return client.get(address(job), **options).content.decode()


def put(job, **fields):
    Job.objects.filter(pk=job.pk).update(**fields)


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("learner", 404), ("enrolled", 200), ("instructor", 404), ("staff", 404), ("superuser", 200)],
)
def test_who_may_follow_a_job(cast, client, job, who, status):
    client.logout()
    if cast[who]:
        client.force_login(cast[who])
    assert client.get(address(job)).status_code == status
    for name in ("cancellation", "attempt"):
        assert client.post(address(job, name)).status_code == (303 if status == 200 else status)
    assert Job.objects.get(pk=job.pk).state == (State.CANCELLED if status == 200 else State.WAITING)


def test_the_page_names_the_work(client, job):
    assert "<h1>Test it</h1>" in html(client, job)


@pytest.mark.parametrize(
    ("fields", "words", "buttons"),
    [
        ({}, "Waiting for its turn", ["cancellation"]),
        ({"state": "running", "progress": 42, "message": "Speaks turn 3"}, "Speaks turn 3", ["cancellation"]),
        ({"state": "running", "progress": 42}, "Working on it", ["cancellation"]),
        ({"state": "running", "cancel_asked_at": now()}, "Stopping …", []),
        ({"state": "waiting", "message": "Did not work. It will be tried again."}, "tried again", ["cancellation"]),
        ({"state": "failed", "error": "The file holds no sound."}, "The file holds no sound.", ["attempt"]),
        ({"state": "cancelled"}, "Stopped.", ["attempt"]),
        ({"state": "done"}, "Done.", []),
    ],
)
def test_each_state_has_words_and_what_one_can_do(client, job, fields, words, buttons):
    put(job, **fields)
    page = html(client, job)
    assert words in page
    assert [name for name in ("cancellation", "attempt") if address(job, name) in page] == buttons
    is_active = fields.get("state", "waiting") in {"waiting", "running"}
    assert ("hx-trigger" in page, "<noscript>" in page) == (is_active, is_active)
    if is_active:
        assert 'value="42"' in page or fields.get("progress") is None
    else:
        assert "<progress" not in page


def test_what_a_worker_says_is_text(client, job):
    put(job, state="running", message="<script>alert(1)</script>")
    assert "<script>alert" not in html(client, job)


def test_it_looks_again_ever_more_rarely(client, job):
    pauses, after = [], ""
    for _ in range(5):
        part = html(client, job, data={"after": after} if after else {}, headers=HTMX)
        assert "<h1>" not in part
        pauses.append(part.split('hx-trigger="every ')[1].split("s", 1)[0])
        after = part.split("?after=")[1].split('"')[0]
    assert pauses == ["1", "2", "4", "8", "8"]


@pytest.mark.parametrize("after", ["0", "-1", "3", "x", "1e9", "99999999999999999999", "²"])
def test_a_forged_pause_is_the_first_one(client, job, after):
    assert 'hx-trigger="every 1s"' in html(client, job, data={"after": after}, headers=HTMX)


def test_an_end_is_told_to_the_page_around_it(client, job):
    assert "HX-Trigger" not in client.get(address(job), headers=HTMX)
    put(job, state="done")
    assert client.get(address(job), headers=HTMX)["HX-Trigger"] == "job:ended"


def test_nobody_keeps_a_copy(client, job):
    assert "no-store" in client.get(address(job))["Cache-Control"]


def test_stop_leads_back_to_where_one_was(client, job):
    answer = client.post(address(job, "cancellation"), {"next": "/learn/"})
    assert (answer.status_code, answer["Location"]) == (303, "/learn/")
    answer = client.post(address(job, "cancellation"), {"next": "https://example.com/"})
    assert answer["Location"] == address(job)


def test_try_again_leads_to_the_new_job(client, job):
    put(job, state="failed", error="No.")
    assert 'name="next"' not in html(client, job)
    answer = client.post(address(job, "attempt"))
    again = Job.objects.get(state=State.WAITING)
    assert answer["Location"] == address(again)


def test_a_part_that_was_asked_for_leads_back_to_the_page_around_it(client, job):
    around = HTMX | {"HX-Current-URL": "http://testserver/learn/?a=1"}
    assert 'name="next" value="/learn/?a=1"' in html(client, job, headers=around)


def test_stop_and_try_again_are_never_done_by_a_link(client, job):
    for name in ("cancellation", "attempt"):
        assert client.get(address(job, name)).status_code == 405


def test_looking_costs_few_queries(client, job, django_assert_max_num_queries):
    html(client, job)
    with django_assert_max_num_queries(4):
        html(client, job, headers=HTMX)


def test_a_person_sees_a_job_from_begin_to_end(client, job, handles, monkeypatch):
    monkeypatch.setattr(running, "WRITE_EVERY", 0)
    seen = []

    def handler(work):
        work.beat(30, "Speaks turn 1")
        seen.append("Speaks turn 1" in html(client, job))

    handles(handler)
    running.run(job.pk)
    assert seen == [True]
    assert "Done." in html(client, job)

"""A page with a job on it, in a real browser: it follows the job by itself, and without scripts by a link."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from jobs import queue
from jobs.models import Job, State
from tests import axe, factories
from tests.jobs.work import KIND

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job(handles):
    return queue.enqueue(KIND, "thing:1", asked_by=factories.UserFactory())


def enter(context: BrowserContext, live_server, user) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


def put(**fields):
    Job.objects.update(**fields)


def test_the_page_follows_the_job_and_says_how_it_ended(live_server, page, job):
    problems, asked = [], []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url) if "after=" in request.url else None)
    enter(page.context, live_server, job.asked_by)
    page.goto(live_server.url + reverse("jobs:progress", args=[job.pk]))
    status = page.get_by_role("main").get_by_role("status")
    expect(status).to_have_text("Waiting for its turn")
    page.evaluate("window.before = document.querySelector('main [role=status]')")
    page.evaluate("document.addEventListener('job:ended', () => { window.hasEnded = true; })")
    put(state=State.RUNNING, progress=40, message="Speaks turn 3")
    expect(status).to_have_text("Speaks turn 3", timeout=15_000)
    expect(page.locator("main progress")).to_have_attribute("value", "40")
    page.get_by_role("button", name="Stop").focus()
    put(progress=80)
    expect(page.locator("main progress")).to_have_attribute("value", "80", timeout=15_000)
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    assert axe.findings(page) == []
    put(state=State.DONE)
    expect(status).to_have_text("Done.", timeout=15_000)
    assert page.evaluate("window.before === document.querySelector('main [role=status]')"), "else nothing is read out"
    assert page.evaluate("window.hasEnded === true")
    pauses = [int(url.rsplit("=", 1)[1]) for url in asked]
    assert pauses == sorted(pauses), pauses
    assert pauses[:2] == [2, 4]
    count = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == count, "what has ended is asked for no more"
    assert problems == []


def test_stop_and_try_again_by_their_buttons(live_server, page, job):
    enter(page.context, live_server, job.asked_by)
    page.goto(live_server.url + reverse("jobs:progress", args=[job.pk]))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Stopped.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Waiting for its turn")
    assert str(job.pk) not in page.url


def test_without_scripts_one_looks_again_by_a_link(live_server, browser, job):
    context = browser.new_context(java_script_enabled=False)
    enter(context, live_server, job.asked_by)
    page = context.new_page()
    page.goto(live_server.url + reverse("jobs:progress", args=[job.pk]))
    put(state=State.FAILED, error="The file holds no sound.")
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("The file holds no sound.")
    context.close()

"""The pictures of the README: `script/screenshots`."""

import json
import os
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import browser
from tests.journeys import steps
from tests.journeys.site import ROOT, Site

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 256  # enough for flat areas and the edges of letters
SPOKEN_WITHIN = 300.0  # seconds, for the first lessons of the demo
COURSE = "/courses/python-concurrency/"
SPOKEN_FIRST = f"{COURSE}what-concurrency-is/listen/"
DESK = {"viewport": {"width": 1280, "height": 832}}
TESTED = f"{COURSE}threads-or-processes/test/"
SHOWN, ASKED = 6, 10  # the question of the picture, and all
FLAGGED, MISSED = 2, (3, 7, 9)
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "color_scheme": "dark"}


def main() -> None:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", browser.node())
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fivefold-pictures-") as folder, sync_playwright() as playwright:
        site = Site(Path(folder, "data"), with_workers=True)
        try:
            program, environment = browser.chromium()
            chromium = playwright.chromium.launch(
                executable_path=program, env=os.environ | environment, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            take_all(chromium, site)
            chromium.close()
        finally:
            site.stop()


def take_all(chromium: Browser, site: Site) -> None:
    take(chromium, site, "home", "/", **DESK)
    take(chromium, site, "course", COURSE, **DESK)
    phone = chromium.new_page(**PHONE)
    listen(phone, site)
    shoot(phone, "listen-phone-dark")
    phone.close()
    learner = chromium.new_page(**DESK)
    study(learner, site)
    shoot(learner, "lesson")
    sit(learner, site)
    shoot(learner, "test")
    finish(learner, site)
    shoot(learner, "result")
    learner.goto(f"{site.url}/learn/")
    shoot(learner, "learn")


def take(chromium: Browser, site: Site, name: str, address: str, **options: Any) -> None:
    page = chromium.new_page(**options)
    page.goto(site.url + address, wait_until="networkidle")
    shoot(page, name)
    page.close()


def listen(page: Page, site: Site) -> None:
    """Some sentences into a conversation, as soon as the demo has spoken it."""
    steps.log_in(page, site.url, *site.sign_in("instructor"))
    end = time.monotonic() + SPOKEN_WITHIN
    page.goto(f"{site.url}{SPOKEN_FIRST}#t=24")
    while not page.locator("main audio").count():
        if time.monotonic() > end:
            raise RuntimeError("The demo did not speak in time.")
        page.wait_for_timeout(2000)
        page.reload()
    page.get_by_role("button", name="Play").first.click()
    page.wait_for_timeout(6000)


def study(page: Page, site: Site) -> None:
    """The demo's learner halfway through two courses, on a lesson with a definition open."""
    steps.log_in(page, site.url, *site.sign_in("learner"))
    for course, lessons in (("pricing-that-pays", 1), ("python-concurrency", 1)):
        page.goto(f"{site.url}/courses/{course}/")
        page.get_by_role("button", name="Enrol for free").click()
        page.get_by_role("link", name="Start reading").click()
        for _lesson in range(lessons):
            page.get_by_role("button", name="Mark read and continue").click()
    steps.linger(page, "In the standard build of Python")
    page.reload()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.locator(".term").first.click()
    page.mouse.move(2, 2)
    page.wait_for_timeout(600)  # fonts, and the definition's appearance


def sit(page: Page, site: Site) -> None:
    """A mock test under way: some questions answered, one of them flagged."""
    page.goto(site.url + TESTED)
    page.locator(".test-row").get_by_role("link").click()
    page.get_by_role("button", name="Start test").click()
    answer(page, site, 1)
    for number in range(2, SHOWN + 1):
        page.get_by_role("button", name="Next").click()
        answer(page, site, number)
        if number == FLAGGED:
            page.get_by_role("button", name="Flag for review").click()
    page.locator("#save").get_by_text("Saved", exact=True).wait_for()
    page.mouse.move(2, 2)


def finish(page: Page, site: Site) -> None:
    for number in range(SHOWN + 1, ASKED + 1):
        page.get_by_role("button", name="Next").click()
        answer(page, site, number)
    page.get_by_role("button", name="To the end").click()
    page.get_by_role("button", name="Submit test").click()
    page.locator(".result-head__share").wait_for()
    page.wait_for_timeout(600)


def answer(page: Page, site: Site, number: int) -> None:
    """Right, but for some questions."""
    question = page.locator(f"#question[data-number='{number}']")
    question.wait_for()
    keys = [json.loads(key) for (key,) in site.sql("SELECT key FROM quizzes_keyrevision")]
    right = {one for key in keys for one in key.get("right", [])}
    right |= {one for key in keys for one, share in key.get("options", {}).items() if share == 1 and one != "true"}
    pairs = {left: other for key in keys for left, other in key.get("pairs", {}).items()}
    if number in MISSED and question.locator(".option").count():
        question.locator(".option").first.click()
    elif question.locator(".option").count():
        for option in question.locator(".option").all():
            if option.locator("input").get_attribute("value") in right:
                option.click()
    elif question.locator("select").count():
        for choice in question.locator("select").all():
            choice.select_option(pairs[str(choice.get_attribute("name")).removeprefix("value-")])
    else:
        question.locator("[name=value]").fill("I/O")


def shoot(page: Page, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png  {(FOLDER / f'{name}.png').stat().st_size / 1000:.0f} KB", flush=True)


if __name__ == "__main__":
    main()

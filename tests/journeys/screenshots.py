"""The pictures of the README: `script/screenshots`."""

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


def shoot(page: Page, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)
    print(f"{name}.png  {(FOLDER / f'{name}.png').stat().st_size / 1000:.0f} KB", flush=True)


if __name__ == "__main__":
    main()

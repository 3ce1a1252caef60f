"""What listeners do and see, in the player of a page."""

from playwright.sync_api import Page

from tests.journeys import steps

EMAIL = "lena@example.org"
LISTEN = f"{steps.LESSON}listen/"
LENGTH = 90.0  # seconds of sound in each piece
AUDIO = "document.querySelector('course-player audio')"
TIME = f"{AUDIO}.currentTime"
LOSE_ADDRESS = f"{{ {AUDIO}.src = '/audio/forged/x.m4a'; {AUDIO}.play().catch(() => {{}}); }}"


def time_of(page: Page) -> float:
    return float(page.evaluate(TIME))


def until(page: Page, expression: str) -> None:
    """Asked from outside: the policy of our pages forbids what `wait_for_function` does."""
    steps.eventually(lambda: page.evaluate(expression))


def plays_beyond(page: Page, seconds: float) -> None:
    until(page, f"{TIME} > {seconds} && !{AUDIO}.paused")
    assert page.evaluate(f"{AUDIO}.error") is None


def press_play(page: Page) -> None:
    page.get_by_role("region", name="Player").get_by_role("button", name="Play", exact=True).click()


def seek_to(page: Page, seconds: int) -> None:
    page.get_by_label("Place in the audio").evaluate(
        "(field, to) => { field.value = to; field.dispatchEvent(new Event('input', {bubbles: true})); }", seconds
    )

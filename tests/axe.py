"""What axe-core finds on a page as it stands: WCAG 2.0 to 2.2, A and AA, and its best practice."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, off by default
    # It would fetch our style sheets once more and mistake where their parts lie.
    "preload": False,
}

# The auditor takes a button that is half beneath our sticky bar for a small one. Focus never is: `test_player.py` and
# `test_keyboard.py` see to that. While it looks, the bar goes up with the page; its place in the page stays the same.
STICKS = "(position) => document.querySelector('.bar')?.style.setProperty('position', position)"


def findings(page: Page) -> list[str]:
    """One line for each rule that is broken: its name, what it wants, and where."""
    page.evaluate(STICKS, "relative")
    broken = Axe().run(page, options=OPTIONS).response["violations"]
    page.evaluate(STICKS, "")
    return [f"{rule['id']}: {rule['help']}: {', '.join(map(place, rule['nodes']))}" for rule in broken]


def place(node: dict[str, Any]) -> str:
    return " ".join(map(str, node["target"]))

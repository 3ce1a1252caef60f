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


def findings(page: Page) -> list[str]:
    """One line for each rule that is broken: its name, what it wants, and where."""
    broken = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {', '.join(map(place, rule['nodes']))}" for rule in broken]


def place(node: dict[str, Any]) -> str:
    return " ".join(map(str, node["target"]))

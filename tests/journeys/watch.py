"""A browser page that remembers every complaint, and what must hold after each step."""

from playwright.sync_api import Page, expect

from tests import axe
from tests.journeys import steps

REPORT_VIOLATIONS = (
    "document.addEventListener('securitypolicyviolation',"
    " ({violatedDirective, blockedURI}) => console.error(`policy: ${violatedDirective} ${blockedURI}`))"
)
# Bounded: an animation of something that was hidden meanwhile never ends.
STILL = """() => Promise.race([
  new Promise(enough => setTimeout(enough, 3000)),
  Promise.all(document.getAnimations()
    .filter(({playState, effect}) => playState === "running" && effect.getComputedTiming().endTime < 5000)
    .map(animation => animation.finished.catch(() => {}))),
]).then(() => true)"""
RING = """() => {
  const rings = (element) => {
    const {outlineStyle, outlineWidth} = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  for (let element = document.activeElement; element; element = element.parentElement) {
    if (rings(element)) return true;
    if (element.matches("main, body, form, header, nav")) return false;
  }
}"""

# Whether something lies on the middle of what has the focus.
COVERED = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const seen = document.elementFromPoint(x, y);
  return !seen || !(document.activeElement.contains(seen) || seen.contains(document.activeElement));
}"""


def watch(page: Page) -> Page:
    """`page`, with complaints of console, scripts and policy collected in `page.complaints`."""
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.add_init_script(REPORT_VIOLATIONS)
    return page


def problems(page: Page, *, known: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with the page as it stands.

    known: beginnings of findings of axe that are not ours to mend.
    """
    page.wait_for_load_state()
    page.evaluate(STILL)
    found = [*page.complaints, *(line for line in axe.findings(page) if not line.startswith(known))]
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} first headings")
    return found + too_wide(page)


def check(page: Page, *, known: tuple[str, ...] = ()) -> None:
    found = problems(page, known=known)
    assert not found, "\n".join([page.url, *found])


def too_wide(page: Page) -> list[str]:
    """Whether the page scrolls sideways, and what sticks out most."""
    return page.evaluate("""() => {
      const {scrollWidth, clientWidth} = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const out = [...document.body.querySelectorAll("*")].find(element => {
        const {left, right} = element.getBoundingClientRect();
        return (right > clientWidth + 1 || left < -1) && !element.closest("pre, .scroll");
      });
      return [`${scrollWidth} px wide in a window of ${clientWidth}: <${out?.localName} class="${out?.className}">`];
    }""")


def has_ring(page: Page) -> bool:
    """Whether one sees where the keyboard is: a ring on the element, or on the row or field around it."""
    return page.evaluate(RING)


def top(page: Page, selector: str) -> float:
    """How far below the window's upper edge the element begins."""
    return page.locator(selector).first.evaluate("element => element.getBoundingClientRect().top")


def comes_into_view(page: Page, selector: str) -> None:
    """The element begins inside the window, at the latest when the browser has scrolled to the address's fragment."""
    height = page.viewport_size["height"]
    expect(page.locator(selector).first).to_be_in_viewport()
    steps.eventually(lambda: -1 <= top(page, selector) < height)

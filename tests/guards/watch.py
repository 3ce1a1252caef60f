"""Sees in a real browser when a text on a page does anything: runs, loads, submits, leaves or stands ready to."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error

PATIENCE = 150  # ms: scripts of ours run, lists are swapped, what waits for a moment gets it
# Attributes that would load, run or submit by themselves or at a click, and elements that have no place in a text.
STANDING_READY = """() => {
  const found = [];
  const loads = ["src", "srcset", "action", "formaction", "poster", "data", "srcdoc", "ping", "background", "style"];
  const safe = ["http:", "https:", "mailto:"];
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName;
    if (["iframe", "object", "embed", "base", "portal", "frame", "marquee"].includes(tag)) found.push(`<${tag}>`);
    if (tag === "script" && !element.src && element.type !== "application/ld+json") found.push("inline script");
    if (tag === "meta" && /refresh/i.test(element.httpEquiv)) found.push("meta refresh");
    for (const {name, value} of element.attributes) {
      if (name.startsWith("on")) found.push(`${tag} ${name}=${value}`);
      if (name === "style" && /canary|url/i.test(value)) found.push(`${tag} style=${value}`);
      if (loads.includes(name) && /canary|alert|javascript:/i.test(value)) found.push(`${tag} ${name}=${value}`);
      if (/^(data-)?hx-/.test(name) && /canary|alert|js:/i.test(value)) found.push(`${tag} ${name}=${value}`);
      if (["href", "xlink:href"].includes(name) && tag !== "link") {
        let scheme = "unreadable:";
        try { scheme = new URL(value, document.baseURI).protocol; } catch { scheme = "https:"; }
        if (!safe.includes(scheme)) found.push(`${tag} ${name}=${value}`);
      }
    }
  }
  for (const name of ["location", "cookie"])
    if (document.getElementsByName(name).length) found.push(`an element called ${name}`);
  return found;
}"""
SHOWS = """words => document.documentElement.textContent.includes(words)
  || [...document.querySelectorAll("input, textarea")].some(field => field.value.includes(words))"""
LISTEN = """addEventListener("securitypolicyviolation", event =>
  sawViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`), true);"""


class Watch:
    """Everything suspicious on `page`, in words, since the last `visit`."""

    def __init__(self, page: Any, home: str) -> None:
        self.page, self.home = page, urlsplit(home).netloc
        self.seen: list[str] = []
        self.entered = False
        page.expose_function("sawViolation", lambda words: self.seen.append(f"policy: {words}"))
        page.add_init_script(LISTEN)
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("console", lambda line: self.seen.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        page.on("popup", lambda other: self.seen.append(f"opened {other.url}"))
        page.route(lambda url: urlsplit(url).netloc != self.home, lambda route: route.abort())

    def visit(self, address: str, *, status: int = 200) -> list[str]:
        """Open `address`, let it do what it will, and tell what it did."""
        self.seen, self.entered = [], False
        try:
            answer = self.page.goto(address, wait_until="load")
        except Error as error:
            if "interrupted by another navigation" not in str(error):
                raise
            # The page before this one was still on its way out.
            self.seen, self.entered = [], False
            answer = self.page.goto(address, wait_until="load")
        if answer.status != status:
            self.seen.append(f"answered {answer.status}")
        self.page.wait_for_timeout(PATIENCE)
        try:
            return [*self.seen, *self.page.evaluate(STANDING_READY)]
        except Error as error:  # the page went away under our eyes
            return [*self.seen, str(error)]

    def shows(self, words: str) -> bool:
        """Whether the page has these words as text, in a field or in a hidden part."""
        return bool(self.page.evaluate(SHOWS, words))

    def _dialog(self, dialog: Any) -> None:
        self.seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        place = urlsplit(request.url)
        if place.scheme in {"http", "https"} and place.netloc != self.home:
            self.seen.append(f"asked {request.url}")
        elif "canary" in place.path or self._leaves(request):
            self.seen.append(f"went to {request.url}")

    def _leaves(self, request: Any) -> bool:
        """Whether the page goes elsewhere by itself. The first navigation, and where it is redirected to, is ours."""
        if not request.is_navigation_request() or request.redirected_from:
            return False
        entered, self.entered = self.entered, True
        return entered

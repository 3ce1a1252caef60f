"""What a page weighs, and what it may weigh. Tests of pages import this."""

import gzip
from dataclasses import dataclass, field
from pathlib import Path

KB = 1000


@dataclass(frozen=True)
class Budget:
    """Bytes after gzip -9 (fonts as they are), and requests in all."""

    html: int
    css: int
    js: int
    fonts: int
    requests: int


READ = Budget(html=15 * KB, css=12 * KB, js=20 * KB, fonts=72 * KB, requests=10)
LISTEN = Budget(html=15 * KB, css=15 * KB, js=28 * KB, fonts=72 * KB, requests=12)
# More than one sheet: those of questions and results come beside that of the site.
SIT = Budget(html=12 * KB, css=16 * KB, js=26 * KB, fonts=20_200, requests=9)
PRACTICE = Budget(html=12 * KB, css=20 * KB, js=26 * KB, fonts=20_200, requests=10)
RESULT = Budget(html=25 * KB, css=16 * KB, js=24 * KB, fonts=44_000, requests=10)
LEARN = Budget(html=25 * KB, css=12 * KB, js=24 * KB, fonts=20_200, requests=9)


@dataclass
class Weight:
    html: int = 0
    css: int = 0
    js: int = 0
    fonts: int = 0
    requests: int = 0
    addresses: list[str] = field(default_factory=list)

    def over(self, budget: Budget) -> list[str]:
        """One sentence for each part that is too heavy."""
        return [
            f"{name}: {getattr(self, name)} of {most}"
            for name, most in vars(budget).items()
            if getattr(self, name) > most
        ]


def gzipped(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


def files_weigh(*files: Path) -> int:
    return sum(gzipped(file.read_bytes()) for file in files)


def weigh(page, address: str) -> Weight:
    """Load `address` in a fresh Playwright page and add up what came. Served from collected static files only."""
    weight = Weight()

    def add(response) -> None:
        kind, body = response.request.resource_type, response.body()
        weight.requests += 1
        weight.addresses.append(response.url)
        if kind == "document":
            weight.html += gzipped(body)
        elif kind == "stylesheet":
            weight.css += gzipped(body)
        elif kind == "script":
            weight.js += gzipped(body)
        elif kind == "font":
            weight.fonts += len(body)

    page.on("response", add)
    page.goto(address, wait_until="networkidle")
    return weight

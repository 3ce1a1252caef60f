"""What Lighthouse says of our pages, the best of five runs each: `script/lighthouse`. Not a part of the suite.

The run fails where accessibility, best practices or SEO are below 100. Performance is told and not judged: on a busy
machine the same bytes score anything.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests import browser
from tests.journeys import steps
from tests.journeys.site import Site

RUNS = 5
TRIES = 3  # now and then Chromium gives Lighthouse no trace of the page
KINDS = ["performance", "accessibility", "best-practices", "seo"]
PAGES = ["/", "/courses/python-concurrency/", steps.LESSON]
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"


def main(addresses: list[str]) -> int:
    if addresses:
        return audit_all(addresses)
    with tempfile.TemporaryDirectory(prefix="fivefold-audit-") as folder:
        site = Site(Path(folder, "data"))
        try:
            return audit_all([site.url + page for page in PAGES])
        finally:
            site.stop()


def audit_all(addresses: list[str]) -> int:
    """1 when a page is short of what must be perfect."""
    short = False
    for address in addresses:
        reports = [audit(address) for _run in range(RUNS)]
        best = {kind: max(score(report, kind) for report in reports) for kind in KINDS}
        print(address, *(f"{kind} {points}" for kind, points in best.items()), sep="  ", flush=True)
        for kind in KINDS[1:]:
            if best[kind] < 100:
                short = True
                print(*(f"  {kind}: {failed}" for failed in failures(reports[-1], kind)), sep="\n", flush=True)
        metrics = max(reports, key=lambda report: score(report, "performance"))["audits"]
        names = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
        print("  best:", *(f"{name} {metrics[name]['displayValue']}" for name in names), flush=True)
    return int(short)


def audit(address: str) -> dict[str, Any]:
    program, environment = browser.chromium()
    options = [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(KINDS)}", "--output=json", "--quiet"]
    for _try in range(TRIES):
        run = subprocess.run(
            [*browser.lighthouse(), address, *options],
            env=os.environ | environment | {"CHROME_PATH": program},
            stdout=subprocess.PIPE,
            check=False,
        )
        if run.returncode == 0:
            report: dict[str, Any] = json.loads(run.stdout)
            return report
    sys.exit(f"Lighthouse could not look at {address}: see above.")


def score(report: dict[str, Any], kind: str) -> int:
    return round(100 * (report["categories"][kind]["score"] or 0))


def failures(report: dict[str, Any], kind: str) -> list[str]:
    wanted = (ref["id"] for ref in report["categories"][kind]["auditRefs"] if ref["weight"])
    audits = (report["audits"][name] for name in wanted)
    return [f"{one['id']}: {one['title']}" for one in audits if one["score"] is not None and one["score"] < 1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

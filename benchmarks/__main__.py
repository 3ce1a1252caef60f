"""script/bench NAME [--quick] [--postgres]: one line a bar, `name  value  target  ok|short`; exit 1 if any is short.

Times on shared machines wander, so every bar is a ratio of two things measured in turn within one run.
"""

import argparse
import importlib
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

# What a name measures: one module each.
PARTS = {
    "pages": ("pages",),
    "jobs": ("jobs",),
    "audio": ("audio", "delivery"),
    "delivery": ("delivery",),
    "attempts": ("attempts",),
    "scoring": ("grading", "scoring", "statistics"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("name", choices=PARTS)
    parser.add_argument("--quick", action="store_true", help="less data and shorter rounds: to try a change")
    parser.add_argument(
        "--postgres", action="store_true", help="on a private PostgreSQL instead of the embedded default"
    )
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fivefold-bench-")))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "FIVEFOLD_DATA": str(folder),
            "SECRET_KEY": "only-for-benchmarks-" + "0123456789" * 4,
            "LOG_LEVEL": "ERROR",
            "OPENBLAS_NUM_THREADS": "1",
        }
        if options.postgres:
            from tests.devservices import Services

            services = Services()
            stack.callback(services.stop)
            os.environ["DATABASE_URL"] = services.postgres()
        import django

        django.setup()
        parts = [importlib.import_module(f"benchmarks.{part}") for part in PARTS[options.name]]
        bars = [bar for part in parts for bar in part.measure(quick=options.quick)]
    width = max(len(bar.name) for bar in bars)
    for bar in bars:
        verdict = "ok" if bar.holds else "short"
        print(f"{bar.name:<{width}}  {bar.value:>8.2f}  {bar.comparison} {bar.target:<6g}  {verdict}")
    return 0 if all(bar.holds for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())

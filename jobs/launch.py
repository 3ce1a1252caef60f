"""What `manage.py serve` needs before Django reads its settings: a data folder, a secret key, a port.

Standard library only, and no Django: settings are read from the environment that `prepare` completes.
"""

import argparse
import contextlib
import errno
import fcntl
import os
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from . import broker

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8000
PORTS_TO_TRY = 100
BACKLOG = 1024  # connections that wait while the web server starts or is replaced
EVERYWHERE = ("0.0.0.0", "::")


@dataclass
class Launch:
    data: Path
    lock: TextIO  # held open for as long as we run
    listener: socket.socket
    address: str  # what people type into a browser
    with_demo: bool
    with_workers: bool
    broker_socket: Path | None  # of the server for messages that runs beside the web
    parent: int | None


current: Launch | None = None


def prepare(argv: list[str]) -> None:
    """Take the folder and the port, and set what the settings read. Ends with a sentence where that cannot be."""
    global current
    options = parser().parse_args(argv)
    parent = parent_to_follow()
    for received in (signal.SIGINT, signal.SIGTERM):
        signal.signal(received, lambda number, frame: sys.exit(128 + number))
    data = options.data.expanduser().resolve()
    lock = take_folder(data)
    listener = listen(options.host, options.port)
    address = browser_address(options.host, listener.getsockname()[1])
    os.environ["FIVEFOLD_DATA"] = str(data)
    os.environ.setdefault("SECRET_KEY", secret_key(data / "secret.key"))
    os.environ.setdefault("BASE_URL", address)
    os.environ.setdefault("DEMO", str(not options.no_demo))
    os.environ.setdefault("ALLOWED_HOSTS", ",".join(own_names(options.host)))
    current = Launch(
        data=data,
        lock=lock,
        listener=listener,
        address=os.environ["BASE_URL"].rstrip("/"),
        with_demo=not options.no_demo,
        with_workers=not options.no_workers,
        broker_socket=broker.choose(data, with_workers=not options.no_workers),
        parent=parent,
    )


def parser() -> argparse.ArgumentParser:
    folder = os.environ.get("FIVEFOLD_DATA") or str(ROOT / "var")
    told = argparse.ArgumentParser(
        prog="script/server",
        description="Start Fivefold on this machine: prepare its data, load the demo courses, serve it until Ctrl-C.",
    )
    told.add_argument("--port", type=port_number, help=f"port to serve on (default: {DEFAULT_PORT}, or the next free)")
    told.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s, this machine)")
    told.add_argument(
        "--data", type=Path, default=Path(folder), metavar="DIR", help="where database and files are kept"
    )
    told.add_argument("--no-demo", action="store_true", help="load no demo courses and make no demo sign-ins")
    told.add_argument("--no-workers", action="store_true", help="run the web only; background work waits for workers")
    return told


def port_number(text: str) -> int:
    if not (text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")
    return int(text)


def parent_to_follow() -> int | None:
    """The process that runs us in its foreground, so that we end with it, however it ends.

    None for a start in the background, which is meant to outlive its shell: `&` in a script ignores SIGINT, nohup
    ignores SIGHUP, setsid and job control give us a process group of our own (there a closing terminal says SIGHUP).
    """
    ignored = signal.SIG_IGN in (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGHUP))
    if ignored or os.getpgrp() == os.getpid():
        return None
    # script/server names the parent it began with, which may have ended while the environment was made.
    return int(os.environ.get("FIVEFOLD_PARENT") or os.getppid())


# --- The data folder ------------------------------------------------------------------------------------------------


def take_folder(data: Path) -> TextIO:
    """Create the folder and claim it for this process; the claim ends with the process, whatever ends it."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "serve.lock").open("a+")
    except OSError as problem:
        sys.exit(f"The data folder {data} cannot be used: {problem.strerror}. Choose another with --data DIR.")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        sys.exit(
            f"The data folder {data} is in use by another copy (process {lock.read().strip() or 'unknown'}). "
            "Stop that one, or choose another folder with --data DIR."
        )
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def secret_key(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# --- The port -------------------------------------------------------------------------------------------------------


def listen(host: str, wanted: int | None) -> socket.socket:
    """A listening socket. Held by us and lent to the web server, it stays ours while that is replaced."""
    if wanted is not None:
        try:
            return open_port(host, wanted)
        except OSError as problem:
            sys.exit(port_sentence(host, wanted, problem))
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TO_TRY):
        try:
            found = open_port(host, port)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                sys.exit(port_sentence(host, port, problem))
        else:
            if port != DEFAULT_PORT:
                print(f"Port {DEFAULT_PORT} is taken, so this copy uses port {port}.", flush=True)
            return found
    sys.exit(f"No port from {DEFAULT_PORT} to {DEFAULT_PORT + PORTS_TO_TRY - 1} is free. Name one with --port N.")


def open_port(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    opened = socket.socket(family, kind)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened


def port_sentence(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another with --port N, or leave --port out."
    if problem.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one from 1024 up with --port N."
    return f"{host} is not an address of this machine ({problem.strerror}). Choose another with --host H."


def browser_address(host: str, port: int) -> str:
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def own_names(host: str) -> list[str]:
    """The host names that a request may carry."""
    names = ["127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host]
    if host in EVERYWHERE:
        machine = socket.gethostname()
        names += [machine, socket.getfqdn()]
        with contextlib.suppress(OSError):  # a machine that does not know its own name is reached by the others
            names += [str(entry[4][0]) for entry in socket.getaddrinfo(machine, None, socket.AF_INET)]
    return list(dict.fromkeys(names))

"""A server like the one `script/server` starts, and clients that cost little themselves."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

WORKERS, THREADS = 2, 4
START_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Bar:
    name: str
    value: float
    comparison: Literal[">=", "<="]
    target: float

    @property
    def holds(self) -> bool:
        return self.value >= self.target if self.comparison == ">=" else self.value <= self.target


@contextlib.contextmanager
def server() -> Iterator[int]:
    """gunicorn as `jobs` runs it, on a free port of this machine. Yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-k", "gthread", "-b", f"127.0.0.1:{port}"]
    command += ["-w", str(WORKERS), "--threads", str(THREADS), "--no-control-socket", "--log-level", "error"]
    command += ["--keep-alive", "30"]
    process = subprocess.Popen(command, env=os.environ | {"ALLOWED_HOSTS": "127.0.0.1"}, start_new_session=True)
    try:
        _wait(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _wait(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if Client(port, "/healthz").ask() == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


@dataclass
class Client:
    """One keep-alive connection that asks for the same pages again and again, in turn."""

    port: int
    paths: str | Sequence[str]
    cookie: str = ""
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        paths = [self.paths] if isinstance(self.paths, str) else self.paths
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        head = f"HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\nAccept: text/html\r\n{cookie}\r\n"
        self.requests = [f"GET {path} {head}".encode() for path in paths]
        self.asked = 0
        self.connect()

    def connect(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self.port), 60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> int:
        """Ask once; returns the status."""
        self.asked += 1
        self.connection.sendall(self.requests[self.asked % len(self.requests)])
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        missing = int(fields.get(b"content-length", 0)) - len(body)
        while missing > 0:
            missing -= len(self._more())
        status = int(head.split(b" ", 2)[1])
        if fields.get(b"connection") == b"close":
            self.connection.close()
            self.connect()
        return status

    def _more(self) -> bytes:
        if not (data := self.connection.recv(1 << 16)):
            raise ConnectionError("the server closed the connection")
        return data

    def run(self, until: float) -> None:
        while (begun := time.perf_counter()) < until:
            status = self.ask()
            if status != 200:
                raise RuntimeError(f"{self.paths} answered {status}")
            self.seconds.append(time.perf_counter() - begun)


@dataclass(frozen=True)
class Side:
    """What one kind of request achieved in one round."""

    rate: float  # requests a second
    times: Sequence[float]  # seconds of each request, the shortest first

    @property
    def p95(self) -> float:
        return p95(self.times)


def p95(times: Sequence[float]) -> float:
    """times: the shortest first."""
    return times[min(int(len(times) * 0.95), len(times) - 1)]


def together(asking: Sequence[Client], seconds: float) -> float:
    """Let all ask at the same time for so many seconds; returns how long it took. Closes their connections."""
    failures: list[Exception] = []
    until = time.perf_counter() + seconds

    def run(client: Client) -> None:
        try:
            client.run(until)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(client,)) for client in asking]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    for client in asking:
        client.connection.close()
    if failures:
        raise failures[0]
    return took


def load(port: int, paths: str | Sequence[str], cookie: str, clients: int, seconds: float) -> Side:
    asking = [Client(port, paths, cookie) for _ in range(clients)]
    took = together(asking, seconds)
    times = sorted(second for client in asking for second in client.seconds)
    return Side(len(times) / took, times)


def in_turn(port: int, ours: tuple, floor: tuple, clients: int, rounds: int, seconds: float) -> tuple[float, float]:
    """(rate of ours / rate of the floor, p95 of ours / p95 of the floor), medians over rounds taken in turn.

    ours, floor: (paths, cookie).
    """
    rates, tails = [], []
    for _ in range(rounds):
        base = load(port, *floor, clients, seconds)
        side = load(port, *ours, clients, seconds)
        rates.append(side.rate / base.rate)
        tails.append(side.p95 / base.p95)
    return statistics.median(rates), statistics.median(tails)

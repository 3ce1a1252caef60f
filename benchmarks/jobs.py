"""Background work: how soon it begins, how fast much of it is done, and what a dead broker costs who asks for it."""

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import Max, Min
from django.utils.timezone import now

from jobs import broker, queue, waking
from jobs.models import Job, State
from tests.devservices import Services

from . import bare_celery
from .harness import Bar, load, p95, server

THREADS = "4"
IN_ONE_CHANGE = 100  # jobs that are asked for in one transaction
START_WITHIN = 120.0  # seconds
CLIENTS = 8


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir()  # else each server says that it is missing
    with ExitStack() as stack:
        services = Services()
        stack.callback(services.stop)
        redis = services.redis()
        embedded = stack.enter_context(embedded_broker())
        samples, crowd, rounds = (30, 1_000, 2) if quick else (150, 10_000, 3)
        return [
            Bar("wake-up to start on Redis, median ms", latency(redis, samples), "<=", 50),
            Bar("wake-up to start on the embedded broker, median ms", latency(embedded, samples), "<=", 500),
            Bar(f"{crowd} small jobs: rate / bare Celery", drain(embedded, crowd, rounds), ">=", 0.5),
            *requests(embedded, stack, quick=quick),
        ]


# --- Brokers and workers --------------------------------------------------------------------------------------------


@contextmanager
def embedded_broker() -> Iterator[str]:
    """The server that `script/server` runs. Yields its address."""
    folder = Path(settings.DATA, "broker")
    path = broker.socket_path(Path(settings.DATA))
    assert path
    process = subprocess.Popen(broker.command(path, folder), stdout=subprocess.DEVNULL)
    url = f"redis+socket://{path}"
    wait_for(lambda: broker.answers(url, folder, within=1))
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def worker(app: str, queue_name: str, url: str, **how: object) -> Iterator[subprocess.Popen[bytes]]:
    command = ["-W", "ignore", "-m", "celery", "--quiet", "--app", app, "worker", "--queues", queue_name]
    command += ["--pool", "threads", "--concurrency", THREADS]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
    env = os.environ | {"REDIS_URL": url, "BARE_BROKER": url, "CELERY_SKIP_CHECKS": "1"}
    process = subprocess.Popen([sys.executable, *command], env=env, stderr=subprocess.DEVNULL, **how)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def waking_through(url: str) -> Iterator[None]:
    before, settings.BROKER_URL = settings.BROKER_URL, url
    waking.bell = waking.Bell()
    try:
        yield
    finally:
        waking.bell.close(60)
        settings.BROKER_URL = before


# --- One job --------------------------------------------------------------------------------------------------------


def latency(url: str, samples: int) -> float:
    """Median milliseconds from asking (the commit included) to the claim, when nothing else is to be done."""
    took = []
    with waking_through(url), worker("config.celery", "media", url, stdout=subprocess.DEVNULL):
        for number in range(samples + 3):
            begun = now()
            with transaction.atomic():
                job = queue.enqueue("bench.small", f"one:{number}")
            wait_for(lambda job=job: Job.objects.filter(pk=job.pk, state=State.DONE).exists())
            started = Job.objects.values_list("started_at", flat=True).get(pk=job.pk)
            if number >= 3:  # the first ones wait for the worker and warm it
                took.append((started - begun).total_seconds() * 1000)
    return statistics.median(took)


# --- Many jobs ------------------------------------------------------------------------------------------------------


def drain(url: str, crowd: int, rounds: int) -> float:
    """Jobs a second / bare tasks a second: all waiting when the worker starts, timed from the first start on."""
    return statistics.median([drain_jobs(url, crowd) / drain_bare(url, crowd) for _ in range(rounds)])


def drain_bare(url: str, crowd: int) -> float:
    bare_celery.app.conf.broker_url = url
    with bare_celery.app.connection_for_write(url) as connection, bare_celery.app.amqp.Producer(connection) as producer:
        for number in range(crowd):
            bare_celery.small.apply_async((str(number), crowd), producer=producer)
    with worker("benchmarks.bare_celery", "celery", url, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith(b"took "):
                return crowd / float(line.split()[1])
    raise RuntimeError("the bare worker ended early")


def drain_jobs(url: str, crowd: int) -> float:
    Job.objects.all().delete()
    with waking_through(url):
        for start in range(0, crowd, IN_ONE_CHANGE):
            with transaction.atomic():
                for number in range(start, start + IN_ONE_CHANGE):
                    queue.enqueue("bench.small", f"many:{number}")
    connections.close_all()
    with worker("config.celery", "media", url, stdout=subprocess.DEVNULL):
        wait_for(lambda: not Job.objects.active().exists(), pause=0.5)
    times = Job.objects.aggregate(begun=Min("started_at"), ended=Max("finished_at"))
    return crowd / (times["ended"] - times["begun"]).total_seconds()


# --- Requests -------------------------------------------------------------------------------------------------------


def requests(url: str, stack: ExitStack, *, quick: bool) -> list[Bar]:
    """p95 of requests that ask for a job: with a dead broker / with one that answers.

    Many short turns, all their requests together: writers wait for each other by chance, which one long turn may have
    and the next one not.
    """
    turns, seconds = (10, 0.5) if quick else (30, 0.5)
    addresses = {
        "": url,
        "that never answers": stack.enter_context(silent_broker()),
        "that is gone": "redis://127.0.0.1:1/0",
    }
    ports = {}
    for name, address in addresses.items():
        os.environ["REDIS_URL"] = address
        ports[name] = stack.enter_context(server())
    del os.environ["REDIS_URL"]
    times: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(turns + 1):
        for name in rotated(list(addresses), turn):
            side = load(ports[name], "/ask/", "", CLIENTS, seconds)
            if turn:  # the first one warms
                times[name] += side.times
    tails = {name: p95(sorted(times[name])) for name in addresses}
    return [
        Bar(f"request p95, broker {name} / sound one", tails[name] / tails[""], "<=", 1.25)
        for name in list(addresses)[1:]
    ]


def rotated(names: list[str], turn: int) -> list[str]:
    first = turn % len(names)
    return names[first:] + names[:first]


@contextmanager
def silent_broker() -> Iterator[str]:
    """Accepts connections and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                kept.append(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    listener.close()


def wait_for(what, pause: float = 0.005) -> None:
    end = time.monotonic() + START_WITHIN
    while not what():
        if time.monotonic() > end:
            raise RuntimeError("it takes too long")
        time.sleep(pause)

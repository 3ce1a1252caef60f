"""Authors change a script while workers make its audio, on PostgreSQL: the last wish is heard, and nobody is stuck."""

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from jobs import running
from jobs.models import Job
from jobs.models import State as JobState
from media import files, making, production, speech
from media.models import Asset, State
from media.scripts import Line, Script, Section
from media.timeline import Cue

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]

CHANGES = 12
AUTHORS = 2


@pytest.fixture(autouse=True)
def _quick(settings, tmp_path, monkeypatch):
    """The real jobs around steps that take milliseconds."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def render(script, out, beat):
        out.write_bytes(b"sound")
        return speech.Spoken(1.0, [], [], [], True)

    def make(asset, digest, folder, beat):
        time.sleep(0.05)
        text = next(asset.words.lines).text
        return production.Made(1.0, -16.0, b"", [Cue(0.0, 1.0, 0, text)])

    monkeypatch.setattr(speech, "render", render)
    monkeypatch.setattr(speech, "recipe", lambda script: "quick")
    monkeypatch.setattr(making, "make", make)
    monkeypatch.setattr(running, "back_off", lambda attempt: running.BACK_OFF * 0)
    monkeypatch.setattr(files, "has_room", lambda wanted: True)


def write(pk, words: str) -> None:
    with transaction.atomic():
        asset = Asset.objects.get(pk=pk)
        asset.script = Script(sections=(Section("", (Line(words),)),)).dumps()
        asset.save(update_fields=["script"])
        time.sleep(random.random() * 0.004)
        production.request(asset)


def at_once(*jobs: Callable[[], None]) -> list[Exception]:
    problems: list[Exception] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def storm(asset: Asset) -> list[Exception]:
    """Authors who write, and workers who make, until both have nothing left to do."""
    writing = threading.Event()

    def author(number: int) -> None:
        for change in range(CHANGES):
            write(asset.pk, f"{number} {change}")
            time.sleep(random.random() * 0.03)

    def authors() -> None:
        problems = at_once(*(lambda number=number: author(number) for number in range(AUTHORS)))
        writing.set()
        if problems:
            raise problems[0]

    def worker() -> None:
        while not writing.is_set() or Job.objects.active().exists():
            if not running.drain():
                time.sleep(0.005)

    return at_once(authors, worker, worker)


def test_the_last_wish_is_heard():
    asset = Asset.objects.create(title="Storm")
    assert storm(asset) == []
    asset.refresh_from_db()
    assert asset.state == State.READY
    assert asset.take.digest == production.wanted(asset)
    assert asset.take.sentences()[0].text == next(asset.words.lines).text
    assert not Job.objects.filter(state=JobState.FAILED).exists()


@pytest.mark.parametrize("looks_again", [True, False])
def test_who_stores_without_looking_again_stores_an_old_wish(monkeypatch, looks_again):
    """While the first wish is encoded, the second is spoken; the encoding that runs is the one that will be asked."""
    asset = Asset.objects.create(title="Storm")
    real = making.make

    def overtaken(*given):
        monkeypatch.setattr(making, "make", real)
        assert at_once(lambda: write(asset.pk, "second"), lambda: None) == []
        assert at_once(lambda: running.drain("speech")) == []
        return real(*given)

    def naive(pk, digest, made, asked_by):
        Asset.objects.filter(pk=pk).update(
            take=production.take_of(Asset.objects.get(pk=pk), digest, made), state=State.READY
        )

    monkeypatch.setattr(making, "make", overtaken)
    if not looks_again:
        monkeypatch.setattr(production, "finish", naive)
    write(asset.pk, "first")
    running.drain()
    asset.refresh_from_db()
    assert (asset.take.sentences()[0].text == "second") is looks_again

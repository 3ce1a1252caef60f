from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from jobs import kinds, queue
from jobs.models import Queue
from tests.jobs.work import KIND


@pytest.fixture
def told() -> list[tuple[str, str]]:
    """What the kind was told of jobs that failed or were cancelled: (subject, sentence)."""
    return []


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The jobs for which a worker was woken; nobody is, in tests."""
    jobs: list[Any] = []
    monkeypatch.setattr(queue, "wake", jobs.append)
    return jobs


@pytest.fixture
def handles(told: list[tuple[str, str]], woken: list[Any]) -> Iterator[Callable[..., None]]:
    """`handles(handler)` makes it the handler of tests.work; before that, its jobs do nothing."""

    def put(handler: kinds.Handler, **fields: Any) -> None:
        given: dict[str, Any] = {"queue": Queue.MEDIA, "deadline": timedelta(minutes=5), "title": "Test it"}
        given["when_lost"] = lambda work, sentence: told.append((work.subject, sentence))
        kinds.kind(KIND, **given | fields)(handler)

    put(lambda work: None)
    yield put
    del kinds.kinds[KIND]

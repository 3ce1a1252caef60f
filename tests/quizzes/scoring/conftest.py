from typing import Any

import pytest

from jobs import queue


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """No worker is woken in tests."""
    jobs: list[Any] = []
    monkeypatch.setattr(queue, "wake", jobs.append)
    return jobs

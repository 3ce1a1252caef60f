from collections.abc import Iterator

import pytest
from django.core.cache import caches
from rest_framework.test import APIClient


@pytest.fixture(autouse=True)
def _forget_calls() -> Iterator[None]:
    yield
    caches["throttles"].clear()


@pytest.fixture
def api(cast):
    """A client for each role: `api("learner")`, `api()` for a visitor."""

    def client(who: str = "visitor") -> APIClient:
        found = APIClient()
        if cast[who]:
            found.force_login(cast[who])
        return found

    return client

import pytest

from tests import factories
from tests.quizzes import crowd


@pytest.fixture(autouse=True)
def _unwoken(monkeypatch):
    """No worker is woken in tests."""
    monkeypatch.setattr("jobs.queue.wake", lambda job: None)


@pytest.fixture
def questions(cast):
    return crowd.choices(cast.course, 12)


@pytest.fixture
def test(cast, questions):
    return factories.mock_test(cast.course, questions)

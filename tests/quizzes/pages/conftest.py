from collections.abc import Callable

import pytest
from django.test import Client

from quizzes.models import Attempt
from tests import factories
from tests.cast import Cast


@pytest.fixture
def sit(cast: Cast, client: Client) -> Callable[..., Attempt]:
    """`enrolled` has signed in and begun a test of questions of these kinds, in this order."""

    def begin(*kinds: str, **fields: object) -> Attempt:
        questions = [factories.question(cast.course, kind) for kind in kinds]
        fields = {"shuffle_questions": False, "shuffle_options": False} | fields
        attempt = factories.open_attempt(cast.enrolled, factories.mock_test(cast.course, questions, **fields))
        client.force_login(cast.enrolled)
        return attempt

    return begin

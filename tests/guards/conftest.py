import pytest
from django.core.cache import caches

from tests.guards import scene as scenes


@pytest.fixture
def stage(cast) -> scenes.Scene:
    caches["throttles"].clear()
    return scenes.build(cast)

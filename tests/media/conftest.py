from pathlib import Path

import pytest

from media import speech
from media.models import Asset
from tests.media.assets import WORDS, script
from tests.media.voice import Voice


@pytest.fixture
def own_folder(settings, tmp_path) -> Path:
    """A media folder that is empty at first."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def voice(monkeypatch) -> Voice:
    """Speaks instead of the engines."""
    voice = Voice()
    monkeypatch.setattr(speech, "render", voice.render)
    monkeypatch.setattr(speech, "recipe", voice.recipe)
    return voice


@pytest.fixture
def asset(voice) -> Asset:
    return Asset.objects.create(title="Locks", script=script(WORDS, "And then?").dumps())

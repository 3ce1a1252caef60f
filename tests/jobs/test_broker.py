"""Where messages go: chosen at the start, the same for every process that reads the settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs import broker

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_redis(monkeypatch):
    monkeypatch.delenv("REDIS_URL", raising=False)


def settings_of(data: Path, **env: str) -> str:
    code = "from django.conf import settings; print(settings.BROKER_URL)"
    clean = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    clean |= {"FIVEFOLD_DATA": str(data), "DJANGO_SETTINGS_MODULE": "config.settings", **env}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, check=True, text=True
    ).stdout.strip()


def test_the_embedded_server_is_found_by_every_command(tmp_path):
    path = broker.choose(tmp_path, with_workers=True)
    assert path == tmp_path / "broker.sock"
    assert settings_of(tmp_path) == f"redis+socket://{path}"


def test_redis_elsewhere_comes_first(tmp_path, monkeypatch):
    broker.choose(tmp_path, with_workers=True)
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")
    assert broker.choose(tmp_path, with_workers=True) is None
    assert settings_of(tmp_path, REDIS_URL="redis://elsewhere:6379/0") == "redis://elsewhere:6379/0"
    assert not (tmp_path / "broker.url").exists()


def test_without_a_server_files_carry_the_messages(tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "program", lambda: None)
    assert broker.choose(tmp_path, with_workers=True) is None
    assert settings_of(tmp_path) == broker.FILES
    assert settings_of(tmp_path / "untouched") == broker.FILES
    assert not (tmp_path / "untouched").exists(), "reading settings makes no folders"


def test_a_copy_without_workers_wakes_nobody(tmp_path):
    assert broker.choose(tmp_path, with_workers=False) is None
    assert settings_of(tmp_path) == broker.NOBODY


def test_a_long_folder_gets_a_short_socket_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    data = tmp_path / ("long" * 20) / ("longer" * 20)
    path = broker.socket_path(data)
    assert path
    assert len(os.fsencode(path)) <= broker.LONGEST_SOCKET_PATH or len(os.fsencode(tmp_path)) > 60
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert broker.socket_path(data) == path, "the same at the next start"
    assert broker.socket_path(data / "other") != path


def test_a_folder_that_others_can_enter_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    data = tmp_path / ("long" * 30)
    path = broker.socket_path(data)
    assert path
    path.parent.chmod(0o755)
    assert broker.socket_path(data) is None
    path.parent.rmdir()
    path.parent.symlink_to(tmp_path)
    assert broker.socket_path(data) is None

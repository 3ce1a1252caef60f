"""Locks pin by hash and name no index, so that they hold on every machine and behind every mirror."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "script/uv.lock.txt"]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_holds_an_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.findall(r"://|--index|--extra-index|--find-links|--trusted", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_a_version_and_hashes(lock):
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert entries
    assert not [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_test_environment_is_a_superset_of_the_other():
    pins = [set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2]]
    assert pins[0] <= pins[1]


def test_every_direct_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, dependencies in wanted.items():
        locked = set(re.findall(r"^([\w.-]+)", (ROOT / lock).read_text(), re.M))
        assert {re.match(r"[\w.-]+", dependency)[0].lower() for dependency in dependencies} <= locked


def test_the_lock_of_the_test_tools_pins_by_hash_alone():
    packages = json.loads((ROOT / "tests/tools/package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]

"""SQLite searches like PostgreSQL: the tests of search pass there too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "postgresql", reason="these tests are running on SQLite already")
def test_search_passes_its_tests_on_sqlite_too(tmp_path):
    names = [str(HERE / "test_search.py"), str(HERE / "test_search_index.py")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/db.sqlite3"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names]
    run = subprocess.run(command, env=environment, cwd=HERE.parent.parent, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert " passed" in run.stdout

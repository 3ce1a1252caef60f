import os
from typing import Any

import pytest

from tests import browser
from tests.cast import _forget_pages, cast

__all__ = ["_forget_pages", "cast"]

# --- The browser ----------------------------------------------------------------------------------------------------

# Playwright's plain interface keeps an event loop running in this thread, and Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", browser.node())


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program, environment = browser.chromium()
    return browser_type_launch_args | {
        "executable_path": program,
        "env": os.environ | environment,
        # A container's root may not make sandboxes, and its shared memory is small.
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }

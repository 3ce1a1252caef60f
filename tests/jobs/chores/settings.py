"""The settings of the tests, for workers that are processes of their own and know the chores."""

from config.test_settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.chores"]  # noqa: F405

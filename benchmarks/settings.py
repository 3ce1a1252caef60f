"""The real settings, plus the bare view that everything is compared with."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]  # noqa: F405

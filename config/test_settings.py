"""The real settings, only faster: nothing that a learner meets may differ here."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "for-tests-only-" + "0123456789" * 5)
# Tests get a folder of their own from tests.testservices; here for tools that only read the settings.
os.environ.setdefault("FIVEFOLD_DATA", os.path.join(tempfile.gettempdir(), "fivefold-without-data"))
# A test that walks every address is a crowd by itself; tests/api/test_throttles.py sets its own rates.
for kind in ("VISITOR", "PERSON", "WRITE"):
    os.environ.setdefault(f"API_RATE_{kind}", "100000/min")

from .settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
REQUIRE_STAFF_MFA = False
WHITENOISE_AUTOREFRESH = True

# Django's server for browser tests hands out MEDIA_ROOT at MEDIA_URL, which by itself is the whole site.
MEDIA_URL = "/not-served/"

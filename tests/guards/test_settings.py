"""What a real site is set to, and what it refuses to start with."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import factories
from tests.guards.rules import ROOT

NAMES = [
    "DEBUG",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "REQUIRE_STAFF_MFA",
    "PASSWORD_HASHERS",
]
SITE = {"SECRET_KEY": "s" * 50, "BASE_URL": "https://learn.example.org", "ALLOWED_HOSTS": "learn.example.org"}
CODE = f"import json; from django.conf import settings as s; print(json.dumps({{n: getattr(s, n) for n in {NAMES}}}))"


def start(**env: str) -> subprocess.CompletedProcess:
    """Read the real settings in a process of its own, with nothing but `env` set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "FIVEFOLD_DATA") if name in os.environ}
    env = kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | env
    return subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def values(**env: str) -> dict:
    run = start(**(SITE | env))
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_real_site_keeps_its_cookies_to_itself():
    found = values()
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == ("__Host-sessionid", "__Host-csrftoken")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_real_site_is_met_by_https_only():
    found = values()
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_a_real_site_shows_no_insides_and_wants_a_second_factor_of_staff():
    found = values()
    assert found["DEBUG"] is False
    assert found["REQUIRE_STAFF_MFA"] is True
    assert "PBKDF2" in found["PASSWORD_HASHERS"][0]


def test_a_proxy_is_believed_only_where_it_was_told():
    assert values()["SECURE_PROXY_SSL_HEADER"] is None
    assert values(TRUSTED_PROXIES="1")["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"BASE_URL": SITE["BASE_URL"]}, "SECRET_KEY"),
        (SITE | {"EMAIL_VERIFICATION": "perhaps"}, "EMAIL_VERIFICATION"),
        (SITE | {"EMAIL_VERIFICATION": "mandatory"}, "EMAIL_URL"),
    ],
)
def test_what_cannot_work_stops_the_start_with_a_word(env, word):
    run = start(**env)
    assert run.returncode != 0
    assert word in run.stderr.splitlines()[-1]


@pytest.mark.django_db
def test_scripts_cannot_read_the_cookie_of_a_sign_in(client):
    user = factories.UserFactory()
    answer = client.post("/account/login/", {"login": user.email, "password": factories.PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

"""Guessing is slow, and no stranger can lock the owner out (reliability R32)."""

from datetime import timedelta

import pytest
from django.test import Client

from .conftest import is_signed_in, log_in, sign_up

pytestmark = pytest.mark.django_db

STRANGER = {"REMOTE_ADDR": "203.0.113.9"}
OWNER = {"REMOTE_ADDR": "198.51.100.7"}


def fail(times: int, email: str, **caller: str) -> list[int]:
    return [log_in(Client(), email, "a wrong guess", **caller).status_code for _ in range(times)]


def test_after_five_wrong_passwords_the_page_says_how_long_to_wait(learner, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    assert fail(6, learner.email, **STRANGER) == [422] * 5 + [429]
    time_machine.shift(timedelta(minutes=3))
    answer = log_in(Client(), learner.email, "a wrong guess", **STRANGER)
    assert answer.status_code == 429
    assert "Wait 12 minutes, then try again." in answer.content.decode()
    assert answer["Retry-After"] == str(12 * 60)


def test_the_right_password_is_refused_too_until_the_wait_is_over(client, learner, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    fail(5, learner.email, **STRANGER)
    assert log_in(client, learner.email, **STRANGER).status_code == 429
    time_machine.shift(timedelta(minutes=15, seconds=1))
    assert log_in(client, learner.email, **STRANGER).status_code == 302


def test_the_owner_gets_in_from_elsewhere_meanwhile(client, learner):
    fail(30, learner.email, **STRANGER)
    assert log_in(client, learner.email, **OWNER).status_code == 302
    assert is_signed_in(client)


def test_one_connection_may_fail_twenty_times_in_all(db):
    emails = [f"person{n}@example.org" for n in range(22)]
    assert [fail(1, email, **STRANGER)[0] for email in emails] == [422] * 20 + [429] * 2
    assert fail(1, "person30@example.org", **OWNER) == [422]


def test_signing_in_rightly_costs_nothing(learner):
    for _ in range(8):
        assert log_in(Client(), learner.email, **STRANGER).status_code == 302


def test_the_case_of_the_address_and_the_host_asked_make_no_new_tries(learner, settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    guesses = [(learner.email, "testserver"), (learner.email.upper(), "localhost")] * 3
    answers = [
        log_in(Client(), email, "a wrong guess", HTTP_HOST=host, **STRANGER).status_code for email, host in guesses
    ]
    assert answers == [422] * 5 + [429]


def test_a_forged_forwarding_header_is_not_believed(learner):
    answers = [
        log_in(Client(), learner.email, "a wrong guess", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}", **STRANGER).status_code
        for n in range(7)
    ]
    assert answers == [422] * 5 + [429] * 2


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(learner, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def guess(claimed: str, seen_by_proxy: str) -> int:
        forwarded = f"{claimed}, {seen_by_proxy}"
        return log_in(Client(), learner.email, "a wrong guess", HTTP_X_FORWARDED_FOR=forwarded).status_code

    assert [guess(f"192.0.2.{n}", "203.0.113.9") for n in range(6)] == [422] * 5 + [429]
    assert guess("203.0.113.9", "198.51.100.7") == 422


def test_sign_ups_from_one_connection_are_limited(settings, db):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"signup": "2/h/ip"}
    answers = [sign_up(Client(), f"person{n}@example.org") for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Wait 60 minutes" in answers[2].content.decode()


def test_codes_of_the_second_factor_cannot_be_guessed(client, learner):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(learner, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    log_in(client, learner.email)
    answers = [client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_limits_are_counted_where_all_processes_see_them(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")

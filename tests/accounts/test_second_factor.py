"""TOTP and recovery codes; who has to have them (ASVS 6.3.3)."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User
from tests import factories

from .conftest import confirm_identity, is_signed_in, log_in

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = "2026-11-23 12:00:00Z"
NOON_EPOCH = 1795435200


def code_at(epoch: int, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, epoch // 30))


@pytest.fixture(autouse=True)
def noon(time_machine) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def protected(learner) -> User:
    TOTP.activate(learner, SECRET)
    return learner


def test_the_code_of_a_known_secret_is_the_published_one():
    # RFC 6238, appendix B: the SHA-1 row for 59 seconds, last six digits.
    assert code_at(59, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") == "287082"


def test_a_learner_sets_it_up_and_gets_recovery_codes(client, learner):
    client.force_login(learner)
    confirm_identity(client)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page)[1]
    assert client.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 422
    answer = client.post("/account/2fa/totp/activate/", {"code": code_at(NOON_EPOCH, secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/recovery-codes/")
    page = client.get(answer["Location"]).content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", page)) == 10


def test_the_password_alone_no_longer_opens_the_account(client, protected):
    answer = log_in(client, protected.email)
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/authenticate/")
    assert not is_signed_in(client)


def test_password_and_code_lead_to_the_place_one_came_from(client, protected):
    client.post("/account/login/", {"login": protected.email, "password": factories.PASSWORD, "next": "/learn/notes/"})
    assert client.post("/account/2fa/authenticate/", {"code": "123"}).status_code == 422
    answer = client.post("/account/2fa/authenticate/", {"code": code_at(NOON_EPOCH)})
    assert (answer.status_code, answer["Location"]) == (302, "/learn/notes/")
    assert is_signed_in(client)


def test_a_code_works_once(protected):
    statuses = []
    for _ in range(2):
        client = Client()
        log_in(client, protected.email)
        statuses.append(client.post("/account/2fa/authenticate/", {"code": code_at(NOON_EPOCH)}).status_code)
    assert statuses == [302, 422]


def test_a_code_that_has_passed_does_not_work(client, protected, time_machine):
    log_in(client, protected.email)
    time_machine.shift(timedelta(seconds=30))
    assert client.post("/account/2fa/authenticate/", {"code": code_at(NOON_EPOCH)}).status_code == 422


def test_a_recovery_code_opens_the_account_once(protected):
    client = Client()
    client.force_login(protected)
    confirm_identity(client)
    client.post("/account/2fa/recovery-codes/generate/")
    code = client.get("/account/2fa/recovery-codes/download/").content.decode().split()[0]
    statuses = []
    for _ in range(2):
        visitor = Client()
        log_in(visitor, protected.email)
        statuses.append(visitor.post("/account/2fa/authenticate/", {"code": code}).status_code)
    assert statuses == [302, 422]


def test_switching_it_off_asks_who_is_there_and_takes_the_recovery_codes_along(client, protected):
    client.force_login(protected)
    answer = client.post("/account/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/account/reauthenticate/")
    confirm_identity(client)
    client.post("/account/2fa/recovery-codes/generate/")
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("role", ["instructor", "staff", "superuser"])
def test_who_works_for_others_sets_it_up_before_the_admin_opens(cast, client, settings, role):
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(cast[role])
    answer = client.get("/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/totp/activate/")
    # The way there is never closed.
    assert client.get(answer["Location"])["Location"].startswith("/account/reauthenticate/")
    confirm_identity(client)
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    secret = re.search(r'id="totp-secret">([A-Z2-7]+)<', page.content.decode())[1]
    client.post("/account/2fa/totp/activate/", {"code": code_at(NOON_EPOCH, secret)})
    assert client.get("/admin/").status_code == 200


def test_a_demo_asks_nobody_for_it(cast, client, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(cast.superuser)
    assert client.get("/admin/").status_code == 200


def test_a_learner_is_not_led_there_but_refused(cast, client, settings):
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(cast.learner)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403


def test_staff_can_always_log_out(cast, client, settings):
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(cast.superuser)
    client.post("/admin/logout/")
    assert not is_signed_in(client)


def test_the_admin_has_no_way_in_of_its_own(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2F"
    factories.UserFactory(email="root@example.org", is_staff=True, is_superuser=True)
    answer = client.post("/admin/login/", {"username": "root@example.org", "password": factories.PASSWORD})
    assert answer["Location"].startswith("/account/login/")
    assert not is_signed_in(client)

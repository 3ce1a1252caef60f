import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.entrance import SignupForm
from accounts.models import User
from tests import factories

from .conftest import is_signed_in, log_in, mailed_code, sign_up

pytestmark = pytest.mark.django_db


def test_a_visitor_signs_up_and_is_in(client):
    answer = sign_up(client, "Ada@Example.org", display_name="Ada")
    assert (answer.status_code, answer["Location"]) == (302, reverse("study:learn"))
    user = User.objects.get()
    assert (user.email, user.display_name) == ("ada@example.org", "Ada")
    assert user.check_password(factories.PASSWORD)
    assert is_signed_in(client)
    assert mail.outbox == []


@pytest.mark.parametrize(("chosen", "kept"), [("detailed", "detailed"), ("bottomless", "medium")])
def test_what_a_visitor_chose_to_read_goes_into_the_account(client, chosen, kept):
    client.cookies["tier"] = chosen
    sign_up(client, "ada@example.org")
    assert User.objects.get().tier == kept


def test_the_name_is_optional_and_the_password_is_asked_once(client):
    form = SignupForm()
    assert list(form.fields) == ["email", "password1", "display_name"]
    assert sign_up(client, "ada@example.org").status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"email": "no-address"}, "Enter a valid email address."),
        ({"password1": "short"}, "too short"),
        ({"password1": "password123"}, "too common"),
        ({"password1": "ada@example.org"}, "too similar"),
        ({"password1": ""}, "This field is required."),
        ({"display_name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_a_wrong_field_comes_back_with_its_message_and_what_was_typed(client, fields, message):
    answer = sign_up(client, **{"email": "ada@example.org", "display_name": "Ada Typed"} | fields)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    if "display_name" not in fields:
        assert "Ada Typed" in answer.content.decode()
    assert not User.objects.exists()


def test_an_address_is_taken_once_whatever_its_case(client, learner):
    sign_up(client, learner.email.upper())
    assert User.objects.count() == 1
    assert not is_signed_in(client)


def test_log_in_ignores_the_case_of_the_address(client, learner):
    assert log_in(client, "ADA@example.ORG").status_code == 302
    assert is_signed_in(client)


def test_two_sign_ups_at_once_make_one_account(client, learner, monkeypatch):
    # The second has looked before the first was stored.
    monkeypatch.setattr("accounts.entrance.filter_users_by_email", lambda email: [])
    answer = sign_up(client, learner.email)
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:check_mail"))
    assert User.objects.count() == 1


def test_with_proof_by_mail_the_code_opens_the_account_at_the_place_one_came_from(client, proof_by_mail):
    target = reverse("study:lesson", args=["a-course", "a-lesson"])
    answer = sign_up(client, "ada@example.org", next=target)
    assert (answer.status_code, answer["Location"]) == (302, "/account/confirm-email/")
    assert not is_signed_in(client)
    page = client.get("/account/confirm-email/")
    assert "ada@example.org" in page.content.decode()
    answer = client.post("/account/confirm-email/", {"code": mailed_code()})
    assert (answer.status_code, answer["Location"]) == (302, target)
    assert is_signed_in(client)
    assert EmailAddress.objects.get().verified


def test_a_wrong_code_is_refused_and_the_third_ends_the_try(client, proof_by_mail):
    sign_up(client, "ada@example.org")
    right = mailed_code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(2):
        answer = client.post("/account/confirm-email/", {"code": wrong})
        assert answer.status_code == 422
        assert "That code is not right." in answer.content.decode()
    assert client.post("/account/confirm-email/", {"code": wrong})["Location"] == reverse("account_login")
    client.post("/account/confirm-email/", {"code": right})
    assert not is_signed_in(client)


def test_a_new_code_can_be_asked_for(client, proof_by_mail, time_machine):
    time_machine.move_to("2026-11-23 10:00:00Z", tick=False)
    sign_up(client, "ada@example.org")
    first = mailed_code()
    time_machine.shift(60)
    client.post("/account/confirm-email/", {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post("/account/confirm-email/", {"code": mailed_code()})
    assert is_signed_in(client)
    assert first not in mail.outbox[1].body


def test_a_mail_server_that_is_down_is_no_error_page(client, proof_by_mail, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    assert sign_up(client, "ada@example.org").status_code == 302
    assert "could not send account/email/email_confirmation_signup" in caplog.text

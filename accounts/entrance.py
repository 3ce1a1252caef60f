"""The forms of the ways in and of what guards them: django-allauth's own, with our labels and fewer fields."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.mfa.base import forms as second_factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .models import Tier, User
from .people import TIER_COOKIE

NEW_PASSWORD_HELP = _("At least 8 characters. A few words in a row are easy to keep and hard to guess.")

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "oldpassword": _("Current password"),
    "code": _("Code"),
}


class PlainFields(forms.Form):
    """Labels instead of placeholders, one password field instead of two (the page can show what was typed)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            field.help_text = NEW_PASSWORD_HELP if name == "password1" else ""
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginForm(PlainFields, allauth_forms.LoginForm):
    pass


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    pass


class NewPasswordForm(PlainFields, allauth_forms.ResetPasswordKeyForm):
    pass


class SetPasswordForm(PlainFields, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(PlainFields, allauth_forms.ReauthenticateForm):
    pass


class CodeForm(PlainFields, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class SecondFactorForm(PlainFields, second_factor_forms.AuthenticateForm):
    pass


class SecondFactorAgainForm(PlainFields, second_factor_forms.ReauthenticateForm):
    pass


class SecondFactorSetUpForm(PlainFields, ActivateTOTPForm):
    pass


class ChangePasswordForm(PlainFields, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")


class EmailForm(PlainFields, allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")
        settle_address(self.user)


class SignupForm(PlainFields, allauth_forms.SignupForm):
    display_name = forms.CharField(
        label=_("Name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "password1", "display_name"]

    def validate_unique_email(self, value: str) -> str:
        """Never an error: a stranger must not learn here who has an account."""
        self.account_already_exists = bool(filter_users_by_email(value))
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return super().try_save(request)
            except IntegrityError:  # the same address, signed up in the same instant
                self.account_already_exists = True
        # As slow as making an account, so that the time tells nothing either.
        make_password(self.cleaned_data["password1"])
        if settings.VERIFIES_EMAIL:
            return super().try_save(request)
        return None, self._tell_owner(request)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        chosen = request.COOKIES.get(TIER_COOKIE, "")
        user.tier = chosen if chosen in Tier.values else user.tier
        user.save(update_fields=["display_name", "tier"])

    def _tell_owner(self, request: HttpRequest) -> HttpResponse:
        email = self.cleaned_data["email"]
        # Counted like resets: nobody's mailbox is filled by somebody else's sign-ups.
        if ratelimit.consume(request, action="reset_password", key=email):
            get_adapter().send_account_already_exists_mail(email)
        return redirect("accounts:check_mail")


def settle_address(user: User) -> None:
    """Tell django-allauth which address somebody signs in with, proved or, without mail codes, taken on trust.

    Otherwise it takes that address for the one being changed to, and an unfinished change sweeps it away. Accounts made
    elsewhere (command line, admin, import) have no row at all.
    """
    address, _created = EmailAddress.objects.get_or_create(user=user, email=user.email)
    wanted = {"primary": True} if settings.VERIFIES_EMAIL else {"primary": True, "verified": True}
    if all(getattr(address, name) == value for name, value in wanted.items()):
        return
    taken = EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists()
    if taken:
        wanted.pop("verified", None)
    EmailAddress.objects.filter(user=user, primary=True).exclude(pk=address.pk).update(primary=False)
    EmailAddress.objects.filter(pk=address.pk).update(**wanted)

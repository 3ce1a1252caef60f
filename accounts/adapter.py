"""Our rules of signing in, told to django-allauth."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lib.http import is_local_path

from . import limits
from .models import User

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Our sign-in rules; `enrollment.gate` adds the way through the gate."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right. Check both and try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "enter_current_password": _("That is not your current password. Try again."),
        "incorrect_code": _("That code is not right. Take the newest one and try again."),
        "too_many_login_attempts": _("Too many tries. Wait a quarter of an hour, then start again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "email_taken": _("This address cannot be used here. Take another one."),
        "duplicate_email": _("This address is yours already, or waits to be confirmed."),
    }

    # --- Limits and sameness ---

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        # allauth counts per e-mail address alone, which lets a stranger lock the owner out. With the caller's
        # network address in the key, the stranger's failures are the stranger's own.
        return f"{ratelimit.get_ip(request)}:{credentials.get('email', '').lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            wait = limits.seconds_left(
                request, "login_failed", self._get_login_attempts_cache_key(request, **credentials)
            )
            raise ImmediateHttpResponse(limits.refusal(request, wait)) from None

    def authenticate(self, request: HttpRequest, **credentials: str) -> User | None:
        """The person behind the credentials; a closed account answers like a wrong password."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    # --- Ways on ---

    def is_safe_url(self, url: str) -> bool:
        return is_local_path(url)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        signed_in = self.request.user.is_authenticated
        return reverse("account_email") if signed_in else settings.LOGIN_URL

    # --- Addresses and mail ---

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        # A link to an address that has become somebody's sign-in since it was asked for.
        if User.objects.filter(email__iexact=email_address.email).exclude(pk=email_address.user_id).exists():
            self.add_message(request, messages.ERROR, message=str(self.error_messages["email_taken"]))
            return False
        return super().confirm_email(request, email_address)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Links in a mail start with BASE_URL, whatever host the request claimed. A mail server that is down is
        logged, never an error page: it would also tell known addresses from unknown ones."""
        try:
            super().send_mail(template_prefix, email, {"base_url": settings.BASE_URL} | context)
        except (OSError, SMTPException):
            log.exception("could not send %s", template_prefix)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Codes change every 30 seconds: take the one shown now."),
    }

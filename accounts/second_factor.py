"""Who must have a second factor, and whether they do."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from .models import User


def is_missing(user: User) -> bool:
    """Whether `user` has to set one up before entering the admin or the reports. Learners never have to."""
    if not settings.REQUIRE_STAFF_MFA or not (user.is_staff or user.is_reporting):
        return False
    return not is_mfa_enabled(user, [Authenticator.Type.TOTP])

"""API tokens: a person's key for programs. Only a hash of each is kept."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from knox.models import AuthToken

from .models import TokenName, User


def held_by(user: User) -> QuerySet[AuthToken]:
    """The tokens that still work, newest first, with their names."""
    alive = AuthToken.objects.filter(user=user, expiry__gt=timezone.now())
    return alive.select_related("name").order_by("-created")


@transaction.atomic
def create(user: User, name: str, lifetime: timedelta) -> str:
    """A new token of `user`. This text is the only time it can be read."""
    token, secret = AuthToken.objects.create(user, expiry=lifetime)
    TokenName.objects.create(token=token, text=name)
    return secret


def revoke(user: User, key: str) -> bool:
    """key: the token's beginning, as listed. False when there was nothing to revoke."""
    deleted, _rows = AuthToken.objects.filter(user=user, token_key=key).delete()
    return bool(deleted)

"""Who calls the API: by token, or by the session of a browser."""

from hmac import compare_digest

from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from .models import User


class TokenAuthentication(KnoxTokenAuthentication):
    """knox's tokens, looked up in one query. Reading deletes nothing: expired ones merely no longer count."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        # Whatever bytes come in a header, the answer is "no such token".
        secret = token.decode("ascii", errors="replace").replace("\0", "")
        digest = hash_token(secret)
        alive = AuthToken.objects.filter(
            token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH], expiry__gt=timezone.now(), user__is_active=True
        )
        for candidate in alive.select_related("user"):
            if compare_digest(digest, candidate.digest):
                return candidate.user, candidate
        raise exceptions.AuthenticationFailed


class SessionAuthentication(authentication.SessionAuthentication):
    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise exceptions.PermissionDenied(code="csrf_failed")


def caller(request: Request) -> User | None:
    return request.user if request.user.is_authenticated else None

"""`/api/v1/me/`, and how the API's description names the two ways to sign in."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from lib.rest import ApiView

from .serializers import ProfileChangeSerializer, ProfileSerializer


@extend_schema(tags=["me"])
class Me(ApiView):
    serializer_class = ProfileSerializer
    pagination_class = None

    @extend_schema(operation_id="read_me", summary=_("Read your profile and preferences"))
    def get(self, request: Request) -> Response:
        return Response(ProfileSerializer(request.user).data)

    @extend_schema(
        operation_id="change_me",
        summary=_("Change your profile and preferences"),
        description=_("Only what you send changes. The e-mail address is changed on the website."),
        request=ProfileChangeSerializer,
        responses=ProfileSerializer,
    )
    def patch(self, request: Request) -> Response:
        change = ProfileChangeSerializer(request.user, data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        return Response(ProfileSerializer(change.save()).data)


class TokenScheme(KnoxTokenScheme):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}

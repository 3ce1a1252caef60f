"""What all views of the API have in common: who may store an answer, and when none has to be sent again."""

import hashlib
from typing import Any

from django.conf import settings
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

# Views have comments, not docstrings: those would be published as descriptions of what the views do.


class ApiView(GenericAPIView):
    # For who has signed in, by session or token.

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.user.is_authenticated or response.status_code >= 400:
            add_never_cache_headers(response)
        else:
            # May be kept, but is asked about each time: an edit shows at once.
            response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    def page_of(self, rows: Any) -> Response:
        """One page of the rows, as the view's serializer shows them."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OpenView(ApiView):
    # For everybody: what is published.

    permission_classes = [AllowAny]


def tag_of(data: Any) -> str:
    """An ETag for these data, the same in every process."""
    return f'W/"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:20]}"'


def unless_known(request: Request, data: Any, tag: str) -> Response:
    """The data, or 304 for a caller that has them already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in known or "*" in known:
        return Response(status=304, headers={"ETag": tag})
    return Response(data, headers={"ETag": tag})


def full_address(path: str) -> str:
    return settings.BASE_URL + path


@extend_schema_field(OpenApiTypes.URI)
class AddressField(serializers.ReadOnlyField):
    """A path of this site as a full address, for people to open in a browser."""

    def to_representation(self, value: str) -> str:
        return full_address(value)

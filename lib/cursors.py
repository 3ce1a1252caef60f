"""Pages of lists in the API: "what comes after this row", so that nothing is skipped or doubled while rows come and go.

A list is in the order of its queryset: one column, then the primary key, both in the same direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE = 20
LARGEST_PAGE = 100
SALT = "cursor"


@dataclass(frozen=True)
class Position:
    """Beside which row a page lies, and on which side of it."""

    value: Any
    key: Any
    is_before: bool


class Cursors(BasePagination):
    """?cursor= is signed: nobody makes one up, so what is inside can be trusted. ?page_size= goes up to 100."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.order, key = (str(name) for name in queryset.query.order_by)
        self.name = self.order.removeprefix("-")
        assert key == self.order.replace(self.name, "pk"), f"a list in the order {queryset.query.order_by} has no pages"
        size = self._size(request)
        position = self._position(request, queryset)
        is_before = bool(position and position.is_before)
        rows = _beside(queryset, self.order, position)[: size + 1] if position else queryset[: size + 1]
        found = list(rows)
        has_more, found = len(found) > size, found[:size]
        if is_before:
            found.reverse()
        self.before = bool(found) and (has_more if is_before else position is not None)
        self.after = bool(found) and (is_before or has_more)
        self.rows: Sequence[Model] = found
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(self.rows[-1], is_before=False) if self.after else None,
                "previous": self._link(self.rows[0], is_before=True) if self.before else None,
                "results": data,
            }
        )

    def _size(self, request: Request) -> int:
        wanted = request.query_params.get("page_size", str(PAGE_SIZE))
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 10 and int(wanted)):
            raise exceptions.ValidationError({"page_size": [_("Write a whole number from 1 to 100.")]})
        return min(int(wanted), LARGEST_PAGE)

    def _link(self, row: Model, *, is_before: bool) -> str:
        value = getattr(row, self.name)
        value = value.isoformat() if isinstance(value, datetime) else value
        cursor = signing.dumps([self.order, value, str(row.pk), is_before], salt=SALT)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def _position(self, request: Request, queryset: QuerySet) -> Position | None:
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return None
        try:
            order, value, key, is_before = signing.loads(cursor, salt=SALT)
            if order != self.order:
                raise signing.BadSignature
            value = _column(queryset, self.name).to_python(value)
            return Position(value, queryset.model._meta.pk.to_python(key), is_before)
        except (signing.BadSignature, ValidationError, ValueError) as error:
            words = _("This cursor belongs to no page of this list. Start again without one.")
            raise exceptions.ValidationError({"cursor": [words]}) from error

    # For the API's description.

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "default": PAGE_SIZE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": _("Where the page begins: follow “next” and “previous”, do not make one."),
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": _("Rows a page; more than 100 means 100."),
                "schema": size,
            },
        ]


def _beside(queryset: QuerySet, order: str, position: Position) -> QuerySet:
    """The rows after (or, nearest first, before) the position."""
    is_descending = order.startswith("-")
    name = order.removeprefix("-")
    way = "lt" if is_descending != position.is_before else "gt"
    beyond = Q(**{f"{name}__{way}": position.value}) | Q(**{name: position.value, f"pk__{way}": position.key})
    # The first condition says less, but an index can serve it.
    found = queryset.filter(Q(**{f"{name}__{way}e": position.value}), beyond)
    return found.reverse() if position.is_before else found


def _column(queryset: QuerySet, name: str) -> Field:
    if annotation := queryset.query.annotations.get(name):
        return annotation.output_field
    field: Field = queryset.model._meta.get_field(name)
    return field

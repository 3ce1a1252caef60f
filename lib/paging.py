"""Pages of long lists."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class Counted(Paginator):
    """A paginator that is told how many rows there are instead of counting them."""

    def __init__(self, rows: QuerySet | Sequence[Any], size: int, count: int) -> None:
        super().__init__(rows, size)
        self.__dict__["count"] = count


def nearest(paginator: Paginator, wanted: object) -> Page:
    """The page `wanted` asks for, or the nearest there is; whatever is no number means the first."""
    text = str(wanted).strip()[:10]
    number = int(text) if text.removeprefix("-").isdecimal() else 1
    return paginator.page(max(1, min(number, paginator.num_pages)))

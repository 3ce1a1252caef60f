"""What somebody chose in the catalogue, and how that stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf.locale import LANG_INFO
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .models import Level

if TYPE_CHECKING:
    from .catalogue import Cell, Overview

# name: label, from minutes, to minutes
LENGTHS = {
    "short": (_("Under 1 hour"), 0, 59),
    "medium": (_("1 to 3 hours"), 60, 180),
    "long": (_("Over 3 hours"), 181, 2**31 - 1),
}
FACETS = {"level": _("Level"), "length": _("Length"), "language": _("Language")}


@dataclass(frozen=True)
class Filters:
    """Within a facet any of the values will do; an empty facet lets everything through."""

    track: str = ""
    level: Sequence[str] = ()
    length: Sequence[str] = ()
    language: Sequence[str] = ()

    @classmethod
    def read(cls, query: QueryDict, track: str, overview: Overview) -> Filters:
        """What the address asks for; values that do not exist are left out."""
        known = {"level": list(Level.values), "length": list(LENGTHS), "language": languages(overview)}
        chosen = {facet: tuple(v for v in known[facet] if v in query.getlist(facet)) for facet in FACETS}
        return cls(track=track, **chosen)

    def fit(self, cell: Cell) -> bool:
        return self.track in ("", cell.track) and all(
            not self.values(facet) or getattr(cell, facet) in self.values(facet) for facet in FACETS
        )

    def values(self, facet: str) -> Sequence[str]:
        values: Sequence[str] = getattr(self, facet)
        return values

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """(facet, value) in the order of the page."""
        return [(facet, value) for facet in FACETS for value in self.values(facet)]

    @property
    def query(self) -> str:
        return urlencode(self.chosen)

    @property
    def address(self) -> str:
        path = reverse("courses:track", args=[self.track]) if self.track else reverse("courses:home")
        return f"{path}?{self.query}" if self.query else path

    @property
    def page_address(self) -> str:
        """The address up to the number of the page."""
        return f"{self.address}{'&' if self.query else '?'}page="

    def toggled(self, facet: str, value: str) -> Filters:
        values = self.values(facet)
        kept = [v for v in values if v != value] if value in values else [*values, value]
        return self._with(facet, kept)

    @property
    def cleared(self) -> Filters:
        return Filters(track=self.track)

    def without(self, facet: str) -> Filters:
        return replace(self, track="") if facet == "track" else self._with(facet, ())

    def only(self, facet: str, value: str) -> Filters:
        return self._with(facet, (value,))

    def _with(self, facet: str, values: Sequence[str]) -> Filters:
        fields: dict[str, Any] = {facet: values}
        return replace(self, **fields)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_on: bool
    address: str  # of the list with this choice made, or taken back


@dataclass(frozen=True)
class Relief:
    """The filter without which most courses would show."""

    label: str
    count: int
    address: str


def languages(overview: Overview) -> list[str]:
    return sorted({cell.language for cell in overview.cells})


def facets(filters: Filters, overview: Overview) -> Iterator[tuple[str, str, list[Choice]]]:
    """(name, label, choices) of each facet that offers a choice."""
    values = {"level": list(Level.values), "length": list(LENGTHS), "language": languages(overview)}
    for facet, label in FACETS.items():
        choices = [choice for value in values[facet] if (choice := _choice(filters, overview, facet, value))]
        if len(choices) > 1 or any(choice.is_on for choice in choices):
            yield facet, str(label), choices


def _choice(filters: Filters, overview: Overview, facet: str, value: str) -> Choice | None:
    """None when it would find nothing and is not chosen."""
    is_on = value in filters.values(facet)
    count = overview.count(filters.only(facet, value))
    if not count and not is_on:
        return None
    return Choice(value, label_of(facet, value), count, is_on, filters.toggled(facet, value).address)


def relief(filters: Filters, overview: Overview) -> Relief | None:
    """For an empty list: which filter leaves out most. None when dropping any single one would not help."""
    in_force = [facet for facet in FACETS if filters.values(facet)] + (["track"] if filters.track else [])
    options = []
    for facet in in_force:
        if facet == "track":
            label = str(overview.track(filters.track))
        else:
            label = " · ".join(label_of(facet, value) for value in filters.values(facet))
        rest = filters.without(facet)
        options.append(Relief(label, overview.count(rest), rest.address))
    best = max(options, key=lambda option: option.count, default=None)
    return best if best and best.count else None


def label_of(facet: str, value: str) -> str:
    if facet == "level":
        return str(Level(value).label)
    if facet == "length":
        return str(LENGTHS[value][0])
    return language_name(value)


def language_name(code: str) -> str:
    """The name of a language in the reader's own; an unknown code stays as it is."""
    known = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0])
    return gettext(known["name"]) if known and "name" in known else code


def duration(minutes: int) -> str:
    """Such as "45 min", "3 h", "2 h 10"."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return ngettext("%(count)d min", "%(count)d min", rest) % {"count": rest}
    if not rest:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}

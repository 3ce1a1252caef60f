"""What a search engine must do, and which one the database brings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, Protocol

from django.db import connection

# Ranking reads every match, so a common word is ranked among this many entries only; nobody pages through more.
# A title that holds the words is worth more than a text that does: texts are read if titles are few.
MOST_TITLES = 200
MOST_BODIES = 200


class Hit(NamedTuple):
    entry_id: int
    kind: str


class Engine(Protocol):
    def find(self, words: Sequence[str], title: str, at: datetime, *, every: bool = True) -> list[Hit]:
        """Published entries that hold all `words`, or any of them unless `every`; best first.

        The last word may be the beginning of one, unless it is itself a known word or no known word begins so:
        stemming cuts mistyped words short, and short words begin many.
        title: the whole query, lower case; an entry with just this title comes first.
        """

    def similar(self, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """For each word those of the vocabulary that it could stand for, itself too if it is one; unordered."""


def may_be_open(word: str) -> bool:
    """Whether `word` may stand for all words that begin with it; very short ones would match half of the texts."""
    return len(word) >= 3


@cache
def engine() -> Engine:
    if connection.vendor == "postgresql":
        from .postgres import PostgresEngine

        return PostgresEngine()
    from .sqlite import SqliteEngine

    return SqliteEngine()

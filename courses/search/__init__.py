"""Finding courses, lessons, concepts and terms.

`find` answers a reader. `register` adds a source of documents: apps above this one name theirs when they start.
`touch` is called by whatever revises a course, `reindex` does the work. Two engines stand behind one small interface
(`engine.py`): PostgreSQL and SQLite search in their own way, what a word is and what counts is the same for both.
"""

from .documents import KIND_LABELS, Document, Kind, register
from .find import Results, find
from .index import refresh, reindex, stale_courses, touch

__all__ = [
    "KIND_LABELS",
    "Document",
    "Kind",
    "Results",
    "find",
    "refresh",
    "register",
    "reindex",
    "stale_courses",
    "touch",
]

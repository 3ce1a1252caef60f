"""The rows of a plan, and what people call them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class Action(TextChoices):
    ADDED = "added", gettext_lazy("added")
    CHANGED = "changed", gettext_lazy("changed")
    REMOVED = "removed", gettext_lazy("removed")
    ARCHIVED = "archived", gettext_lazy("archived, because learners have worked with it")
    RETIRED = "retired", gettext_lazy("retired: attempts keep it, new ones do not get it")


# How people call what a change is about; parts of a lesson by the name of their kind.
NOUNS = {
    "course": gettext_lazy("course"),
    "speaker": gettext_lazy("member of the cast"),
    "chapter": gettext_lazy("chapter"),
    "lesson": gettext_lazy("lesson"),
    "summaries": gettext_lazy("summary"),
    "concepts": gettext_lazy("key concept"),
    "examples": gettext_lazy("example"),
    "memory_aids": gettext_lazy("memory aid"),
    "episodes": gettext_lazy("episode"),
    "chunks": gettext_lazy("audiobook chunk"),
    "cards": gettext_lazy("card"),
    "questions": gettext_lazy("question"),
    "tests": gettext_lazy("mock test"),
}


@dataclass(frozen=True)
class Change:
    """One row of the table.

    what: a key of NOUNS. place: slug of the chapter, or of the lesson that a part belongs to. details: the fields
    that change; "position" where something only moves. is_rekeyed: learners were scored by the key it has.
    """

    action: Action
    what: str
    name: str
    place: str = ""
    details: tuple[str, ...] = ()
    is_rekeyed: bool = False

    @property
    def noun(self) -> str:
        return str(NOUNS[self.what])


def differing(old: Any, new: Any, skip: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the fields in which two texts differ. None for instructors means: whoever they are."""
    found = []
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name == "instructors":
            before, after = (after if after is None else before or ()), after
        if field.name not in skip and before != after:
            found.append(field.name)
    return tuple(found)

"""Keeping private notes: one a paragraph, however many tabs write it."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from lessons.models import Block

from .models import Note


def keep(user: User, block: Block, changes: dict[str, Any]) -> Note | None:
    """As `write`; but a note left with neither words nor highlight is removed, and None returned."""
    if changes["body"].strip() or changes["is_highlighted"]:
        return write(user, block, changes)[0]
    Note.objects.visible_to(user).filter(block=block).delete()
    return None


def write(user: User, block: Block, changes: dict[str, Any]) -> tuple[Note, bool]:
    """Change the note of `user` on `block`, or make it; says which: (note, is it new).

    changes: `body`, `is_highlighted` or both.
    """
    note, is_new = Note.objects.get_or_create(learner=user, block=block, defaults={"quote": block.text} | changes)
    if not is_new:
        change(note, changes)
    return note, is_new


def add_words(user: User, block: Block, words: str) -> Note:
    """Add a line to the note of `user` on `block`, or make the note. Safe to repeat; what was written stays."""
    first = {"quote": block.text, "body": words}
    note, is_new = Note.objects.get_or_create(learner=user, block=block, defaults=first)
    if not is_new and words not in note.body:
        change(note, {"body": f"{note.body}\n{words}".strip()})
    return note


def change(note: Note, changes: dict[str, Any]) -> bool:
    """False when another tab has removed the note."""
    changes = {**changes, "changed_at": timezone.now()}
    for name, value in changes.items():
        setattr(note, name, value)
    return bool(Note.objects.filter(pk=note.pk).update(**changes))

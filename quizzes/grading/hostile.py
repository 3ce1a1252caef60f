"""Responses that nobody sends by accident: too deep, too long, of types no question has."""

import math
from typing import Any

from django.utils.translation import gettext as _

DEEPEST = 4  # lists and maps within each other; a cloze has two, and one more for what cannot be read
LARGEST = 100 * 1024  # bytes of all texts together
MOST_PARTS = 2_000
LARGEST_NUMBER = 10**60


class Refused(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def refuse(response: Any) -> None:
    """Raises Refused. Without recursion: it may nest 100,000 deep."""
    left, parts, size = [(response, 1)], 0, 0
    while left:
        value, depth = left.pop()
        parts += 1
        if isinstance(value, str):
            size += _size(value)
        elif isinstance(value, list | dict):
            if depth > DEEPEST:
                raise Refused(_("This answer nests too deep. Reload the page and answer again."))
            if len(value) > MOST_PARTS:
                parts = len(value)
            elif isinstance(value, dict):
                size += sum(_size(name) for name in value)
                left.extend((inner, depth + 1) for inner in value.values())
            else:
                left.extend((inner, depth + 1) for inner in value)
        elif not _is_plain(value):
            raise Refused(_("This answer holds something that no question asks for. Answer again."))
        if parts > MOST_PARTS or size > LARGEST:
            raise Refused(_("This answer is too long: at most 100 KB are kept. Shorten it; what was saved stays."))


def _size(text: Any) -> int:
    if not isinstance(text, str):
        raise Refused(_("This answer holds something that no question asks for. Answer again."))
    if len(text) > LARGEST:
        return len(text)
    try:
        if "\0" in text:  # no database keeps it
            raise ValueError
        return len(text.encode())
    except ValueError:  # half of a surrogate pair
        raise Refused(_("This answer holds characters that cannot be kept. Type it again instead of pasting."))


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -LARGEST_NUMBER < value < LARGEST_NUMBER
    return value is None

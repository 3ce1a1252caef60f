"""The piece of a text that shows why it was found, with the words in `<mark>`."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LENGTH = 200  # characters shown
LEAD = 60  # of them before the first word found
WORD = re.compile(r"[^\W_]+")
ENDINGS = ("ings", "ing", "ies", "ed", "es", "er", "e", "y", "s")


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` escaped, with every word marked that looks like one of `words` (lower case, no accents)."""
    stems = tuple(_stem(word) for word in words)
    pieces, end = [], 0
    for match in WORD.finditer(text):
        if _fits(match[0], stems):
            pieces += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
            end = match.end()
    pieces.append(escape(text[end:]))
    # Every piece was escaped above; the tags around them are ours.
    return mark_safe("".join(pieces))


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> SafeString:
    """About `length` characters of `text` around the place that holds most of `words`, marked."""
    start = max(0, _best_place(text, words, length) - LEAD)
    if start:
        start = _next_word(text, start)
    piece = text[start : start + length]
    if start + length < len(text):
        piece = piece.rsplit(None, 1)[0].rstrip(" ,;:") + " …"
    return marked(("… " if start else "") + _joined(piece.split("\n")), words)


def _joined(lines: Sequence[str]) -> str:
    """Lines as running text; a line that is no sentence, such as a heading, is set off from the next."""
    parts = [" ".join(line.split()) for line in lines]
    parts = [part for part in parts if part]
    return " ".join(part if part[-1] in ".?!…:;" or part is parts[-1] else f"{part} ·" for part in parts)


def _best_place(text: str, words: Sequence[str], length: int) -> int:
    """Where the window with the most different words begins; the first of equals, 0 if there is none."""
    lower = text.lower()
    places = sorted(place for word in words for place in _places(lower, _stem(word)))
    best, most = 0, 0
    for place, _ in places:
        inside = {stem for other, stem in places if place <= other < place + length - LEAD}
        if len(inside) > most:
            best, most = place, len(inside)
    return best


def _places(lower: str, stem: str, most: int = 8) -> list[tuple[int, str]]:
    """The first few beginnings of words that start with `stem`. Plain search: texts are long, pages have twenty."""
    found: list[tuple[int, str]] = []
    place = lower.find(stem)
    while place >= 0 and len(found) < most:
        if place == 0 or not lower[place - 1].isalnum():
            found.append((place, stem))
        place = lower.find(stem, place + 1)
    return found


def _next_word(text: str, start: int) -> int:
    space = text.find(" ", start, start + 30)
    return space + 1 if space >= 0 else start


def _stem(word: str) -> str:
    """What the forms of a word have in common, roughly; only marks depend on it."""
    if len(word) > 4:
        for ending in ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: -len(ending)]
    return word


def _fits(word: str, stems: tuple[str, ...]) -> bool:
    plain = word.lower() if word.isascii() else _fold(word)
    return any(plain.startswith(stem) and len(plain) <= len(stem) + 6 for stem in stems)


def _fold(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).lower()

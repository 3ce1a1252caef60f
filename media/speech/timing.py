"""When each written word is heard: the engine's times, carried over to the words as they stand in the text."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import words
from .protocol import Span
from .wording import Wording

ATOM = re.compile(r"[^\W_]+")
Time = tuple[float, float]


@dataclass(frozen=True)
class Timed:
    """A written word, its place in characters and in seconds."""

    start: float
    end: float
    at: int
    length: int


def timed(text: str, wording: Wording, spans: Sequence[Span], begin: float, end: float) -> tuple[list[Timed], bool]:
    """The words of `text` between `begin` and `end`, in order, none overlapping; and whether the engine told the times.

    Words that are not said are left out. Without spans the time is shared out by length.
    """
    written = words.words(text)
    said = _said(written, wording)
    known = _matched(said, spans) if spans else {}
    if not known:
        return _clamped(written, _shared_out(said, begin, end), begin, end), False
    return _clamped(written, known, begin, end), True


def _said(written: Sequence[words.Slice], wording: Wording) -> list[tuple[str, int]]:
    """(atom of what is said, number of the written word it belongs to)."""
    letters: list[str] = []
    owners: list[int] = []
    number = 0
    for piece in wording.pieces:
        while number < len(written) - 1 and piece.begin >= written[number].end:
            number += 1
        letters += piece.said
        owners += [number] * len(piece.said)
    whole = "".join(letters)
    return [(match[0].casefold(), owners[match.start()]) for match in ATOM.finditer(whole)]


def _matched(said: Sequence[tuple[str, int]], spans: Sequence[Span]) -> dict[int, Time]:
    """Number of a written word → its time. What the engine worded differently is shared out between its neighbours."""
    heard = [
        (atom.casefold(), time)
        for span in spans
        for atom, time in _split(ATOM.findall(span.text), span.start, span.end)
    ]
    matcher = difflib.SequenceMatcher(None, [atom for atom, _ in said], [atom for atom, _ in heard], autojunk=False)
    found: dict[int, Time] = {}
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pairs: Iterable[tuple[str, Time]] = ((said[a + n][0], heard[c + n][1]) for n in range(b - a))
        elif kind == "replace":
            pairs = _split([atom for atom, _ in said[a:b]], heard[c][1][0], heard[d - 1][1][1])
        else:
            continue
        for place, (_atom, (start, end)) in enumerate(pairs, a):
            owner = said[place][1]
            before = found.get(owner, (start, end))
            found[owner] = (min(before[0], start), max(before[1], end))
    return found


def _shared_out(said: Sequence[tuple[str, int]], begin: float, end: float) -> dict[int, Time]:
    found: dict[int, Time] = {}
    for place, (_atom, (start, stop)) in enumerate(_split([atom for atom, _ in said], begin, end)):
        owner = said[place][1]
        found[owner] = (found.get(owner, (start, stop))[0], stop)
    return found


def _split(atoms: Sequence[str], begin: float, end: float) -> list[tuple[str, Time]]:
    """Time by length: a word of one letter takes longer than a letter."""
    weights = [len(atom) + 2 for atom in atoms]
    result, at = [], begin
    for atom, weight in zip(atoms, weights, strict=True):
        stop = at + (end - begin) * weight / sum(weights)
        result.append((atom, (at, stop)))
        at = stop
    return result


def _clamped(written: Sequence[words.Slice], times: dict[int, Time], begin: float, end: float) -> list[Timed]:
    result = []
    for number in sorted(times):
        start = min(max(times[number][0], begin), end)
        begin = min(max(times[number][1], start), end)
        result.append(Timed(start, begin, written[number].at, len(written[number].text)))
    return result

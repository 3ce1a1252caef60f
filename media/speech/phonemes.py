"""English text as sounds, by the text stage of hibari; every word keeps its place among them."""

import functools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .protocol import Span

if TYPE_CHECKING:
    from hibari.g2p import G2P


SOUNDS_LIMIT = 400  # in one run of a model
EARLY = 0.04  # seconds; the models' own times come that much late, measured


@dataclass(frozen=True)
class Token:
    text: str
    sounds: str
    space: bool  # after it


def speaks(character: str) -> bool:
    """Letters and digits of plain English, and the signs its text stage has words for."""
    return character.isascii() or character in "éèêëàâäáãåçíìîïñóòôöõúùûüýÿ£€¥₹₩¢§¶°×÷±½¼¾²³©µ→’–—…"


_lock = threading.Lock()


@functools.cache
def _stage(is_british: bool) -> "G2P":
    from hibari.g2p import G2P

    return G2P(british=is_british)


def tokens(sentence: str, *, is_british: bool = False) -> list[Token]:
    from hibari.g2p.normalize import normalize

    with _lock:
        stage = _stage(is_british)
        found = stage.phonemize_tokens(stage.tokenize(normalize(sentence)))
    return [Token(token.text, token.phonemes or "", bool(token.whitespace)) for token in found]


def runs(found: Sequence[Token], limit: int = SOUNDS_LIMIT) -> list[list[Token]]:
    """The tokens in runs that a model takes at once; broken at words, or inside one that is longer than a run."""
    result: list[list[Token]] = [[]]
    room = limit
    for token in (part for whole in found for part in _parts(whole, limit)):
        need = len(token.sounds) + token.space
        if need > room and result[-1]:
            result.append([])
            room = limit
        result[-1].append(token)
        room -= need
    return [run for run in result if any(token.sounds for token in run)]


def _parts(token: Token, limit: int) -> list[Token]:
    if len(token.sounds) < limit:
        return [token]
    cuts = range(0, len(token.sounds), limit - 1)
    return [Token(token.text, token.sounds[cut : cut + limit - 1], token.space) for cut in cuts]


def sounds(run: Sequence[Token]) -> list[tuple[str, int]]:
    """Each sound with the number of its token; the space after a word belongs to nobody (−1)."""
    found: list[tuple[str, int]] = []
    for number, token in enumerate(run):
        found += [(sound, number) for sound in token.sounds]
        if token.space:
            found.append((" ", -1))
    while found and found[-1][0] == " ":
        found.pop()
    return found


def spans(run: Sequence[Token], owners: Sequence[int], lengths: Sequence[float], begin: float) -> list[Span]:
    """When each word is heard.

    owners: for each length the number of its token, −1 for none; lengths: in seconds; begin: of this run.
    """
    times: dict[int, list[float]] = {}
    at = begin
    for owner, length in zip(owners, lengths, strict=True):
        if owner >= 0 and any(letter.isalnum() for letter in run[owner].text):
            times.setdefault(owner, [at, at])[1] = at + length
        at += length
    return [
        Span(max(0.0, start - EARLY), max(0.0, end - EARLY), run[number].text) for number, (start, end) in times.items()
    ]

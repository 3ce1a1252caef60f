"""Plain text in sentences and words, as slices of the text: what is heard must be found again in what is read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SENTENCE_LIMIT = 400  # characters; the time an engine needs for its text stage grows faster than the text

# Never the end of a sentence.
ABBREVIATIONS = (
    "mr mrs ms dr prof st mt ft gen gov sen rep capt lt col sgt rev hon e.g i.e eg ie vs cf approx fig eq ch vol sec"
    " no nos pp ed eds al ca z.b d.h bzw usw p.ej"
)
CLOSERS = "\"'”’»)\\]"
END = re.compile(rf"(?:[.!?…]+[{CLOSERS}]*(?=\s)|[。！？।؟]+[{CLOSERS}」』]*|\n)")
# Better places for a cut through an overlong sentence come first.
CLAUSES = (re.compile(r"[;:—](?=\s)"), re.compile(r",(?=\s)"), re.compile(r"[、，](?=\S)|\s(?=\S)"))
NUMBERING = re.compile(r"\W*(?:\d+|[a-zA-Z]|[ivxIVX]+)\.")
INITIAL = re.compile(r"(?:^|\W)[^\W\d_]\.$")


@dataclass(frozen=True)
class Slice:
    at: int  # where it begins in the text, in characters
    text: str

    @property
    def end(self) -> int:
        return self.at + len(self.text)


def words(text: str) -> list[Slice]:
    """Everything between spaces."""
    return [Slice(match.start(), match[0]) for match in re.finditer(r"\S+", text)]


def sentences(text: str) -> list[Slice]:
    """Without the space around them; each at most SENTENCE_LIMIT characters. A new line ends a sentence."""
    return [part for whole in _whole_sentences(text) for part in _in_parts(whole)]


def _whole_sentences(text: str) -> Iterator[Slice]:
    begin = 0
    for match in END.finditer(text):
        if match[0] == "\n" or _ends(text, begin, match):
            yield from _trimmed(text, begin, match.end())
            begin = match.end()
    yield from _trimmed(text, begin, len(text))


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    after = text[match.end() :].lstrip(" \t\u00a0")[:1] if match.end() < len(text) else ""
    if after.islower():
        return False
    if match[0] != ".":
        return True
    sentence = text[begin : match.end()].strip()
    word = sentence.rsplit(None, 1)[-1][:-1].lstrip("(\"“'‘[").lower()
    if word in ABBREVIATIONS.split() and (word not in {"no", "nos"} or after.isdigit()):
        return False
    return not (NUMBERING.fullmatch(sentence) or INITIAL.search(sentence))


def _trimmed(text: str, begin: int, end: int) -> Iterator[Slice]:
    inner = text[begin:end].strip()
    if inner:
        yield Slice(begin + text[begin:end].index(inner), inner)


def _in_parts(sentence: Slice) -> Iterator[Slice]:
    at, rest = sentence.at, sentence.text
    while len(rest) > SENTENCE_LIMIT:
        cut = _cut(rest)
        yield from (Slice(at + part.at, part.text) for part in _trimmed(rest, 0, cut))
        at, rest = at + cut, rest[cut:]
    yield from (Slice(at + part.at, part.text) for part in _trimmed(rest, 0, len(rest)))


def _cut(text: str) -> int:
    """Where to cut, 1–SENTENCE_LIMIT; in the second half where it can be, so that no crumbs are left."""
    for clause in CLAUSES:
        ends = [match.end() for match in clause.finditer(text, SENTENCE_LIMIT // 2, SENTENCE_LIMIT)]
        if ends:
            return ends[-1]
    return SENTENCE_LIMIT

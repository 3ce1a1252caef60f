"""What is written, in the words that an engine is given; and what cannot be said, told to the author.

Nothing in a text is ever a command to an engine: markup of speech languages is left out and reported, and the
notations that engines understand are broken up.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import words
from ..scripts import Line, Script
from . import choosing
from .lexicon import Lexicon
from .protocol import CannotSpeak, SpeechEngine
from .signs import NAMES, PLAIN_LETTERS, SILENT

LINE_LIMIT = 5_000  # characters
SCRIPT_LIMIT = 50_000  # words: five to six hours
QUOTE_LIMIT = 80  # characters of a text that a message repeats

TAG = re.compile(
    r"</?(?:speak|break|emphasis|prosody|say-as|sub|phoneme|voice|lexicon|mark|audio|desc|par|seq|media|amazon:[\w-]+"
    r"|mstts:[\w-]+|google:[\w-]+)(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)
LOOSE_END = re.compile(r" (?=[.,;:!?](?:\s|$))")
# Text stages need the square of a word's length: one without spaces, such as a key in a listing, would take seconds.
LONG_WORD = re.compile(r"(\S{40})(?=\S)")
LONG_NUMBER = re.compile(r"\d{13,}")  # nobody hears quadrillions: digit by digit


@dataclass(frozen=True)
class Piece:
    """A stretch of the written text and what is said for it."""

    begin: int
    end: int
    said: str


@dataclass
class Wording:
    pieces: list[Piece] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)  # (what is written, a sentence for the author)

    @property
    def said(self) -> str:
        said = " ".join("".join(piece.said for piece in self.pieces).split())
        return LONG_WORD.sub(r"\1 ", LOOSE_END.sub("", harmless(said)))

    @property
    def has_words(self) -> bool:
        return any(letter.isalnum() for letter in self.said)


def unspoken(script: Script) -> list[dict[str, Any]]:
    """What will not be heard: {"line", "key", "text", "words"}, each text once a line. Loads no engine.

    Raises CannotSpeak when nobody speaks the language.
    """
    found: list[dict[str, Any]] = []
    lexicon = Lexicon(script.lexicon)
    cast = choosing.casting(script)
    for number, line in enumerate(script.lines):
        voice = cast.get(choosing.part_of(line))
        said = (
            [wording(s.text, choosing.voice_of(voice), script.language, lexicon) for s in sentences(line)]
            if voice
            else []
        )
        found += complaints(number, line, said)
    return found


def complaints(number: int, line: Line, said: list[Wording]) -> list[dict[str, Any]]:
    lost = dict(loss for part in said for loss in part.lost)
    if not line.text.strip():
        lost = {"": _("This turn is empty and is left out. Write something or remove it.")}
    elif not any(part.has_words for part in said):
        lost = {
            quoted(line.text): _(
                "Nothing in this turn can be said, so it is left out. Write it in words, or name another voice for it."
            )
        }
    return [complaint(number, line, text, sentence) for text, sentence in lost.items()]


def complaint(number: int, line: Line, text: str, sentence: str) -> dict[str, Any]:
    return {"line": number, "key": line.key, "text": text, "words": sentence}


def check(script: Script) -> None:
    """Raises CannotSpeak for a script that is too long to be spoken, before anything is."""
    total = 0
    for line in script.lines:
        total += len(line.text.split())
        if len(line.text) > LINE_LIMIT:
            raise CannotSpeak(
                _("The turn that begins “%(text)s” has %(length)d characters; %(limit)d can be spoken. Split it.")
                % {"text": quoted(line.text[:60]), "length": len(line.text), "limit": LINE_LIMIT}
            )
    if total > SCRIPT_LIMIT:
        raise CannotSpeak(
            ngettext(
                "This script has %(count)d word; %(limit)d can be spoken at once. Split the lesson.",
                "This script has %(count)d words; %(limit)d can be spoken at once. Split the lesson.",
                total,
            )
            % {"count": total, "limit": SCRIPT_LIMIT}
        )


def sentences(line: Line) -> list[words.Slice]:
    return words.sentences(line.text)


def quoted(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTE_LIMIT else text[: QUOTE_LIMIT - 1] + "…"


def wording(text: str, engine: SpeechEngine, language: str, lexicon: Lexicon) -> Wording:
    """What `engine` is to say for one sentence."""
    result = Wording()
    speller = Speller(engine, language)
    for begin, end, said in lexicon.runs(text):
        if said is None:
            for piece in _untagged(text, begin, end, result):
                speller.spell(text, piece.begin, piece.end, result)
        else:
            inner = Wording()
            speller.spell(said, 0, len(said), inner)
            result.pieces.append(Piece(begin, end, inner.said))
            result.lost += inner.lost
    return result


def harmless(said: str) -> str:
    """`[word](/sounds/)` would be read as sounds by one engine: with a space it is only words."""
    return said.replace("](", "] (")


def _untagged(text: str, begin: int, end: int, result: Wording) -> Iterator[Piece]:
    for match in TAG.finditer(text, begin, end):
        yield Piece(begin, match.start(), "")
        result.pieces.append(Piece(match.start(), match.end(), " "))
        sentence = _("Tags such as “%(tag)s” are not obeyed and not read. Remove it; pauses come from punctuation.")
        result.lost.append((match[0], sentence % {"tag": quoted(match[0])}))
        begin = match.end()
    yield Piece(begin, end, "")


class Speller:
    """Looks at every letter and sign: as it is, by its name, by a plainer letter; or lost."""

    known: dict[tuple[str, str, str], dict[str, str | None]] = {}

    def __init__(self, engine: SpeechEngine, language: str) -> None:
        self.engine = engine
        self.language = language
        self.names: Mapping[str, str] = NAMES.get(language.split("-")[0].lower(), {})
        self.said = self.known.setdefault((engine.id, engine.version, language), {})

    def spell(self, text: str, begin: int, end: int, result: Wording) -> None:
        lost: list[int] = []  # where the run that cannot be said began
        plain: list[tuple[int, int, str]] = []
        for start, stop in _clusters(text, begin, end):
            said = self._of(text[start:stop])
            if said is None:
                lost = lost or [start]
                plain.append((start, stop, " "))
                continue
            if lost and said:
                self._report(text[lost[0] : start], result)
                lost = []
            plain.append((start, stop, said))
        if lost:
            self._report(text[lost[0] : end], result)
        result.pieces += [Piece(*each) for each in plain if each[2]]
        _say_digits(result, text, begin, end)

    def _report(self, text: str, result: Wording) -> None:
        text = text.strip()
        sentence = _(
            "The voice leaves this out. Add “%(text)s” to the pronunciation of this course, or write it in words."
        )
        result.lost.append((text, sentence % {"text": quoted(text)}))

    def _of(self, cluster: str) -> str | None:
        if cluster not in self.said:
            if len(self.said) > 5000:  # of one engine and language; no text has that many
                self.said.clear()
            self.said[cluster] = self._work_out(cluster)
        return self.said[cluster]

    def _work_out(self, cluster: str) -> str | None:
        sign = unicodedata.normalize("NFC", cluster)
        kind = unicodedata.category(sign[0])
        if sign.isspace() or sign in SILENT:
            return " "
        if kind[0] == "C" and kind != "Cn" and kind != "Co":
            return ""
        if sign in self.names:
            return f" {self.names[sign]} "
        if kind[0] in "PZ" or (sign.isascii() and not sign.isalnum()) or self._speaks(sign):
            return sign
        plain = _plainer(sign)
        if plain and plain != sign and all(letter.isspace() or self._speaks(letter) for letter in plain):
            return plain
        return "" if kind[0] == "M" else None

    def _speaks(self, sign: str) -> bool:
        return all(self.engine.speaks(letter, self.language) for letter in sign)


def _clusters(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Each letter or sign with the accents, joiners and variants that follow it."""
    start = begin
    for place in range(begin + 1, end + 1):
        if place == end or not _joins(text[place]):
            yield start, place
            start = place


def _joins(letter: str) -> bool:
    return unicodedata.combining(letter) > 0 or letter in "\ufe0e\ufe0f\u20e3" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def _plainer(sign: str) -> str:
    apart = unicodedata.normalize("NFKD", "".join(PLAIN_LETTERS.get(letter, letter) for letter in sign))
    return "".join(letter for letter in apart if not unicodedata.combining(letter) and letter != "\ufe0f")


def _say_digits(result: Wording, text: str, begin: int, end: int) -> None:
    for match in LONG_NUMBER.finditer(text, begin, end):
        for place, piece in enumerate(result.pieces):
            if match.start() <= piece.begin < match.end():
                result.pieces[place] = Piece(piece.begin, piece.end, f"{piece.said} ")

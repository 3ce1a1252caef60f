"""A script becomes one WAV file, line by line, and cues for all that is heard in it."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from .. import timeline
from ..scripts import Line, Script
from . import cache, choosing, sound, timing, wording
from .lexicon import Lexicon
from .protocol import CannotSpeak, Speech, Spoken, Voice
from .resampling import resample
from .timing import Timed

log = logging.getLogger(__name__)

BEFORE = 0.15  # seconds of silence at the beginning
AFTER = 0.4
BETWEEN_SENTENCES = 0.24
BETWEEN_SECTIONS = 1.2
AROUND = 0.03  # of what an engine says before and after the voice is kept


@dataclass
class SpokenSentence:
    at: int
    length: int
    start: float  # seconds from the beginning of the line
    end: float
    words: list[Timed] = field(default_factory=list)
    is_exact: bool = True


@dataclass
class SpokenLine:
    pcm: np.ndarray  # 16 bits
    sentences: list[SpokenSentence]
    stumbles: list[str]  # sentences the engine could not say, as they are written


class Rendering:
    """One script on its way to a file."""

    def __init__(self, script: Script, beat: Callable[[float], None]) -> None:
        self.script = script
        self.tell = beat
        self.cast = choosing.casting(script)
        self.lexicon = Lexicon(script.lexicon)
        self.done = 0  # characters
        self.total = sum(len(line.text) for line in script.lines) or 1
        self.cues: list[timeline.Cue] = []
        self.chapters: list[timeline.Chapter] = []
        self.unspoken: list[dict[str, Any]] = []
        self.is_exact = True

    def into(self, out: Path) -> Spoken:
        number = 0
        with sound.Tape(out) as tape:
            tape.silence(BEFORE)
            for section in self.script.sections:
                is_new = True
                for line in section.lines:
                    spoken = self.speak(number, line)
                    if spoken and len(spoken.pcm):
                        pause = 0.0 if not self.cues else BETWEEN_SECTIONS if is_new else max(0.0, self.script.pause)
                        tape.silence(pause)
                        if is_new:
                            self.chapters.append(timeline.Chapter(tape.seconds if self.cues else 0.0, section.title))
                        self.keep(number, line, spoken, tape)
                        self.check_length(tape.seconds)
                        is_new = False
                    self.done += len(line.text)
                    number += 1
            if not self.cues:
                raise CannotSpeak(self.nothing_to_say())
            tape.silence(AFTER)
            self.beat()
        cache.trim()
        return Spoken(tape.seconds, self.cues, self.chapters, self.unspoken, self.is_exact)

    def check_length(self, seconds: float) -> None:
        """What cannot be encoded afterwards need not be spoken to its end."""
        if seconds > settings.AUDIO_LONGEST:
            raise CannotSpeak(
                _("Spoken, this script is longer than %(hours)g hours. Split the lesson into shorter ones.")
                % {"hours": round(settings.AUDIO_LONGEST / 3600, 1)}
            )

    def beat(self) -> None:
        self.tell(min(1.0, self.done / self.total))

    def speak(self, number: int, line: Line) -> SpokenLine | None:
        """One line, from the cache if it was said before. None when nothing in it can be said; that is noted."""
        self.beat()
        voice = self.cast.get(choosing.part_of(line))
        slices = wording.sentences(line)
        worded = (
            [wording.wording(s.text, choosing.voice_of(voice), self.script.language, self.lexicon) for s in slices]
            if voice
            else []
        )
        self.unspoken += wording.complaints(number, line, worded)
        if voice is None or not any(part.has_words for part in worded):
            return None
        key = self.key(line, voice, worded)
        spoken = load(key)
        if spoken is None:
            said = [(part.at, part.text, words) for part, words in zip(slices, worded, strict=True) if words.has_words]
            spoken = speak_line(said, voice, self.beat)
            store(key, spoken)
        for text in spoken.stumbles:
            sentence = _("The voice could not say this sentence, so it is left out. Write it in simpler words.")
            self.unspoken.append(wording.complaint(number, line, wording.quoted(text), sentence))
        return spoken

    def keep(self, number: int, line: Line, spoken: SpokenLine, tape: sound.Tape) -> None:
        begin = tape.seconds
        for part in spoken.sentences:
            words = [timeline.Word(begin + w.start, begin + w.end, w.at, w.length) for w in part.words]
            self.is_exact = self.is_exact and part.is_exact
            self.cues.append(
                timeline.Cue(
                    begin + part.start,
                    begin + part.end,
                    number,
                    line.text[part.at : part.at + part.length],
                    part.at,
                    line.speaker,
                    line.key,
                    tuple(words),
                )
            )
        tape.add(spoken.pcm)

    def key(self, line: Line, voice: Voice, worded: list[wording.Wording]) -> str:
        """Of all that decides how the line sounds and where its words are; not of the lexicon's other entries."""
        engine = choosing.voice_of(voice)
        said = [[part.said, [[p.begin, p.end, len(p.said)] for p in part.pieces]] for part in worded]
        return cache.key(choosing.RENDERING, engine.id, engine.version, voice.id, voice.lang, line.text, said)

    def nothing_to_say(self) -> str:
        if self.script.is_empty:
            return _("There is nothing to say: the script has no words. Write some, or upload a recording.")
        return _(
            "None of the script can be said by the voices here. Write it in words, choose another language or engine,"
            " or upload a recording."
        )


def speak_line(said: list[tuple[int, str, wording.Wording]], voice: Voice, beat: Callable[[], None]) -> SpokenLine:
    """said: (place in the line, sentence as written, its wording)."""
    engine = choosing.voice_of(voice)
    parts: list[np.ndarray] = []
    sentences: list[SpokenSentence] = []
    stumbles: list[str] = []
    at = 0
    for place, text, words in said:
        beat()
        speech = None
        try:
            speech = engine.synthesize(words.said, voice, beat=beat)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # Text stages stumble over odd texts. Anything else is no matter of this sentence, and goes through.
            log.warning("%s stumbled over a sentence: %r", engine.id, error)
        cut = trimmed(speech, text, words) if speech else None
        if cut is None:
            stumbles.append(text)
            continue
        pcm, sentence = cut
        if parts:
            parts.append(np.zeros(round(BETWEEN_SENTENCES * sound.RATE), np.float32))
            at += len(parts[-1])
        sentences.append(moved(sentence, place, at / sound.RATE))
        parts.append(pcm)
        at += len(pcm)
    whole = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return SpokenLine(sound.to_16_bits(sound.levelled(whole)), sentences, stumbles)


def trimmed(speech: Speech, text: str, words: wording.Wording) -> tuple[np.ndarray, SpokenSentence] | None:
    """The speech without the silence around it, and its times; None when there is no voice in it."""
    ratio = Fraction(sound.RATE, speech.rate)
    pcm = resample(np.nan_to_num(speech.pcm), ratio.numerator, ratio.denominator)
    begin, end = sound.voiced(pcm)
    if begin == end:
        return None
    first = max(0, begin - round(AROUND * sound.RATE))
    last = min(len(pcm), end + round(AROUND * sound.RATE))
    found, is_exact = timing.timed(text, words, speech.words, begin / sound.RATE, end / sound.RATE)
    cut = SpokenSentence(0, len(text), begin / sound.RATE, end / sound.RATE, found, is_exact)
    return sound.faded(pcm[first:last]), moved(cut, 0, -first / sound.RATE)


def moved(sentence: SpokenSentence, at: int, seconds: float) -> SpokenSentence:
    """`at` characters and `seconds` later."""
    words = [Timed(w.start + seconds, w.end + seconds, w.at, w.length) for w in sentence.words]
    start, end = sentence.start + seconds, sentence.end + seconds
    return SpokenSentence(sentence.at + at, sentence.length, start, end, words, sentence.is_exact)


def load(key: str) -> SpokenLine | None:
    found = cache.get(key)
    if found is None:
        return None
    try:
        about = json.loads(found.about)
        sentences = [
            SpokenSentence(at, length, start, end, [Timed(*word) for word in words], is_exact)
            for at, length, start, end, words, is_exact in about["sentences"]
        ]
        return SpokenLine(np.frombuffer(found.sound, "<i2"), sentences, about["stumbles"])
    except (KeyError, TypeError, ValueError):
        return None


def store(key: str, spoken: SpokenLine) -> None:
    sentences = [
        [s.at, s.length, s.start, s.end, [[w.start, w.end, w.at, w.length] for w in s.words], s.is_exact]
        for s in spoken.sentences
    ]
    about = json.dumps({"sentences": sentences, "stumbles": spoken.stumbles})
    cache.put(key, cache.Entry(about.encode(), spoken.pcm.tobytes()))

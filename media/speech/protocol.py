"""What an engine is, and what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # pages name voices; only a worker that speaks needs numpy
    import numpy as np
    import numpy.typing as npt

    from ..timeline import Chapter, Cue

    Samples = npt.NDArray[np.float32]


class CannotSpeak(Exception):
    """Carries a sentence for the author: what happened and what to do."""


@dataclass(frozen=True)
class Voice:
    id: str  # as lines name it; one id of one engine
    label: str
    lang: str  # BCP 47
    gender: str  # female, male
    engine: str
    roles: tuple[str, ...] = ()  # those it is the first choice for
    too_close: tuple[str, ...] = ()  # ids of voices that sound like it: not for the same conversation


@dataclass(frozen=True)
class Span:
    start: float  # seconds from the beginning of the speech
    end: float
    text: str  # as the engine understood it: `40%` may be "forty percent"


@dataclass(frozen=True)
class Speech:
    pcm: "Samples"  # one channel
    rate: int
    words: Sequence[Span]  # empty where the engine tells no times


class SpeechEngine(Protocol):
    id: str

    @property
    def version(self) -> str:
        """Changes whenever the same words may sound different."""

    def available(self) -> bool:
        """Cheap: says whether it is set up here, loads nothing."""

    def voices(self, language: str) -> Sequence[Voice]:
        """None for a language it does not speak."""

    def speaks(self, character: str, language: str) -> bool:
        """Whether it says this letter, digit or sign. False for all that it would drop in silence."""

    def synthesize(self, sentence: str, voice: Voice, *, beat: Callable[[], None], speed: float = 1.0) -> Speech:
        """Say one sentence; the same words give the same samples.

        beat: called while waiting; what it raises goes through.
        Raises CannotSpeak when the engine as such is out of order, anything else when it stumbled over this sentence.
        """


@dataclass(frozen=True)
class Spoken:
    """What `render` made."""

    seconds: float
    cues: "list[Cue]"
    chapters: "list[Chapter]"
    unspoken: list[dict[str, object]]
    is_exact: bool  # times of words come from the engine, not from their length

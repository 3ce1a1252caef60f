"""What the desk shows of a lesson's audio."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from courses.models import Lesson
from jobs.models import Job
from lessons import audio, blocks
from lessons.models import Chunk, LessonAudio, Turn
from media import delivery, production
from media.models import Asset, Rendition, Source, State, Take
from media.scripts import Script
from media.speech import CannotSpeak, choosing

SIGNS = {State.READY: "ok", State.FAILED: "warn", State.CANCELLED: "off", State.EMPTY: "off"}
BARS = 240  # of the waveform
EVEN = 0.7  # of the loudest; what is never quieter is drawn against this
HEIGHT = 60


@dataclass(frozen=True)
class Unspoken:
    """Something that no voice can say."""

    text: str
    words: str
    address: str  # of the page where it can be put otherwise


@dataclass(frozen=True)
class Panel:
    """One of the two parts of a lesson that can be heard."""

    lesson: Lesson
    part: str
    scripts: Callable[[], Mapping[str, Script]]  # what the lesson says now, for both parts; read when asked for
    row: LessonAudio | None
    viewer: User
    refused: str = ""  # why a recording was not taken just now

    @property
    def script(self) -> Script:
        return self.scripts()[self.part]

    @property
    def label(self) -> str:
        return str(LessonAudio.Part(self.part).label)

    @property
    def asset(self) -> Asset | None:
        return self.row.asset if self.row else None

    @property
    def take(self) -> Take | None:
        return self.asset.take if self.asset else None

    @cached_property
    def job(self) -> Job | None:
        """The one at work."""
        job = production.job_of(self.asset) if self.asset else None
        return job if job and job.is_active else None

    @property
    def has_text(self) -> bool:
        return not self.script.is_empty

    @property
    def is_recorded(self) -> bool:
        return bool(self.asset and self.asset.source == Source.UPLOAD and self.asset.recording)

    @property
    def can_be_made(self) -> bool:
        return self.job is None and (self.has_text or self.is_recorded)

    @property
    def has_failed(self) -> bool:
        return bool(self.asset and self.asset.state in (State.FAILED, State.CANCELLED))

    @cached_property
    def is_stale(self) -> bool:
        """Whether what plays is not what the lesson says now."""
        if self.asset is None or self.take is None or self.job:
            return False
        is_other = self.script.digest != self.asset.words.digest
        return is_other or production.wanted(self.asset) != self.take.digest

    @property
    def sign(self) -> str:
        return SIGNS.get(State(self.asset.state), "now") if self.asset else "off"

    @cached_property
    def file(self) -> Rendition | None:
        if self.take is None:
            return None
        return self.take.renditions.filter(purpose=Rendition.Purpose.FULL).select_related("take__asset").first()

    @cached_property
    def address(self) -> str:
        """Where the file is heard: by its editor, as long as that person may edit the lesson."""
        bearer = f"{audio.EDITOR}:{self.viewer.pk}.{self.lesson.pk}"
        return delivery.address(self.file, bearer=bearer) if self.file else ""

    @property
    def most_bytes(self) -> int:
        return int(settings.AUDIO_UPLOAD_BYTES)

    @property
    def voices(self) -> list[tuple[str, str]]:
        """(who speaks, with which voice), as it would be spoken now; nobody's name for a narrator."""
        if not self.has_text:
            return []
        try:
            cast = choosing.casting(self.script)
        except CannotSpeak:
            return []
        return list(dict.fromkeys((speaker, voice.label) for (speaker, *_rest), voice in cast.items()))

    @property
    def silence(self) -> str:
        """Why nobody can speak it; empty when somebody can."""
        try:
            choosing.engine_of(self.script)
        except CannotSpeak as error:
            return str(error)
        return ""

    @cached_property
    def unspoken(self) -> list[Unspoken]:
        found = self.asset.unspoken if self.asset and not self.is_recorded else []
        places = _places(self.lesson) if found else {}
        page = reverse("admin:courses_lesson_change", args=[self.lesson.pk])
        return [Unspoken(each["text"], each["words"], places.get(each["key"], page)) for each in found]

    @cached_property
    def doubtful(self) -> int:
        """Sentences whose times are only approximate."""
        return sum(cue.is_approximate for cue in self.take.sentences()) if self.take else 0

    @property
    def waveform(self) -> str:
        """The outline as a path, BARS wide and HEIGHT high; empty when there is none."""
        peaks = bytes(self.take.peaks) if self.take else b""
        if not peaks:
            return ""
        step = len(peaks) / BARS
        # As static/js/player-logic.js draws it, and why: means, between the quietest and the loudest.
        pieces = [peaks[int(bar * step) : max(int((bar + 1) * step), int(bar * step) + 1)] for bar in range(BARS)]
        loud = [sum(piece) / len(piece) for piece in pieces]
        most = max(loud) or 1
        least = min(EVEN * most, *loud)
        halves = [max((one - least) / (most - least) * HEIGHT / 2, 0.5) for one in loud]
        return "".join(f"M{bar + 0.5:g} {HEIGHT / 2 - half:.1f}v{2 * half:.1f}" for bar, half in enumerate(halves))


def panels(lesson: Lesson, viewer: User) -> list[Panel]:
    rows = LessonAudio.objects.filter(lesson=lesson).select_related("asset__take", "lesson__course")
    known = {row.part: row for row in rows}
    scripts = cache(partial(audio.scripts_of, lesson))
    return [Panel(lesson, part, scripts, known.get(part), viewer) for part in LessonAudio.Part.values]


def panel(lesson: Lesson, part: str, viewer: User) -> Panel:
    return next(each for each in panels(lesson, viewer) if each.part == part)


def _places(lesson: Lesson) -> dict[str, str]:
    """key of a paragraph → the row of the admin that holds it."""
    rows = dict(_rows(lesson))
    return {key: rows[source] for (source, _index), key in blocks.of(lesson).keys.items() if source in rows}


def _rows(lesson: Lesson) -> Iterator[tuple[str, str]]:
    numbers: dict[int, int] = {}
    for turn in Turn.objects.filter(episode__lesson=lesson).order_by("position", "pk"):
        number = numbers[turn.episode_id] = numbers.get(turn.episode_id, -1) + 1
        page = reverse("admin:lessons_episode_change", args=[turn.episode_id])
        yield f"turn:{turn.pk}", f"{page}#turns-{number}"
    page = reverse("admin:courses_lesson_change", args=[lesson.pk])
    for number, chunk in enumerate(Chunk.objects.filter(lesson=lesson).order_by("position", "pk")):
        for field in ("excerpt", "explanation", "analogy"):
            yield f"{field}:{chunk.pk}", f"{page}#chunks-{number}"

"""What of a lesson can be heard: its texts as scripts, the audio made from them, and who may have it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from courses.models import Course, Lesson
from enrollment.models import Enrollment
from lib import markup
from media import delivery, production
from media.models import Asset, Format, Rendition, State, Take
from media.scripts import Line, Script, Section

from . import blocks
from .models import LessonAudio, Role, Voicing

Part = LessonAudio.Part
# Students take turns with these voices, in the order of the cast.
STUDENT_ROLES = ("student", "student2")
INSTEAD = {
    "code": gettext_noop("See the code in the text."),
    "table": gettext_noop("See the table in the text."),
    "formula": gettext_noop("See the formula in the text."),
    "inline": gettext_noop("the formula"),  # in the middle of a sentence
}
ENROLLED, EDITOR = "enrollment", "editor"  # kinds of bearers, see `media.delivery`


@dataclass(frozen=True)
class Track:
    """One thing to hear in a course."""

    audio: LessonAudio
    lesson: Lesson
    chapter: str
    part: str
    label: str  # the part's name, for people
    seconds: float
    rendition: Rendition

    @property
    def title(self) -> str:
        return f"{self.lesson.title} · {self.label}"


# --- From text to script --------------------------------------------------------------------------------------------


def scripts_of(lesson: Lesson) -> dict[str, Script]:
    """part → what is said in it; empty where the lesson has no such text. Each line bears its paragraph's key."""
    voicing = Voicing.objects.filter(course=lesson.course_id).first() or Voicing(course=lesson.course)
    language = lesson.course.language
    writer = _Writer(blocks.of(lesson).keys, _instead(language), voicing)
    sections = {Part.CONVERSATION: writer.conversation(lesson), Part.AUDIOBOOK: writer.audiobook(lesson)}
    return {
        part.value: Script(language, tuple(found), voicing.engine, voicing.pronunciation, voicing.pause)
        for part, found in sections.items()
    }


def said(markdown: str, language: str) -> list[str]:
    """What a voice says for a text, paragraph by paragraph."""
    return [text for text in markup.spoken(markdown, _instead(language)) if text]


def _instead(language: str) -> dict[str, str]:
    """What is said for things that only eyes can take in. Nothing in languages that we have no words in."""
    with translation.override(language):
        said = {name: gettext(words) for name, words in INSTEAD.items()}
    return said if language.startswith("en") or said != INSTEAD else dict.fromkeys(said, "")


@dataclass(frozen=True)
class _Writer:
    keys: Mapping[tuple[str, int], str]
    instead: Mapping[str, str]
    voicing: Voicing

    def conversation(self, lesson: Lesson) -> Iterator[Section]:
        roles = _roles(lesson.course)
        for episode in lesson.episodes.prefetch_related("turns__speaker"):
            lines = []
            for turn in episode.turns.all():
                text = "\n".join(filter(None, markup.spoken(turn.text, self.instead)))
                speaker = turn.speaker
                key = self.keys.get((f"turn:{turn.pk}", 0), "")
                lines.append(Line(text, speaker.name, speaker.voice, roles.get(speaker.pk, "teacher"), key))
            yield from self._section(episode.title, lines)

    def audiobook(self, lesson: Lesson) -> Iterator[Section]:
        for chunk in lesson.chunks.all():
            texts = [
                (f"excerpt:{chunk.pk}", chunk.excerpt),
                (f"explanation:{chunk.pk}", chunk.explanation),
                (f"analogy:{chunk.pk}", chunk.analogy),
            ]
            lines = [
                Line(text, "", self.voicing.narrator, "narrator", self.keys.get((source, index), ""))
                for source, markdown in texts
                for index, text in enumerate(markup.spoken(markdown, self.instead))
            ]
            yield from self._section(chunk.title, lines)

    def _section(self, title: str, lines: Iterable[Line]) -> Iterator[Section]:
        said = tuple(line for line in lines if line.text)
        if said:
            yield Section(title, said)


def _roles(course: Course) -> dict[int, str]:
    students = cycle(STUDENT_ROLES)
    return {speaker.pk: next(students) if speaker.role == Role.STUDENT else "teacher" for speaker in course.cast.all()}


# --- From script to audio -------------------------------------------------------------------------------------------


def refresh(lesson: Lesson, *, asked_by: User | None = None) -> None:
    """Bring the audio in line with the texts; what changed is made anew in the background.

    In the caller's transaction, after the texts are written. A part that lost its text falls silent; its row stays,
    since what people heard hangs on it and its recording may be wanted again.
    """
    # Whoever wrote a part has revised the lesson behind this object's back.
    lesson.refresh_from_db(fields=["revised_at"])
    voicing = Voicing.objects.filter(course=lesson.course_id).first()
    format_ = voicing.format if voicing else Format.M4A
    known = {audio.part: audio for audio in LessonAudio.objects.filter(lesson=lesson).select_related("asset")}
    for part, script in scripts_of(lesson).items():
        audio = known.get(part)
        if script.is_empty:
            if audio and audio.asset.script:
                _silence(audio.asset)
            continue
        asset = audio.asset if audio else _new(lesson, part)
        if _update(asset, _title(lesson, part), script, format_) or asset.state == State.EMPTY:
            production.request(asset, asked_by=asked_by)


def _new(lesson: Lesson, part: str) -> Asset:
    try:
        with transaction.atomic():
            asset = Asset.objects.create(title=_title(lesson, part))
            LessonAudio.objects.create(lesson=lesson, part=part, asset=asset)
    except IntegrityError:  # somebody else has just made it
        return Asset.objects.get(lesson_audio__lesson=lesson, lesson_audio__part=part)
    return asset


def _title(lesson: Lesson, part: str) -> str:
    return f"{lesson.title} · {Part(part).label}"[:200]


def _update(asset: Asset, title: str, script: Script, format_: str) -> bool:
    """Whether something changed that can be heard, or is shown beside it."""
    asset.title = title
    words = script.dumps()
    is_new = (asset.script, asset.format) != (words, format_)
    asset.script, asset.format = words, format_
    asset.save(update_fields=["title", "script", "format", "changed_at"])
    return is_new


def _silence(asset: Asset) -> None:
    production.stop(asset)
    asset.script = {}
    asset.save(update_fields=["script", "changed_at"])


def is_stale(audio: LessonAudio) -> bool:
    """Whether what plays is not what the lesson says now."""
    asset = audio.asset
    script = scripts_of(audio.lesson)[audio.part]
    return asset.take is None or script.digest != asset.words.digest or production.wanted(asset) != asset.take.digest


# --- To hear --------------------------------------------------------------------------------------------------------


def playable() -> QuerySet[LessonAudio]:
    """With asset and take, without the large fields of both, and with the files: two queries."""
    files = Rendition.objects.filter(purpose=Rendition.Purpose.FULL)
    return (
        LessonAudio.objects.filter(asset__take__isnull=False)
        .exclude(asset__script={})
        .select_related("asset__take")
        .defer("asset__script", "asset__unspoken", "asset__take__cues", "asset__take__peaks")
        .prefetch_related(Prefetch("asset__take__renditions", files))
    )


def tracks(course: Course) -> list[Track]:
    """Everything to hear in the published lessons of `course`, in their order."""
    lessons = Lesson.objects.published().filter(course=course)
    found = playable().filter(lesson__in=lessons).select_related("lesson__chapter")
    order = ("lesson__chapter__position", "lesson__chapter", "lesson__position", "lesson", "-part")
    made = []
    for audio in found.order_by(*order):
        audio.lesson.course = course
        take = _take(audio)
        if files := files_of(audio):
            where = audio.lesson.chapter.title
            label = audio.get_part_display()
            made.append(Track(audio, audio.lesson, where, audio.part, label, take.seconds, files[0]))
    return made


def of_lesson(lesson: Lesson) -> list[LessonAudio]:
    """What can be heard in one lesson, with cues and waveforms."""
    found = list(playable().filter(lesson=lesson).defer(None).defer("asset__script", "asset__unspoken"))
    for audio in found:
        audio.lesson = lesson
    return [audio for audio in found if files_of(audio)]


def files_of(audio: LessonAudio) -> list[Rendition]:
    """The whole files of an audio, the one to play first; without a query for those of `playable`."""
    take = _take(audio)
    files = [file for file in take.renditions.all() if file.purpose == Rendition.Purpose.FULL]
    for file in files:
        file.take = take
        take.asset = audio.asset
    return sorted(files, key=lambda file: file.format != audio.asset.format)


def sources(audio: LessonAudio, user: User) -> list[dict[str, Any]]:
    """Signed addresses for `user`, who may hear it: {"src", "type", "bytes"}."""
    return signed(audio, bearer_of(user, audio.lesson))


def signed(audio: LessonAudio, bearer: str) -> list[dict[str, Any]]:
    return [
        {"src": delivery.address(file, bearer=bearer), "type": file.content_type, "bytes": file.bytes}
        for file in files_of(audio)
    ]


def sample_of(lesson: Lesson) -> Rendition | None:
    """The piece of the lesson that everybody may hear."""
    samples = Rendition.objects.filter(
        purpose=Rendition.Purpose.SAMPLE, take__in=_takes_of(lesson.audio.exclude(asset__script={}))
    )
    # By their names the conversation comes after the audiobook: it is the better advertisement.
    found = samples.select_related("take__asset").defer(
        "take__cues", "take__peaks", "take__asset__script", "take__asset__unspoken"
    )
    return found.order_by("-take__asset__lesson_audio__part", "format").first()


def _takes_of(audios: QuerySet[LessonAudio]) -> QuerySet[LessonAudio, Any]:
    return audios.filter(asset__take__isnull=False).values("asset__take")


def _take(audio: LessonAudio) -> Take:
    if audio.asset.take is None:
        raise ValueError(f"audio {audio.pk} cannot be heard yet")
    return audio.asset.take


# --- Who may --------------------------------------------------------------------------------------------------------


def bearer_of(user: User | None, lesson: Lesson) -> str:
    """Names the right of `user` to hear `lesson` in a signed address; empty: there is none."""
    if user is None:
        return ""
    mine = Enrollment.objects.active().filter(learner=user, course=lesson.course_id).values_list("pk", flat=True)
    if found := mine.first():
        return f"{ENROLLED}:{found}"
    return f"{EDITOR}:{user.pk}.{lesson.pk}" if lesson.course.can_be_edited_by(user) else ""


def is_still_enrolled(value: str) -> bool:
    """Check of bearers "enrollment"; value: the enrolment's id."""
    try:
        return Enrollment.objects.active().filter(pk=UUID(value), learner__is_active=True).exists()
    except (ValueError, ValidationError):
        return False


def is_still_editor(value: str) -> bool:
    """Check of bearers "editor"; value: "<user>.<lesson>"."""
    person, _dot, lesson = value.partition(".")
    if not (person.isdecimal() and lesson.isdecimal()):
        return False
    user = User.objects.filter(pk=int(person), is_active=True).first()
    return user is not None and Lesson.objects.editable_by(user).filter(pk=int(lesson)).exists()


BEARERS: Sequence[tuple[str, Any]] = ((ENROLLED, is_still_enrolled), (EDITOR, is_still_editor))

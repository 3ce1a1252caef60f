"""What a page says of the audio of its lesson, and what the player on it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static

from accounts.models import User
from courses import covers
from courses.models import Course, Lesson
from jobs.models import Job
from lessons import audio, listening, progress
from lessons.models import LessonAudio, Listening, Turn
from media import delivery, production
from media.models import State

MAKING = (State.WAITING, State.SPEAKING, State.ENCODING)
PLACE_FROM = 5  # seconds; before that one has not begun
ARTWORK_WIDTH = 800  # pixels
SPEEDS = ("0.75", "1", "1.25", "1.5", "1.75", "2")
NAPS = (5, 15, 30, 60)  # minutes until the sound stops


@dataclass(frozen=True)
class Part:
    """One thing to hear in a lesson, for somebody who may hear it."""

    audio: LessonAudio
    source: dict[str, Any]  # src, type, bytes
    heard: listening.Heard

    @property
    def has_begun(self) -> bool:
        return PLACE_FROM < self.heard.place < self.heard.seconds - PLACE_FROM


@dataclass(frozen=True)
class Making:
    """A part whose first take is not there yet."""

    audio: LessonAudio
    job: Job | None  # for those who write the course

    @property
    def has_failed(self) -> bool:
        return self.audio.asset.state == State.FAILED


@dataclass(frozen=True)
class Player:
    """For `study/_player.html`."""

    course: Course
    lesson: Lesson | None  # whose page it is
    rate: float
    keeps: bool  # what is heard
    speeds: Sequence[str] = SPEEDS
    naps: Sequence[int] = NAPS

    @property
    def artwork(self) -> str:
        cover = self.course.cover
        return covers.address(cover.name, ARTWORK_WIDTH) if cover else static("img/maskable-512.png")


def on_page(lesson: Lesson, user: User | None, *, is_enrolled: bool, is_editor: bool) -> dict[str, Any]:
    """The context of a Listen page: `parts` and `player` for those who may hear, `sample` for all others."""
    rows = LessonAudio.objects.filter(lesson=lesson).select_related("asset__take")
    rows = rows.defer("asset__unspoken", "asset__take__cues", "asset__take__peaks")
    made = [one for one in rows if one.asset.take and one.asset.script]
    waiting = [one for one in rows if not one.asset.take]
    context: dict[str, Any] = {"making": _making(waiting, with_jobs=is_editor)}
    if user and (is_enrolled or is_editor):
        parts = _parts(user, lesson) if made else []
        player = Player(lesson.course, lesson, listening.rate(user, lesson.course), is_enrolled)
        return context | {"parts": parts, "player": player if parts else None}
    sample = audio.sample_of(lesson) if made else None
    return context | {
        "sample": sample and {"src": delivery.address(sample), "type": sample.content_type, "seconds": sample.seconds},
        "whole": next((one.asset.take.seconds for one in made if one.asset.take), 0),
        "is_conversation": any(one.part == LessonAudio.Part.CONVERSATION for one in made),
        "voices": Turn.objects.filter(episode__lesson=lesson).values("speaker").distinct().count() if made else 0,
    }


def of_course(course: Course, user: User | None, *, is_enrolled: bool) -> dict[str, Any]:
    """What the course's own page says: for the enrolled how much they heard and where to go on, for others a sample."""
    if user and is_enrolled:
        return shelf(user, course)
    published = Lesson.objects.published().filter(course=course, audio__asset__take__isnull=False)
    lesson = published.in_order().first()
    found = audio.sample_of(lesson) if lesson else None
    return {"sample": found and {"src": delivery.address(found), "seconds": found.seconds}, "sampled": lesson}


def shelf(user: User, course: Course) -> dict[str, Any]:
    """A course's tracks, each with what `user` heard of it, in all and where to go on."""
    tracks = audio.tracks(course)
    heard = listening.of(user, [track.audio for track in tracks])
    seconds = sum(track.seconds for track in tracks)
    done = sum(min(heard[track.audio.pk].heard_seconds, track.seconds) for track in tracks)
    return {
        "course": course,
        "tracks": [(track, heard[track.audio.pk]) for track in tracks],
        "seconds": seconds,
        "percent": progress.percent(round(done), round(seconds)),
        "finished": sum(one.percent == 100 for one in heard.values()),
        "resume": listening.resume(user, course) if tracks else None,
    }


def newest(user: User, courses: Iterable[Course]) -> listening.Resume | None:
    """Where `user` listened last in any of `courses`."""
    known = {course.pk: course for course in courses}
    last = (
        Listening.objects.filter(learner=user, audio__lesson__course__in=known, place_at__isnull=False)
        .order_by("-place_at")
        .values_list("audio__lesson__course", flat=True)
        .first()
    )
    return listening.resume(user, known[last]) if last else None


def _parts(user: User, lesson: Lesson) -> list[Part]:
    made = [one for one in audio.playable().filter(lesson=lesson) if audio.files_of(one)]
    bearer = audio.bearer_of(user, lesson)
    heard = listening.of(user, made)
    for one in made:
        one.lesson = lesson
    return [Part(one, audio.signed(one, bearer)[0], heard[one.pk]) for one in made]


def _making(waiting: Iterable[LessonAudio], *, with_jobs: bool) -> list[Making]:
    """Parts that cannot be heard yet; failed ones only for those who can do something about it."""
    states = (*MAKING, State.FAILED) if with_jobs else MAKING
    return [
        Making(one, production.job_of(one.asset) if with_jobs else None) for one in waiting if one.asset.state in states
    ]

"""What a player needs, as data: sources, waveform, sentences, and where the learner stands."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from courses.models import Course, Lesson
from media.models import Take

from . import audio as audios
from . import bookmarks, hearing, listening, reading
from .bookmarks import Mark
from .listening import Heard
from .models import LessonAudio, Reading

Data = dict[str, Any]


def lesson(lesson: Lesson, user: User, bearer: str) -> Data:
    """Everything to hear in one lesson, for who may hear it.

    bearer: of `audio.bearer_of`. Who is enrolled gets a token to report with; editors leave no evidence.
    """
    found = audios.of_lesson(lesson)
    heard = listening.of(user, found)
    marks = bookmarks.of(user, found)
    read = Reading.objects.filter(learner=user, lesson=lesson).first()
    is_learner = bearer.startswith(f"{audios.ENROLLED}:")
    return {
        "tracks": [_track(one, bearer, heard[one.pk], marks[one.pk], read) for one in found],
        "rate": listening.rate(user, lesson.course),
        "visit": reading.visit_token() if is_learner else "",
    }


def _track(audio: LessonAudio, bearer: str, heard: Heard, marks: Iterable[Mark], read: Reading | None) -> Data:
    take = audio.asset.take
    if take is None:
        raise ValueError(f"audio {audio.pk} cannot be heard yet")
    return {
        **_heard(audio, take, heard),
        "part": audio.part,
        "title": audio.get_part_display(),
        "lesson_title": audio.lesson.title,
        "sources": audios.signed(audio, bearer),
        "chapters": take.chapters,
        "cues": cues(take),
        "peaks": b64encode(bytes(take.peaks)).decode(),
        "bookmarks": [bookmark(mark) for mark in marks],
        "reading": _read_since(take, heard, read),
    }


def heard(lesson: Lesson, user: User) -> list[Data]:
    """What `user` heard of each audio of a lesson."""
    found = list(audios.playable().filter(lesson=lesson))
    kept = listening.of(user, found)
    return [_heard(one, one.asset.take, kept[one.pk]) for one in found if one.asset.take]


def _heard(audio: LessonAudio, take: Take, heard: Heard) -> Data:
    return {
        "audio": audio.pk,
        "take": str(take.pk),
        "seconds": take.seconds,
        "heard": heard.stretches,
        "heard_seconds": heard.heard_seconds,
        "percent": heard.percent,
        "place": place(heard),
    }


def cues(take: Take) -> list[Data]:
    """Sentences: words are [start, end, at, length], seconds and characters."""
    return [
        {
            **{name: cue[name] for name in ("start", "end", "line", "key", "text", "at", "speaker", "words")},
            "approximate": cue["is_approximate"],
        }
        for cue in take.cues
    ]


def place(heard: Heard) -> Data | None:
    """None before the first listening."""
    if heard.at is None:
        return None
    return {
        "seconds": heard.place,
        "at": heard.at.isoformat(),
        "device": heard.device,
        "resume": _resume_at(heard, heard.at),
    }


def _resume_at(heard: Heard, at: datetime) -> float:
    """Where to begin now: at the place, a little earlier after a pause; at the start when it is over."""
    if hearing.is_whole(heard.place, heard.seconds):
        return 0.0
    return hearing.resume_at(heard.place, (timezone.now() - at).total_seconds())


def bookmark(mark: Mark) -> Data:
    return {**asdict(mark), "id": str(mark.id), "created_at": mark.created_at.isoformat()}


def _read_since(take: Take, heard: Heard, read: Reading | None) -> Data | None:
    """Where the paragraph is heard at which `user` stopped reading, if that was after the last listening."""
    if read is None or read.place_at is None or (heard.at and read.place_at <= heard.at):
        return None
    cue = next((cue for cue in take.cues if cue["key"] and cue["key"] == read.place_key), None)
    return {"key": read.place_key, "at": read.place_at.isoformat(), "seconds": cue["start"]} if cue else None


def queue(course: Course, user: User) -> list[Data]:
    """Everything to hear in a course, in order."""
    found = audios.tracks(course)
    heard = listening.of(user, [track.audio for track in found])
    return [
        {
            "audio": track.audio.pk,
            "part": track.part,
            "title": track.label,
            "lesson": track.lesson.slug,
            "lesson_title": track.lesson.title,
            "chapter": track.chapter,
            "seconds": track.seconds,
            "percent": heard[track.audio.pk].percent,
            "place": place(heard[track.audio.pk]),
            "url": reverse("study:listen", args=[course.slug, track.lesson.slug]),
            "data": reverse("study:audio", args=[course.slug, track.lesson.slug]),
        }
        for track in found
    ]

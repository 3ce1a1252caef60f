"""Places in audio that learners want to find again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from media.models import Take

from . import hearing, listening
from .hearing import Timeline
from .models import Bookmark, LessonAudio

MOST = 500  # of one learner in one audio


class TooMany(Exception):
    pass


@dataclass(frozen=True)
class Mark:
    """A bookmark, in seconds of the take that plays now."""

    id: UUID
    audio: int
    seconds: float
    key: str  # of the paragraph that is heard there; may be empty
    words: str  # of the sentence
    created_at: datetime


def add(user: User, audio: LessonAudio, seconds: float) -> tuple[Bookmark, bool]:
    """Bookmark a place of the take that plays now; says which: (bookmark, is it new). Raises TooMany.

    audio: with its asset and take. Twice the same place, to a tenth of a second, is one bookmark.
    """
    take = audio.asset.take
    if take is None:
        raise ValueError(f"audio {audio.pk} cannot be heard yet")
    seconds = round(min(max(seconds, 0.0), take.seconds), hearing.TENTHS)
    mine = Bookmark.objects.filter(learner=user, audio=audio)
    known = mine.filter(seconds=seconds, take=take).first()
    if known:
        return known, False
    if mine.count() >= MOST:
        raise TooMany
    cue = listening.cue_at(take.sentences(), seconds)
    said = {"key": cue.key if cue else "", "words": cue.text[:300] if cue else "", "take": take}
    found, is_new = Bookmark.objects.get_or_create(learner=user, audio=audio, seconds=seconds, defaults=said)
    if not is_new and found.take_id != take.pk:
        # The same number of seconds meant other words in an older take: these are what is wanted now.
        Bookmark.objects.filter(pk=found.pk).update(**said)
        found.refresh_from_db()
    return found, is_new


def of(user: User, audios: Iterable[LessonAudio]) -> dict[int, list[Mark]]:
    """audio id → bookmarks in their order; each of `audios` has its asset and take."""
    takes = {audio.pk: audio.asset.take for audio in audios if audio.asset.take}
    rows = list(Bookmark.objects.filter(learner=user, audio__in=list(takes)))
    lines = _timelines([row for row in rows if _is_moving(row, takes[row.audio_id])], takes.values())
    marks: dict[int, list[Mark]] = {pk: [] for pk in takes}
    for row in rows:
        marks[row.audio_id].append(_in_play(row, takes[row.audio_id], lines))
    for of_audio in marks.values():
        of_audio.sort(key=lambda one: one.seconds)
    return marks


def mark(row: Bookmark, seconds: float | None = None) -> Mark:
    """seconds: where it stands in the take that plays now; None: as it was made."""
    where = row.seconds if seconds is None else seconds
    return Mark(row.pk, row.audio_id, where, row.key, row.words, row.created_at)


def in_plays(rows: Sequence[Bookmark]) -> list[Mark]:
    """The bookmarks in the order given, each in the take that plays now; two queries, or three."""
    audios = LessonAudio.objects.filter(pk__in={row.audio_id for row in rows}).select_related("asset__take")
    lean = audios.defer("asset__script", "asset__unspoken", "asset__take__cues", "asset__take__peaks")
    takes = {audio.pk: audio.asset.take for audio in lean}
    moving = [row for row in rows if _is_moving(row, takes[row.audio_id])]
    lines = _timelines(moving, [take for take in takes.values() if take])
    return [_in_play(row, takes[row.audio_id], lines) for row in rows]


def _is_moving(row: Bookmark, take: Take | None) -> bool:
    return take is not None and row.take_id != take.pk


def _in_play(row: Bookmark, take: Take | None, lines: Mapping[UUID, Timeline]) -> Mark:
    if take is None or not _is_moving(row, take):
        return mark(row)
    old = lines.get(row.take_id) if row.take_id else None
    return mark(row, hearing.carry_place(row.seconds, old, lines[take.pk]) if old else min(row.seconds, take.seconds))


def _timelines(moving: Sequence[Bookmark], takes: Iterable[Take]) -> dict[UUID, Timeline]:
    """Takes by id, while bookmarks wait to be shown in a new take."""
    if not moving:
        return {}
    wanted = {row.take_id for row in moving if row.take_id} | {take.pk for take in takes}
    found = Take.objects.filter(pk__in=wanted).only("seconds", "cues")
    return {take.pk: Timeline(take.seconds, take.sentences()) for take in found}


def remove(user: User, pk: UUID) -> bool:
    """False when it was gone already."""
    return bool(Bookmark.objects.filter(learner=user, pk=pk).delete()[0])

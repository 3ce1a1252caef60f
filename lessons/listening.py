"""Keeping what learners heard and where they are. Evidence only grows; the newest real listening has the place.

However reports come (twice, late, shuffled, days later from a phone that was offline), the row ends the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course, Lesson
from media.models import Take
from media.timeline import Cue

from . import hearing, progress, reading
from .hearing import Stretches, Timeline
from .models import LessonAudio, Listening, Playback
from .models.listening import FASTEST, SLOWEST

TRIES = 50  # writers of one row at the same moment; each round one of them gets through
MOST_STRETCHES = 500  # in one report; a player sends one every few seconds
OLDEST_VISIT = timedelta(days=30)  # how long a page may stay open, or its reports wait for a connection
# Nobody hears more than the fastest speed lets through in the real time since the page was made: a little more for
# clocks that run unevenly, and once a moment for what was rounded. The time is the server's (a signed token), so a
# report cannot invent it; the same real time counts once, however many reports and pages tell of it. Only a second
# device may play meanwhile: whether anybody listens to both is not for us to say.
AT_ONCE = 2  # devices
MARGIN = 1.1
ROUNDED = 1.0  # seconds
MOST_VISITS = 50  # stretches of real time kept
MOST_DEVICES = 20


class Refused(Exception):
    """A report that can never count; str() is the reason."""


@dataclass(frozen=True)
class Report:
    take: UUID  # that the seconds are of
    device: str
    seq: int  # rises with each report of the device
    heard: Sequence[Sequence[float]]  # [start, end] in seconds
    place: float
    is_playing: bool
    opened: datetime  # when the page was made that reports, by the server's clock
    at: datetime  # when this was so, by the server's clock


@dataclass(frozen=True)
class Heard:
    """One learner and one audio, in seconds of the take that plays now."""

    seconds: float
    stretches: Stretches
    place: float = 0.0
    at: datetime | None = None
    device: str = ""

    @property
    def heard_seconds(self) -> float:
        return hearing.total(self.stretches)

    @property
    def percent(self) -> int:
        return percent(self.heard_seconds, self.seconds)


@dataclass(frozen=True)
class Resume:
    audio: LessonAudio
    lesson: Lesson
    seconds: float
    at: datetime


def percent(heard: float, seconds: float) -> int:
    """Whole percent, 0 to 100; see `progress.percent`. The last second need not be reported."""
    whole = round(seconds * 10)
    return progress.percent(whole if hearing.is_whole(heard, seconds) else round(heard * 10), whole)


def heard_seconds(listening: Listening) -> float:
    return hearing.total(listening.heard)


# --- When -----------------------------------------------------------------------------------------------------------


def opened_at(token: str) -> datetime:
    """When a page was made, from its token (`reading.visit_token`). Raises signing.BadSignature."""
    made = signing.loads(token, salt="visit", max_age=OLDEST_VISIT)
    return datetime.fromtimestamp(made, tz=timezone.get_default_timezone())


def moment(opened: datetime, elapsed_ms: float, wall_ms: float) -> datetime:
    """When something happened on a page, by the server's clock; never ahead of now.

    elapsed_ms: by a clock that only counts, but may stand still while the device sleeps; wall_ms: by the device's
    time of day, which goes on, but may be set back. So the later one is right.
    """
    most = (timezone.now() - opened) / timedelta(milliseconds=1)
    return opened + timedelta(milliseconds=min(max(elapsed_ms, wall_ms, 0), max(most, 0)))


# --- Keeping --------------------------------------------------------------------------------------------------------


def record(user: User, audio: LessonAudio, report: Report) -> Listening:
    """Add evidence. Safe to repeat, in any order, from any number of devices. Raises `Refused`."""
    listening, refused = settle(user, audio, [report])
    if listening is None or refused:
        raise Refused(refused[0][1])
    return listening


Refusals = list[tuple[Report, str]]


def settle(user: User, audio: LessonAudio, reports: Iterable[Report]) -> tuple[Listening | None, Refusals]:
    """As `record` for several reports at once; says which were refused and why. None: there is nothing kept at all.

    audio: with its asset and take.
    """
    good, refused = _sorted_out(audio, reports)
    if not good:
        return Listening.objects.filter(learner=user, audio=audio).first(), refused
    lines = _timelines(audio, {report.take for report, _stretches in good})
    for _try in range(TRIES):
        row = Listening.objects.get_or_create(learner=user, audio=audio, defaults={"take": audio.asset.take})[0]
        if row.take_id not in lines:
            lines |= _timelines(audio, {row.take_id})
        changes = _changes(row, good, lines, audio)
        mine = Listening.objects.filter(pk=row.pk, rev=row.rev)
        if not changes or mine.update(rev=row.rev + 1, **changes):
            for name, value in (changes | {"rev": row.rev + bool(changes)}).items():
                setattr(row, name, value)
            if "place_at" in changes:
                _keep_paragraph(user, audio, row)
            return row, refused
    raise RuntimeError(f"listening to audio {audio.pk} by {user.pk} is written by too many at once")


Checked = Sequence[tuple[Report, Stretches]]


def _sorted_out(audio: LessonAudio, reports: Iterable[Report]) -> tuple[Checked, Refusals]:
    reports = sorted(reports, key=lambda report: (report.at, report.device, report.seq))
    takes = Take.objects.filter(asset=audio.asset_id, pk__in={report.take for report in reports})
    known = dict(takes.values_list("pk", "seconds"))
    good: list[tuple[Report, Stretches]] = []
    refused: Refusals = []
    for report in reports:
        try:
            good.append((report, _checked(report, known)))
        except Refused as refusal:
            refused.append((report, str(refusal)))
    return good, refused


def _checked(report: Report, takes: Mapping[UUID, float]) -> Stretches:
    seconds = takes.get(report.take)
    if seconds is None:
        raise Refused(_("This recording is not there any more."))
    if len(report.heard) > MOST_STRETCHES:
        raise Refused(_("The report holds too much at once."))
    try:
        if not (isfinite(report.place) and 0 <= report.place <= seconds + hearing.PAST_END):
            raise ValueError(f"nobody is at {report.place} of {seconds} seconds")
        return hearing.tidy(report.heard, seconds)
    except ValueError as error:
        raise Refused(_("The report tells of seconds that this audio does not have.")) from error


def _changes(
    row: Listening, reports: Checked, lines: Mapping[UUID | None, Timeline], audio: LessonAudio
) -> dict[str, Any]:
    """What of the row is new, moved into the take that plays now."""
    after = _moved(row, lines, audio)
    now = lines[audio.asset.take_id]
    for report, stretches in reports:
        old = lines[report.take]
        is_old = report.take != audio.asset.take_id
        news = hearing.carry(stretches, old, now) if is_old else stretches
        after["clock"] = _vouched(after["clock"], report)
        most = hearing.total(after["clock"]) * FASTEST * AT_ONCE * MARGIN + ROUNDED - hearing.total(after["heard"])
        fresh = hearing.first(hearing.without(news, after["heard"]), max(most, 0))
        after["heard"] = hearing.union(after["heard"], fresh)
        if stretches and _is_newest(report, after):
            place = hearing.carry_place(report.place, old, now) if is_old else report.place
            after |= {"place": min(place, now.seconds), "place_at": report.at, "place_device": report.device}
            after["devices"] = _with(after["devices"], report)
    return {name: value for name, value in after.items() if value != getattr(row, name)}


def _moved(row: Listening, lines: Mapping[UUID | None, Timeline], audio: LessonAudio) -> dict[str, Any]:
    """The row as it is, in the take that plays now."""
    kept = ("heard", "clock", "place", "place_at", "place_device", "devices", "take_id")
    data = {name: getattr(row, name) for name in kept}
    old, now = lines.get(row.take_id), lines[audio.asset.take_id]
    if row.take_id != audio.asset.take_id:
        data |= _carried(row, old, now) | {"take_id": audio.asset.take_id}
    return data


def _carried(row: Listening, old: Timeline | None, now: Timeline) -> dict[str, Any]:
    if old is None:  # the take is gone with its cues: its seconds are all there is to go by
        old = Timeline(now.seconds)
    within = [[min(start, old.seconds), min(end, old.seconds)] for start, end in row.heard]
    return {"heard": hearing.carry(within, old, now), "place": hearing.carry_place(row.place, old, now)}


def _vouched(clock: Stretches, report: Report) -> Stretches:
    """Real time in which listening was possible, with that from the making of the page to this report."""
    seen = hearing.union(clock, [[round(report.opened.timestamp(), 1), round(report.at.timestamp(), 1)]])
    while len(seen) > MOST_VISITS:
        gaps = [after[0] - before[1] for before, after in pairwise(seen)]
        least = gaps.index(min(gaps))
        seen[least : least + 2] = [[seen[least][0], seen[least + 1][1]]]
    return seen


def _is_newest(report: Report, after: Mapping[str, Any]) -> bool:
    """Whether the report's place wins: it is real listening, and newer than all that is known."""
    if not report.place and not report.is_playing:
        return False  # a player that stopped and went back to the start is nowhere
    devices = after["devices"]
    if report.seq <= devices.get(report.device, [-1])[0]:
        return False
    if after["place_at"] is None:
        return True
    there = (after["place_at"], after["place_device"], devices.get(after["place_device"], [-1])[0])
    return (report.at, report.device, report.seq) > there


def _with(devices: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """device → [number of its newest report that had the place, when]; of the newest devices."""
    known = {**devices, report.device: [report.seq, round(report.at.timestamp(), 1)]}
    newest = sorted(known, key=lambda name: known[name][1], reverse=True)[:MOST_DEVICES]
    return {name: known[name] for name in newest}


def _timelines(audio: LessonAudio, wanted: Iterable[UUID | None]) -> dict[UUID | None, Timeline]:
    """Takes by id. Cues are read only when seconds move from one take to another."""
    take = audio.asset.take
    if take is None:
        raise ValueError(f"audio {audio.pk} cannot be heard yet")
    others = {pk for pk in wanted if pk and pk != take.pk}
    if not others:
        return {take.pk: Timeline(take.seconds)}
    found = {one.pk: one for one in Take.objects.filter(pk__in=others, asset=audio.asset_id).defer("peaks")}
    return {one.pk: Timeline(one.seconds, one.sentences()) for one in (take, *found.values())}


def _keep_paragraph(user: User, audio: LessonAudio, row: Listening) -> None:
    """Text and audio share one place: who stops hearing at a paragraph goes on reading there."""
    take = audio.asset.take
    cue = cue_at(take.sentences(), row.place) if take else None
    if cue and cue.key and row.place_at:
        reading.record(user, audio.lesson, place=reading.Place(cue.key, row.place_at))


def cue_at(cues: Sequence[Cue], place: float) -> Cue | None:
    """The sentence that is heard at `place`, or was the last one before."""
    return next((cue for cue in reversed(cues) if cue.start <= place), None)


# --- Reading it back ------------------------------------------------------------------------------------------------


def of(user: User, audios: Iterable[LessonAudio]) -> dict[int, Heard]:
    """audio id → what `user` heard of it; each of `audios` has its asset and take. Nothing is written.

    One query; a second one while rows wait to be moved into a new take.
    """
    takes = {audio.pk: audio.asset.take for audio in audios if audio.asset.take}
    rows = {row.audio_id: row for row in Listening.objects.filter(learner=user, audio__in=list(takes))}
    moving = {row.take_id for row in rows.values() if row.take_id != takes[row.audio_id].pk}
    lines: dict[UUID | None, Timeline] = {}
    if moving:
        needed = {pk for pk in moving if pk} | {takes[pk].pk for pk, row in rows.items() if row.take_id in moving}
        found = Take.objects.filter(pk__in=needed).only("seconds", "cues")
        lines = {take.pk: Timeline(take.seconds, take.sentences()) for take in found}
    return {pk: _as_heard(rows.get(pk), take, lines) for pk, take in takes.items()}


def _as_heard(row: Listening | None, take: Take, lines: Mapping[UUID | None, Timeline]) -> Heard:
    if row is None:
        return Heard(take.seconds, [])
    if row.take_id == take.pk:
        return Heard(take.seconds, row.heard, row.place, row.place_at, row.place_device)
    moved = _carried(row, lines.get(row.take_id), lines.get(take.pk, Timeline(take.seconds)))
    return Heard(take.seconds, moved["heard"], moved["place"], row.place_at, row.place_device)


def of_lessons(user: User, lessons: Iterable[int]) -> dict[int, tuple[float, float]]:
    """lesson id → (seconds heard, seconds to hear), of both parts together. Two queries for all."""
    rows = LessonAudio.objects.filter(lesson__in=lessons, asset__take__isnull=False).exclude(asset__script={})
    lean = rows.select_related("asset__take").only("lesson", "asset__take__seconds")
    found = list(lean.order_by())
    heard = of(user, found) if found else {}
    sums: dict[int, tuple[float, float]] = {}
    for audio in found:
        one = heard[audio.pk]
        # What is heard but for its last moment is heard.
        done = one.seconds if hearing.is_whole(one.heard_seconds, one.seconds) else one.heard_seconds
        before = sums.get(audio.lesson_id, (0.0, 0.0))
        sums[audio.lesson_id] = (before[0] + done, before[1] + one.seconds)
    return sums


def resume(user: User, course: Course) -> Resume | None:
    """Where `user` listened last in `course`, as far as it can still be heard."""
    newest = (
        Listening.objects.filter(
            learner=user,
            place_at__isnull=False,
            audio__asset__take__isnull=False,
            audio__lesson__in=Lesson.objects.published().filter(course=course),
        )
        .select_related("audio__asset__take", "audio__lesson")
        .defer("audio__asset__script", "audio__asset__take__cues", "audio__asset__take__peaks")
        .order_by("-place_at")
        .first()
    )
    if newest is None or newest.place_at is None:
        return None
    audio = newest.audio
    audio.lesson.course = course
    return Resume(audio, audio.lesson, of(user, [audio])[audio.pk].place, newest.place_at)


# --- Speed ----------------------------------------------------------------------------------------------------------


def rate(user: User, course: Course) -> float:
    """How fast `user` likes to hear `course`."""
    chosen = Playback.objects.filter(learner=user, course=course).values_list("rate", flat=True).first()
    return float(chosen if chosen is not None else user.playback_rate)


def set_rate(user: User, course: Course, wanted: float) -> float:
    """Keeps the nearest speed that there is."""
    bounded = min(max(Decimal(str(wanted)), Decimal(str(SLOWEST))), Decimal(str(FASTEST)))
    kept = (bounded / Decimal("0.05")).quantize(Decimal(1)) * Decimal("0.05")
    Playback.objects.update_or_create(learner=user, course=course, defaults={"rate": kept})
    return float(kept)

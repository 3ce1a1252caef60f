"""From wanting an audio to having it. Here, and nowhere else, an asset's state, error and take are written.

A take is made by two jobs, one after the other: speaking (for a script), then encoding. The take before it plays until
the new one is whole. Whoever wants something else meanwhile gets that: a job that ends with what is no longer wanted
throws it away and asks again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils.timezone import now

from jobs import queue
from jobs.models import ACTIVE, Job, JobQuerySet
from jobs.models import State as JobState

from . import files, speech, timeline
from .models import Asset, Rendition, Source, State, Take

if TYPE_CHECKING:
    from accounts.models import User
    from jobs.running import Work

SPEAK, ENCODE = "media.speak", "media.encode"
# Raised whenever the same source would sound different: everything is made again when it is next asked for.
RECIPE = 1
PREFIX = "media.asset:"


def wanted(asset: Asset) -> str:
    """Digest of what should be heard and how it is made; empty where there is nothing to make."""
    script = asset.words
    parts: list[Any] = [RECIPE, asset.source, asset.format, script.digest]
    if asset.source == Source.UPLOAD:
        if not asset.recording:
            return ""
        parts.append(asset.recording_digest)
    else:
        if script.is_empty:
            return ""
        parts.append(speech.recipe(script))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def request(asset: Asset, *, asked_by: "User | None" = None) -> Job | None:
    """Have what is wanted of `asset` made. Call it after saving the asset, in the same transaction.

    Returns the job that does it; None when there is nothing to do.
    """
    digest = wanted(asset)
    with transaction.atomic(savepoint=False):
        if not digest or is_made(asset, digest):
            _put(asset, state=State.READY if asset.take_id else State.EMPTY, error="")
            return None
        kind = SPEAK if asset.source == Source.SCRIPT else ENCODE
        job = queue.enqueue(kind, subject(asset.pk), asked_by=asked_by)
        if job.state == JobState.WAITING:
            _put(asset, state=State.WAITING, error="")
        return job


def stop(asset: Asset) -> None:
    """No longer make it. What plays now goes on playing."""
    for job in jobs_of(asset).active():
        queue.cancel(job)
    asset.refresh_from_db(fields=["state", "error"])


def job_of(asset: Asset) -> Job | None:
    """The job that makes it; where none does, the last one that did or tried."""
    first = Case(When(state__in=ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return jobs_of(asset).order_by(first, "-created_at").first()


def jobs_of(asset: Asset) -> JobQuerySet:
    return Job.objects.filter(subject=subject(asset.pk), kind__in=(SPEAK, ENCODE))


def subject(pk: UUID) -> str:
    return f"{PREFIX}{pk}"


def is_made(asset: Asset, digest: str) -> bool:
    return asset.take is not None and asset.take.digest == digest


# --- For the jobs ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """One encoded file, already in storage."""

    purpose: str
    format: str
    name: str
    digest: str
    bytes: int
    seconds: float


@dataclass(frozen=True)
class Made:
    seconds: float
    loudness: float
    peaks: bytes
    cues: Sequence[timeline.Cue] = ()
    chapters: Sequence[timeline.Chapter] = ()
    unspoken: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def asset_of(work: "Work") -> Asset | None:
    """None when it was deleted meanwhile."""
    return Asset.objects.select_related("take").filter(pk=work.subject.removeprefix(PREFIX)).first()


def enter(asset: Asset, state: State) -> None:
    _put(asset, state=state, error="")


def speech_name(asset: Asset, digest: str, suffix: str) -> str:
    """suffix: wav for the sound, json for what is known about it."""
    return f"{files.SPEECH}/{asset.pk}/{digest[: files.SHORT]}.{suffix}"


def spoken(pk: UUID, digest: str, unspoken: list[dict[str, Any]], round: int, asked_by: "User | None") -> None:
    """The speech is in storage: have it encoded. round: how often it was spoken for the same digest, from 1."""

    def change(asset: Asset) -> None:
        if wanted(asset) != digest:
            request(asset, asked_by=asked_by)
            return
        _put(asset, state=State.ENCODING, error="", unspoken=unspoken)
        queue.enqueue(ENCODE, subject(pk), payload={"round": round}, asked_by=asked_by)

    settle(pk, change)


def speak_again(pk: UUID, round: int, asked_by: "User | None") -> None:
    """The speech that was to be encoded is gone."""

    def change(asset: Asset) -> None:
        _put(asset, state=State.WAITING, error="")
        queue.enqueue(SPEAK, subject(pk), payload={"round": round}, asked_by=asked_by)

    settle(pk, change)


def look_again(pk: UUID, asked_by: "User | None") -> None:
    """A job found nothing to do, or not its kind of work."""
    settle(pk, lambda asset: request(asset, asked_by=asked_by))


def finish(pk: UUID, digest: str, made: Made, asked_by: "User | None") -> None:
    """Let the new take be heard, unless something else is wanted by now."""

    def change(asset: Asset) -> None:
        if wanted(asset) == digest:
            _put(asset, state=State.READY, error="", take=take_of(asset, digest, made), unspoken=made.unspoken)
        else:
            request(asset, asked_by=asked_by)

    settle(pk, change)


def take_of(asset: Asset, digest: str, made: Made) -> Take:
    take = Take.objects.create(
        asset=asset,
        digest=digest,
        seconds=made.seconds,
        loudness=made.loudness,
        peaks=made.peaks,
        cues=timeline.dump_cues(made.cues),
        chapters=timeline.dump_chapters(made.chapters),
    )
    Rendition.objects.bulk_create([Rendition(take=take, **vars(file)) for file in made.files])
    for suffix in ("wav", "json"):
        transaction.on_commit(partial(files.delete, speech_name(asset, digest, suffix)), robust=True)
    return take


def lost(work: "Work", sentence: str) -> None:
    """A job failed for good, or was stopped. The take before it still plays."""
    others = Job.objects.active().filter(subject=work.subject, kind__in=(SPEAK, ENCODE)).exclude(pk=work.job.pk)

    def change(asset: Asset) -> None:
        if others.exists():  # something newer is on its way, and will say how it went
            return
        if is_made(asset, wanted(asset)):
            _put(asset, state=State.READY, error="")
        else:
            _put(asset, state=State.FAILED if sentence else State.CANCELLED, error=sentence)

    settle(UUID(work.subject.removeprefix(PREFIX)), change)


def settle(pk: UUID, change: Callable[[Asset], object]) -> None:
    """Call `change` with the asset, which is ours until the transaction ends. Nothing happens when it is gone.

    Runs with the end of a job, which steps back should an author hold the asset and wait for the job. What the author
    wrote is seen then; what is written later asks for a job of its own.
    """
    if asset := Asset.objects.select_for_update(of=("self",)).select_related("take").filter(pk=pk).first():
        change(asset)


def _put(asset: Asset, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(asset, name, value)
    asset.changed_at = now()
    Asset.objects.filter(pk=asset.pk).update(changed_at=asset.changed_at, **fields)

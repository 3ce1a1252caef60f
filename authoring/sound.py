"""What authors do with the audio of their lessons. The work is done in the background: nobody waits for it here."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.signals import post_delete

from courses.models import Course, Lesson
from jobs import queue
from jobs.models import Job
from lessons import audio
from lessons.models import LessonAudio
from media import production
from media.models import Asset, Source

if TYPE_CHECKING:
    from accounts.models import User

FOR_COURSE = "authoring.sound"


def refresh_course(course: Course, *, asked_by: "User | None" = None) -> None:
    """Let the audio of all public lessons follow how the course sounds, in the background: there may be hundreds."""
    payload = {"asked_by": asked_by.pk if asked_by else None}
    queue.enqueue(FOR_COURSE, f"courses.course:{course.pk}", payload=payload, asked_by=asked_by)


@transaction.atomic
def make(lesson: Lesson, part: str, *, asked_by: "User | None" = None) -> Job | None:
    """Because its author wants it, draft or not. None: there is nothing to make, or it is made already."""
    audio.refresh(lesson, asked_by=asked_by)
    row = LessonAudio.objects.select_related("asset__take").filter(lesson=lesson, part=part).first()
    return production.request(row.asset, asked_by=asked_by) if row else None


@transaction.atomic
def back_to_speech(asset: Asset, lesson: Lesson, *, asked_by: "User | None" = None) -> None:
    """Let go of the recording. Until the speech is made, the recording still plays."""
    release(asset)
    audio.refresh(lesson, asked_by=asked_by)


def release(asset: Asset) -> None:
    asset.source = Source.SCRIPT
    asset.recording = asset.recording_digest = asset.recording_name = ""
    asset.recording_bytes = 0
    asset.save()


def part_of(lesson: Lesson, part: str, *, key: UUID | None = None) -> LessonAudio:
    """The row that a recording hangs on, made where there is none: a draft may be recorded before it is written.

    key: of the asset, if one is made.
    """
    found = LessonAudio.objects.select_related("asset").filter(lesson=lesson, part=part).first()
    if found:
        return found
    scripts = audio.scripts_of(lesson)
    words = {} if scripts[part].is_empty else scripts[part].dumps()
    with transaction.atomic():
        title = f"{lesson.title} · {LessonAudio.Part(part).label}"[:200]
        asset = Asset.objects.create(id=key or uuid4(), title=title, script=words)
        return LessonAudio.objects.create(lesson=lesson, part=part, asset=asset)


def unwritten(lesson: Lesson) -> list[str]:
    """Parts with a recording and without text: what people hear they must be able to read."""
    recorded = LessonAudio.objects.filter(lesson=lesson, asset__source=Source.UPLOAD).exclude(asset__recording="")
    texts = {
        LessonAudio.Part.CONVERSATION: lesson.episodes.filter(turns__isnull=False),
        LessonAudio.Part.AUDIOBOOK: lesson.chunks.all(),
    }
    return [part for part in recorded.values_list("part", flat=True) if not texts[LessonAudio.Part(part)].exists()]


# --- What is left behind --------------------------------------------------------------------------------------------


def connect() -> None:
    # A signal, because rows also go with their lesson, their chapter and their course.
    post_delete.connect(_let_go, sender=LessonAudio, dispatch_uid="audio goes with its lesson")


def _let_go(instance: LessonAudio, **kwargs: object) -> None:
    """Nobody can hear it any more. Its files are swept some time later (media/sweeping.py)."""
    asset = Asset.objects.filter(pk=instance.asset_id).first()
    if asset:
        production.stop(asset)
        asset.delete()

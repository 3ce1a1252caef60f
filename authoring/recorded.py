"""Recordings of a course folder on their way into the database."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course, Lesson
from lessons.models import LessonAudio
from media import files, production
from media.models import Asset, Source

from . import sound
from .problems import CourseFolderError, Problem
from .recordings import AudioFile
from .texts import CourseText, RecordingText

Home = tuple[str, str]  # slug of a lesson, part


@dataclass(frozen=True)
class Brought:
    """A recording that lies in its place; its rows are still to be written."""

    asset: UUID
    name: str


def bring(new: CourseText) -> dict[Home, Brought]:
    """Copy the recordings that the course has not got. Raises CourseFolderError when the disk is full.

    Files that no row ever names are swept some time later.
    """
    rows = LessonAudio.objects.filter(lesson__course__slug=new.slug).select_related("asset", "lesson")
    known = {(row.lesson.slug, row.part): row.asset for row in rows}
    wanted = {home: text for home, text in _recordings(new).items() if not _has(known.get(home), text)}
    size = sum(new.recordings[text.name].size for text in wanted.values())
    if wanted and not files.has_room(2 * size):
        remedy = _("Make room for %(bytes)d bytes and try again. What is there still plays.") % {"bytes": 2 * size}
        raise CourseFolderError([Problem("audio", 0, _("The disk is too full for the recordings."), remedy)])
    brought = {}
    for home, text in wanted.items():
        asset = known[home].pk if home in known else uuid4()
        name = files.recording_name(asset, text.digest)
        _copy(new.recordings[text.name], name)
        brought[home] = Brought(asset, name)
    return brought


def _recordings(new: CourseText) -> dict[Home, RecordingText]:
    lessons = (lesson for chapter in new.chapters for lesson in chapter.lessons)
    return {(lesson.slug, text.part): text for lesson in lessons for text in lesson.recordings}


def _has(asset: Asset | None, text: RecordingText) -> bool:
    if asset is None or asset.source != Source.UPLOAD or asset.recording_digest != text.digest:
        return False
    return files.exists(asset.recording)


def _copy(file: AudioFile, name: str) -> None:
    part = files.folder(files.UPLOADS) / f"{uuid4()}.whole"
    try:
        with part.open("xb") as copy:
            for piece in file.pieces():
                copy.write(piece)
        files.keep(part, name)
    finally:
        part.unlink(missing_ok=True)


def write(course: Course, new: CourseText, brought: dict[Home, Brought], *, asked_by: User | None) -> None:
    """Make the lessons' audio rows say what the folder says. Call it in the transaction, when the texts are written."""
    lessons = {lesson.slug: lesson for lesson in Lesson.objects.filter(course=course)}
    rows = LessonAudio.objects.filter(lesson__course=course).select_related("asset")
    known = {(row.lesson_id, row.part): row.asset for row in rows}
    texts = _recordings(new)
    named = {lesson.slug for chapter in new.chapters for lesson in chapter.lessons}
    for (slug, part), text in texts.items():
        asset = known.get((lessons[slug].pk, part))
        _write_one(lessons[slug], part, asset, text, new.recordings[text.name], brought.get((slug, part)), asked_by)
    for slug in named:
        for part in LessonAudio.Part.values:
            asset = known.get((lessons[slug].pk, part))
            if asset and asset.source == Source.UPLOAD and (slug, part) not in texts:
                sound.release(asset)


def _write_one(
    lesson: Lesson,
    part: str,
    asset: Asset | None,
    text: RecordingText,
    file: AudioFile,
    brought: Brought | None,
    asked_by: User | None,
) -> None:
    if asset is None:
        asset = sound.part_of(lesson, part, key=brought.asset if brought else None).asset
    if brought:
        asset.recording = brought.name
    asset.source = Source.UPLOAD
    asset.recording_name, asset.recording_digest, asset.recording_bytes = text.name, text.digest, file.size
    asset.save()
    if brought:
        production.request(asset, asked_by=asked_by)

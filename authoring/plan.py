"""What an import would do, as data for a table. `apply` does exactly this."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course, Lesson, Track
from media.speech import choosing
from quizzes.exchange.planning import rekeyed

from . import folder, plan_tests, stored
from .plan_words import NOUNS, Action, Change, differing
from .problems import CourseFolderError, Problem
from .stored import KINDS, Kind, Stored
from .stored_tests import StoredTests
from .texts import ChapterText, CourseText, LessonText
from .tree import Tree

__all__ = ["NOUNS", "Action", "Change", "Missing", "Plan", "checked", "compare", "differing", "name_of", "pair", "plan"]


# Of a course these are compared by themselves, or not at all.
NOT_OF_COURSE = ("slug", "cast", "chapters", "lines", "recordings", "tests", "questions", "places")


@dataclass(frozen=True)
class Plan:
    slug: str
    changes: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not self.changes

    def count(self, action: Action) -> int:
        return sum(change.action == action for change in self.changes)

    @property
    def warning(self) -> str:
        """What an import leaves to the instructor; empty for nothing."""
        return rekeyed(sum(change.is_rekeyed for change in self.changes))


def checked(tree: Tree, slug: str) -> CourseText:
    """The course in `tree`, ready to be planned and applied. Raises CourseFolderError with every problem there is."""
    course, problems = folder.parse(tree, slug)
    problems += [*_problems_with_rows(course), *_problems_with_sound(course), *plan_tests.problems(slug, course)]
    if problems:
        raise CourseFolderError(problems)
    return course


def _problems_with_rows(course: CourseText) -> Iterator[Problem]:
    """What only the database knows."""
    tracks = list(Track.objects.values_list("slug", flat=True))
    if course.track and course.track not in tracks:
        wrong = _("There is no track “%(slug)s”.") % {"slug": course.track}
        remedy = _("Write one of: %(known)s.") % {"known": ", ".join(tracks)}
        yield Problem(folder.COURSE_FILE, course.lines.get("track", 0), wrong, remedy)
    emails = course.instructors or ()
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    for place, email in enumerate(emails):
        if email and email not in known:
            wrong = _("Nobody has an account with the address %(email)s.") % {"email": email}
            remedy = _("Correct it, or let the instructor sign up first.")
            yield Problem(folder.COURSE_FILE, course.lines.get(f"instructors:{place}", 0), wrong, remedy)


def _problems_with_sound(course: CourseText) -> Iterator[Problem]:
    """Engines and voices that are not set up here."""
    wanted = {f"voice:{place}": speaker.voice for place, speaker in enumerate(course.cast)}
    wanted = {place: voice for place, voice in (wanted | {"narrator": course.narrator}).items() if voice}
    if not wanted and not course.speech:
        return
    engines = [engine.id for engine in choosing.engines()]
    if course.speech and course.speech not in engines:
        wrong = _("There is no speech engine “%(name)s” here.") % {"name": course.speech}
        yield _unknown(course, "speech", wrong, engines)
    voices = [voice.id for voice in choosing.voices(course.language)]
    for place, voice in wanted.items():
        if voice not in voices:
            wrong = _("No voice “%(voice)s” speaks “%(language)s” here.")
            yield _unknown(course, place, wrong % {"voice": voice, "language": course.language}, voices)


def _unknown(course: CourseText, place: str, wrong: str, known: Sequence[str]) -> Problem:
    remedy = _("Write one of: %(known)s; or remove the line.") % {"known": ", ".join(known)}
    if not known:
        remedy = _("Remove the line.")
    return Problem(folder.COURSE_FILE, course.lines.get(place, 0), wrong, remedy)


def plan(new: CourseText) -> Plan:
    course = Course.objects.select_related("track").filter(slug=new.slug).first()
    return compare(stored.read(course, new) if course else None, new)


def compare(old: Stored | None, new: CourseText) -> Plan:
    if old is None:
        return Plan(new.slug, tuple(_all_new(new)))
    return Plan(new.slug, tuple(_course_changes(old, new)))


def _all_new(new: CourseText) -> Iterator[Change]:
    yield Change(Action.ADDED, "course", new.title)
    for chapter in new.chapters:
        yield Change(Action.ADDED, "chapter", chapter.title)
        for lesson in chapter.lessons:
            yield Change(Action.ADDED, "lesson", lesson.title, chapter.slug)
    yield from plan_tests.changes(StoredTests(), new)


def _course_changes(old: Stored, new: CourseText) -> Iterator[Change]:
    if details := differing(old.text, new, skip=NOT_OF_COURSE):
        yield Change(Action.CHANGED, "course", new.title, details=details)
    yield from _cast_changes(old, new)
    chapters = {chapter.slug: chapter for chapter in old.text.chapters}
    homes = {lesson.slug: (chapter.slug, lesson) for chapter in old.text.chapters for lesson in chapter.lessons}
    for chapter in new.chapters:
        before = chapters.get(chapter.slug)
        if before is None:
            yield Change(Action.ADDED, "chapter", chapter.title)
        elif details := differing(before, chapter, skip=("slug", "lessons")):
            yield Change(Action.CHANGED, "chapter", chapter.title, details=details)
        for lesson in chapter.lessons:
            home, known = homes.get(lesson.slug, ("", None))
            yield from _lesson_changes(chapter, home, known, lesson)
    missing = Missing.of(old, new)
    for gone in missing.deleted:
        yield Change(Action.REMOVED, "lesson", gone.title, gone.chapter.slug)
    for gone in missing.archived:
        yield Change(Action.ARCHIVED, "lesson", gone.title, gone.chapter.slug)
    for slug in missing.chapters:
        yield Change(Action.REMOVED, "chapter", chapters[slug].title)
    yield from plan_tests.changes(old.asked, new)


def _cast_changes(old: Stored, new: CourseText) -> Iterator[Change]:
    if old.text.cast == new.cast:
        return
    names = {speaker.name for speaker in new.cast}
    known = (speaker for speaker in old.text.cast if speaker.name in names)
    before = {speaker.name: (place, speaker) for place, speaker in enumerate(known)}
    for place, speaker in enumerate(new.cast):
        if speaker.name not in before:
            yield Change(Action.ADDED, "speaker", speaker.name)
        elif before[speaker.name] != (place, speaker):
            details = differing(before[speaker.name][1], speaker) or ("position",)
            yield Change(Action.CHANGED, "speaker", speaker.name, details=details)
    for name in sorted(Missing.of(old, new).speakers):
        yield Change(Action.REMOVED, "speaker", name)


def _lesson_changes(chapter: ChapterText, home: str, old: LessonText | None, new: LessonText) -> Iterator[Change]:
    if old is None:
        yield Change(Action.ADDED, "lesson", new.title, chapter.slug)
        return
    parts = tuple(kind.name for kind in KINDS)
    details = differing(old, new, skip=("slug", "questions", "mock_test", *parts))
    if home != chapter.slug:
        details = ("chapter", *details)
    if details:
        yield Change(Action.CHANGED, "lesson", new.title, chapter.slug, details)
    for kind in KINDS:
        yield from _part_changes(kind, getattr(old, kind.name), getattr(new, kind.name), new.slug)


def _part_changes(kind: Kind, old: Sequence[Any], new: Sequence[Any], place: str) -> Iterator[Change]:
    if old == new:
        return
    partners = pair(old, new, kind)
    for index, (text, partner) in enumerate(zip(new, partners, strict=True)):
        if partner is None:
            yield Change(Action.ADDED, kind.name, name_of(text), place)
        elif old[partner] != text:
            yield Change(Action.CHANGED, kind.name, name_of(text), place, differing(old[partner], text))
        elif partner != index:
            yield Change(Action.CHANGED, kind.name, name_of(text), place, ("position",))
    for index, text in enumerate(old):
        if index not in partners:
            yield Change(Action.REMOVED, kind.name, name_of(text), place)


def pair(old: Sequence[Any], new: Sequence[Any], kind: Kind) -> list[int | None]:
    """For each new text the index of the old one that it is, edited or not; no old one is used twice."""
    partners: list[int | None] = [None] * len(new)
    free: dict[Any, list[int]] = {}
    for index, text in enumerate(old):
        free.setdefault(kind.key(text), []).append(index)
    for index, text in enumerate(new):
        if free.get(kind.key(text)):
            partners[index] = free[kind.key(text)].pop(0)
    if kind.has_place:
        left = {index for indexes in free.values() for index in indexes}
        for index, partner in enumerate(partners):
            if partner is None and index in left:
                partners[index] = index
                left.remove(index)
    return partners


def name_of(text: Any) -> str:
    for name in ("title", "name", "tier", "front", "kind"):
        if found := getattr(text, name, ""):
            return str(found)
    return ""


@dataclass(frozen=True)
class Missing:
    """What the database has and the folder has not, and what becomes of it.

    Lessons that learners have worked with are archived; once archived they stay as they are, with their chapter and
    whoever speaks in them.
    """

    deleted: list[Lesson]
    archived: list[Lesson]
    chapters: set[str]
    speakers: set[str]

    @classmethod
    def of(cls, old: Stored, new: CourseText) -> "Missing":
        named = {lesson.slug for chapter in new.chapters for lesson in chapter.lessons}
        gone = [lesson for slug, lesson in old.lessons.items() if slug not in named]
        evident = stored.with_evidence(gone)
        kept = [lesson for lesson in gone if lesson.pk in evident]
        homes = {lesson.chapter.slug for lesson in kept}
        episodes = (episode for lesson in kept for episode in old.parts.get((lesson.pk, "episodes"), []))
        speaking = {turn.speaker_id for episode in episodes for turn in old.rows(episode, stored.TURNS)}
        return cls(
            deleted=[lesson for lesson in gone if lesson.pk not in evident],
            archived=[lesson for lesson in kept if not lesson.archived_at],
            chapters={*old.chapters} - {chapter.slug for chapter in new.chapters} - homes,
            speakers={
                name
                for name, speaker in old.speakers.items()
                if name not in {speaker.name for speaker in new.cast} and speaker.pk not in speaking
            },
        )

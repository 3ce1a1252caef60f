"""Where a learner stands: how much of each lesson is read and heard, and where to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import User
from courses.models import Course
from enrollment.models import Enrollment
from lessons import blocks, listening, places, progress
from lessons.models import Reading

from .outline import Outline, Row


@dataclass(frozen=True)
class LessonStanding:
    row: Row
    read: int  # words
    total: int  # words
    reading: Reading | None = None
    place_url: str = ""  # of the paragraph the learner is at; empty when there is none, or no longer
    heard: float = 0.0  # seconds
    audible: float = 0.0  # seconds; 0 while there is nothing to hear

    @property
    def percent(self) -> int:
        return progress.percent(self.read, self.total)

    @property
    def percent_heard(self) -> int:
        return listening.percent(self.heard, self.audible)

    @property
    def is_read(self) -> bool:
        return self.percent == 100

    @property
    def has_news(self) -> bool:
        """It was marked as read, and text came after that."""
        return bool(self.reading and self.reading.finished_at) and not self.is_read

    @property
    def continue_url(self) -> str:
        """The lesson, at the paragraph where the learner stopped if there is more to read."""
        return (not self.is_read and self.place_url) or self.row.url


@dataclass(frozen=True)
class Standing:
    """One learner in one course. `lessons` is empty for who is not enrolled."""

    enrollment: Enrollment | None = None
    lessons: Mapping[int, LessonStanding] = field(default_factory=dict)

    @property
    def is_enrolled(self) -> bool:
        return self.enrollment is not None

    @property
    def percent(self) -> int:
        everything = self.lessons.values()
        return progress.percent(sum(one.read for one in everything), sum(one.total for one in everything))

    @property
    def percent_heard(self) -> int:
        everything = self.lessons.values()
        return listening.percent(sum(one.heard for one in everything), self.audible)

    @property
    def audible(self) -> float:
        """Seconds to hear in the whole course."""
        return sum(one.audible for one in self.lessons.values())

    @property
    def lessons_read(self) -> int:
        return sum(one.is_read for one in self.lessons.values())

    @property
    def current(self) -> LessonStanding | None:
        """The lesson to go on with: the one read last if it is unfinished, else the first unfinished one."""
        unfinished = [one for one in self.lessons.values() if not one.is_read]
        started = [one for one in unfinished if one.reading and one.reading.place_at]
        if started:
            return max(started, key=lambda one: one.reading.place_at)  # type: ignore[union-attr, return-value, arg-type]
        return next(iter(unfinished), None)


def in_course(user: User | None, course: Course, outline: Outline) -> Standing:
    if user is None:
        return Standing()
    enrollment = Enrollment.objects.active().filter(learner=user, course=course).first()
    if enrollment is None:
        return Standing()
    return Standing(enrollment, _lessons(user, outline.open_rows))


def _lessons(user: User, rows: Sequence[Row]) -> dict[int, LessonStanding]:
    readings = {
        reading.lesson_id: reading for reading in Reading.objects.filter(learner=user, lesson__in=[r.pk for r in rows])
    }
    maps = blocks.maps({row.pk: row.revised_at for row in rows})
    sound = listening.of_lessons(user, [row.pk for row in rows])
    found = {}
    for row in rows:
        reading = readings.get(row.pk)
        words = maps[row.pk].words
        read, total = progress.words_read(words, reading.read_keys if reading else (), maps[row.pk].totals)
        at = reading.place_key if reading else ""
        place_url = places.address(row.url, words[at][0], at) if at in words else ""
        found[row.pk] = LessonStanding(row, read, total, reading, place_url, *sound.get(row.pk, (0.0, 0.0)))
    return found

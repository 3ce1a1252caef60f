"""Making the database hold what a course folder says, in one transaction.

Rows keep their identity wherever a text can be known again: what learners did hangs on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Teaching, Track
from lessons import speaking
from lessons.models import Speaker, Voicing

from . import apply_tests, cover, recorded, stored
from .plan import Missing, Plan, compare, pair
from .stored import KINDS, TURNS, Kind, Stored
from .stored_tests import StoredTests
from .texts import CourseText, EpisodeText, LessonText

BATCH = 200
EPISODES = next(kind for kind in KINDS if kind.name == "episodes")


def apply(new: CourseText, *, asked_by: User | None = None, speaks: bool = True) -> Plan:
    """Returns what was done. new: as `plan.checked` gave it. Nothing is written when nothing differs.

    speaks: whether what is public is to be spoken now; else somebody calls `speaking.follow` later.
    """
    # Recordings are large: they lie in their place before anything waits for this to end.
    brought = recorded.bring(new)
    with transaction.atomic():
        course = Course.objects.select_for_update(of=("self",)).select_related("track").filter(slug=new.slug).first()
        old = stored.read(course, new) if course else None
        plan = compare(old, new)
        if not plan.is_empty:
            course = _write_course(course, old, new)
            _Writer(course, old).write(new)
            apply_tests.write(course, old.asked if old else StoredTests(), new, by=asked_by)
            recorded.write(course, new, brought, asked_by=asked_by)
            Course.recount(course.pk)
            if speaks:
                course.refresh_from_db()
                speaking.follow(speaking.listed(course), asked_by=asked_by)
    return plan


def _write_course(course: Course | None, old: Stored | None, new: CourseText) -> Course:
    values = {
        "title": new.title,
        "track": Track.objects.get(slug=new.track),
        "level": new.level,
        "promise": new.promise,
        "language": new.language,
        "outcomes": list(new.outcomes),
        "seats": new.seats,
        "published_at": new.published_at,
        "archived_at": new.archived_at,
    }
    if course:
        Course.objects.filter(pk=course.pk).update(**values)
    else:
        course = Course.objects.create(slug=new.slug, **values)
    if new.cover != (old.text.cover if old else None):
        cover.store(course, new.cover)
    _write_voicing(course, new)
    if new.instructors is not None:
        _write_instructors(course, new.instructors)
    return course


def _write_voicing(course: Course, new: CourseText) -> None:
    values = {
        "engine": new.speech,
        "narrator": new.narrator,
        "pause": new.pause,
        "format": new.audio_format,
        "pronunciation": dict(new.pronunciation),
    }
    plain = Voicing()
    if any(value != getattr(plain, name) for name, value in values.items()):
        Voicing.objects.update_or_create(course=course, defaults=values)
    else:
        Voicing.objects.filter(course=course).update(**values)


def _write_instructors(course: Course, emails: Sequence[str]) -> None:
    people = {user.email: user for user in User.objects.filter(email__in=emails)}
    course.teachings.exclude(user__in=people.values()).delete()
    for position, email in enumerate(emails):
        # One by one: with each of these rows comes or goes the key to the admin.
        Teaching.objects.update_or_create(course=course, user=people[email], defaults={"position": position})


@dataclass
class Batch:
    """Rows of one table, to be written together."""

    model: type[Model]
    created: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    deleted: list[int] = field(default_factory=list)

    def put(self, row: Any, values: dict[str, Any]) -> bool:
        """Give `row` these values; returns whether that changes anything."""
        differing = {name for name, value in values.items() if not row.pk or not _has(row, name, value)}
        for name in differing:
            setattr(row, name, values[name])
        if not row.pk:
            self.created.append(row)
        elif differing:
            self.changed.append(row)
            self.columns |= differing
        return bool(differing)

    def delete(self) -> None:
        if self.deleted:
            self.model._default_manager.filter(pk__in=self.deleted).delete()

    def save(self) -> None:
        self.model._default_manager.bulk_create(self.created, batch_size=BATCH)
        if self.changed:
            self.model._default_manager.bulk_update(self.changed, sorted(self.columns), batch_size=BATCH)


def _has(row: Model, name: str, value: object) -> bool:
    """Whether the column holds the value already. Of other rows only the key is looked at: no query."""
    if isinstance(value, Model):
        # One made a moment ago has no key yet, so nothing can point to it.
        value = value.pk or object()
    return getattr(row, row._meta.get_field(name).attname) == value  # type: ignore[union-attr]


class _Writer:
    def __init__(self, course: Course, old: Stored | None) -> None:
        self.course = course
        self.old = old or Stored(course, CourseText(course.slug, "", "", "", ""), {}, {}, {})
        models: list[type[Model]] = [Speaker, Chapter, Lesson, *(kind.model for kind in KINDS), TURNS.model]
        self.batches = {model: Batch(model) for model in models}
        self.speakers = dict(self.old.speakers)
        self.revised: set[str] = set()
        homes = self.old.text.chapters
        self.lesson_texts = {lesson.slug: lesson for chapter in homes for lesson in chapter.lessons}

    def write(self, new: CourseText) -> None:
        missing = Missing.of(self.old, new)
        self._speakers(new)
        lessons = [self._lesson(chapter, text) for chapter, texts in self._chapters(new) for text in texts]
        for batch in self.batches.values():
            # Old parts go first: a new one may have the same name. What holds rows goes last, when they have moved.
            if batch.model not in (Speaker, Chapter, Lesson):
                batch.delete()
        for batch in self.batches.values():
            batch.save()
        Lesson.objects.filter(pk__in=[lesson.pk for lesson in missing.deleted]).delete()
        for lesson in missing.archived:
            Lesson.objects.filter(pk=lesson.pk).update(archived_at=timezone.now())
        Chapter.objects.filter(course=self.course, slug__in=missing.chapters).delete()
        Speaker.objects.filter(pk__in=[self.old.speakers[name].pk for name in missing.speakers]).delete()
        for lesson in [*(lesson for lesson in lessons if lesson.slug in self.revised), *missing.archived]:
            Lesson.revise(lesson.pk)

    def _speakers(self, new: CourseText) -> None:
        for position, text in enumerate(new.cast):
            speaker = self.speakers.setdefault(text.name, Speaker(course=self.course, name=text.name))
            self.batches[Speaker].put(speaker, {"role": text.role, "voice": text.voice, "position": position})

    def _chapters(self, new: CourseText) -> list[tuple[Chapter, Sequence[LessonText]]]:
        rows: list[tuple[Chapter, Sequence[LessonText]]] = []
        for text in new.chapters:
            chapter = self.old.chapters.get(text.slug) or Chapter(course=self.course, slug=text.slug)
            self.batches[Chapter].put(chapter, {"title": text.title, "position": text.position})
            rows.append((chapter, text.lessons))
        return rows

    def _lesson(self, chapter: Chapter, text: LessonText) -> Lesson:
        before = self.lesson_texts.get(text.slug)
        lesson = self.old.lessons.get(text.slug) or Lesson(course=self.course, slug=text.slug)
        values = {
            "chapter": chapter,
            "title": text.title,
            "objective": text.objective,
            "minutes": text.minutes,
            "position": text.position,
            "published_at": text.published_at,
            "archived_at": text.archived_at,
        }
        if (self.batches[Lesson].put(lesson, values) or before != text) and before:
            self.revised.add(text.slug)
        concepts: dict[str, Any] = {}
        for kind in KINDS:
            old = getattr(before, kind.name) if before else ()
            new = getattr(text, kind.name)
            rows = self._parts(kind, lesson, {"lesson": lesson}, old, new, concepts)
            if kind.name == "concepts":
                concepts = {part.name: row for part, row in zip(new, rows, strict=True)}
            if kind.name == "episodes":
                self._turns(rows, old, new)
        return lesson

    def _parts(
        self,
        kind: Kind,
        owner: Model,
        link: dict[str, Any],
        old: Sequence[Any],
        new: Sequence[Any],
        concepts: dict[str, Any],
    ) -> list[Any]:
        """The rows for the new texts, in their order. link: the column that names the owner."""
        stored_rows = self.old.rows(owner, kind) if owner.pk else []
        if old == new and stored_rows:
            return stored_rows
        batch, rows = self.batches[kind.model], []
        partners = pair(old, new, kind)
        for position, (text, partner) in enumerate(zip(new, partners, strict=True)):
            row = kind.model(**link) if partner is None else stored_rows[partner]
            values = kind.values(text) | {"position": position}
            if kind.name == "cards":
                values["concept"] = concepts.get(text.concept)
            if kind.name == "turns":
                values["speaker"] = self.speakers[text.speaker]
            batch.put(row, values)
            rows.append(row)
        batch.deleted += [row.pk for index, row in enumerate(stored_rows) if index not in partners]
        return rows

    def _turns(self, episodes: Sequence[Any], old: Sequence[EpisodeText], new: Sequence[EpisodeText]) -> None:
        for episode, place, text in zip(episodes, pair(old, new, EPISODES), new, strict=True):
            before = old[place].turns if place is not None else ()
            self._parts(TURNS, episode, {"episode": episode}, before, text.turns, {})

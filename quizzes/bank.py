"""What changes the bank: adding, revising and correcting questions, one at a time or thousands in few queries.

Other words are a new version when an attempt holds the old one, else the version is rewritten. A key that somebody was
scored by never changes here: `put` makes a new version of it too, and quizzes.regrading is there for the old one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Course, Lesson
from lessons.models import Concept

from . import speaking
from .drafts import Draft, digest, normal
from .models import Answer, Attempt, GradedAnswer, KeyRevision, Question, QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["Draft", "Refused", "Wish", "add", "correct", "digest", "draft_of", "drafts_of", "is_held", "put", "revise"]

BATCH = 500
CHANGED = 100  # rows that one UPDATE gives values of their own: its cost grows with their square
LAST_POSITION = 32_767


class Refused(Exception):
    """Learners' answers forbid it; says why in a sentence."""


@dataclass
class Wish:
    """What a question is to be. question: the one it is already. concept: of `lesson`, or of the course without one."""

    draft: Draft
    question: Question | None = None
    lesson: Lesson | None = None
    concept: Concept | None = None
    position: int | None = None  # None: where it is, or behind all others


# --- One at a time --------------------------------------------------------------------------------------------------


def add(course: Course, draft: Draft, by: "User | None" = None) -> Question:
    """Its name must be free in the course."""
    return put(course, [_wish(course, draft)], by)[0]


def revise(question: Question, draft: Draft, by: "User | None" = None) -> Question:
    """Make the question what the draft says; it counts as in use again. Raises Refused when its kind cannot change."""
    return put(question.course, [_wish(question.course, draft, question)], by)[0]


def correct(
    version: QuestionVersion,
    key: dict[str, Any],
    *,
    by: "User | None" = None,
    reason: str = "",
) -> KeyRevision:
    """Another key for a version that nobody has answered yet. Raises Refused for others: they want a regrade."""
    with transaction.atomic():
        if is_held(version):
            raise Refused(
                _("Learners have answered this question by the key it has. Use Regrade: it shows first who moves.")
            )
        number = version.revisions.aggregate(last=Max("number", default=0))["last"] + 1
        revision = KeyRevision.objects.create(version=version, number=number, key=key, reason=reason, by=by)
        version.revision = revision
        version.save(update_fields=["revision"])
        GradedAnswer.objects.filter(version=version).delete()
        question = version.question
        if question.current_id == version.pk:
            question.current = version
            question.digest = digest(draft_of(question))
            question.save(update_fields=["digest", "changed_at"])
            _follow(question.course_id, {question.lesson_id})
    return revision


def is_held(version: QuestionVersion) -> bool:
    """Whether an attempt, open or closed, has shown it."""
    return bool(held([version.pk]))


def held(versions: Collection[int]) -> set[int]:
    """Those of the versions that attempts have shown."""
    found = {version for _question, version in answered(version__in=versions)}
    left = set(versions) - found
    if left:
        courses = Course.objects.filter(questions__versions__in=left).order_by().distinct()
        found |= {version for _question, version in on_forms(courses) if version in left}
    return found


def shown(course: int, **among: Any) -> set[tuple[int, int]]:
    """(question, version) of the course that attempts have shown; among: see `answered`."""
    return answered(version__question__course=course, **among) | on_forms(Course.objects.filter(pk=course))


def answered(**among: Any) -> set[tuple[int, int]]:
    """(question, version) with graded answers. among: lookups of GradedAnswer.

    By way of the dictionary, as there are millions of answers and they are found by their grade. Those without one
    belong to attempts that are not scored, whose forms are looked at.
    """
    has_answers = Exists(Answer.objects.filter(graded=OuterRef("pk")))
    rows = GradedAnswer.objects.filter(has_answers, **among).order_by()
    return set(rows.values_list("version__question", "version").distinct())


def on_forms(courses: Iterable[Course]) -> set[tuple[int, int]]:
    """(question, version) on the forms of attempts that are not scored: scoring makes a row of an answer for each."""
    rows = Attempt.objects.filter(course__in=courses).exclude(state=Attempt.State.SCORED)
    forms = rows.order_by().values_list("form", flat=True)
    return {
        (line["question"], line["version"])
        for form in forms.iterator(chunk_size=BATCH)
        for line in [*form.get("slots", []), *form.get("pool", [])]
    }


def draft_of(question: Question) -> Draft:
    return _draft(question)


def drafts_of(course: Course, questions: Iterable[Question] | None = None) -> dict[int, Draft]:
    """Question → draft, in few queries. questions: of the course; None: all that are in use."""
    rows = Question.objects.filter(course=course).select_related("current__revision", "concept", "lesson")
    rows = rows.active() if questions is None else rows.filter(pk__in=[question.pk for question in questions])
    return {row.pk: _draft(row) for row in rows.order_by("position", "pk")}


def _draft(question: Question) -> Draft:
    version = question.current
    return normal(
        Draft(
            kind=question.kind,
            name=question.name,
            stem=version.stem if version else "",
            body=version.body if version else {},
            key=version.revision.key if version and version.revision else {},
            explanation=version.explanation if version else "",
            concept=question.concept.name if question.concept else "",
            difficulty=question.difficulty,
            tags=tuple(map(str, question.tags)),
            lesson=question.lesson.slug if question.lesson else "",
            source_key=question.source_key,
            is_spoken=question.is_spoken,
        )
    )


def _wish(course: Course, draft: Draft, question: Question | None = None) -> Wish:
    lesson = course.lessons.filter(slug=draft.lesson).first() if draft.lesson else None
    names = Concept.objects.filter(lesson__course=course, name=draft.concept).order_by("lesson", "position", "pk")
    own = names.filter(lesson=lesson).first() if lesson and draft.concept else None
    return Wish(draft, question, lesson, own or (names.first() if draft.concept else None))


# --- Many ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def put(course: Course, wishes: Sequence[Wish], by: "User | None" = None) -> list[Question]:
    """Write what differs, in few queries for thousands.

    Returns the questions in the order of the wishes. Raises Refused, writing nothing, when one cannot change its kind.
    """
    known = [wish.question for wish in wishes if wish.question]
    stored = drafts_of(course, known) if known else {}
    writing = _Writing(course, by, _shown(known) if known else set())
    last = course.questions.aggregate(last=Max("position", default=-1))["last"] if wishes else -1
    questions = []
    for wish in wishes:
        if wish.position is None and wish.question is None:
            last = min(last + 1, LAST_POSITION)
        place = last if wish.position is None and wish.question is None else wish.position
        questions.append(writing.one(wish, stored.get(wish.question.pk) if wish.question else None, place))
    writing.save()
    return questions


def retire(course: Course, questions: Collection[int]) -> None:
    """Take questions out of use: no new attempt gets them, and those that have them keep them."""
    rows = Question.objects.filter(course=course, pk__in=questions).active()
    lessons = set(rows.values_list("lesson", flat=True))
    if rows.update(retired_at=timezone.now(), changed_at=timezone.now()):
        _follow(course.pk, lessons)


def _shown(questions: Sequence[Question]) -> set[int]:
    """Ids of the questions (of one course) of which any version was shown in an attempt; negative: its current was."""
    if not questions:
        return set()
    current_of = {question.pk: question.current_id for question in questions}
    found: set[int] = set()
    for pk, version in shown(questions[0].course_id, version__question__in=list(current_of)):
        if pk in current_of:
            found |= {pk, -pk} if current_of[pk] == version else {pk}
    return found


@dataclass
class _Writing:
    course: Course
    by: "User | None"
    shown: set[int]
    added: list[tuple[Question, Draft]] = field(default_factory=list)
    touched: list[Question] = field(default_factory=list)
    renewed: list[tuple[Question, Draft]] = field(default_factory=list)  # get a new version
    rewritten: list[tuple[QuestionVersion, Draft]] = field(default_factory=list)
    rekeyed: list[tuple[QuestionVersion, Draft]] = field(default_factory=list)
    lessons: set[int | None] = field(default_factory=set)
    columns: set[str] = field(default_factory=lambda: {"digest"})  # of questions that differ
    wording: set[str] = field(default_factory=set)  # of versions that differ

    def one(self, wish: Wish, before: Draft | None, position: int | None) -> Question:
        draft = replace(normal(wish.draft), lesson=wish.lesson.slug if wish.lesson else "")
        values: dict[str, Any] = {
            "name": draft.name,
            "kind": draft.kind,
            "lesson_id": wish.lesson.pk if wish.lesson else None,
            "concept_id": wish.concept.pk if wish.concept else None,
            "difficulty": draft.difficulty,
            "tags": list(draft.tags),
            "source_key": draft.source_key[:12],
            "is_spoken": draft.is_spoken,
            "retired_at": None,
        }
        if position is not None:
            values["position"] = min(position, LAST_POSITION)
        question = wish.question or Question(course=self.course)
        differing = {name for name, value in values.items() if getattr(question, name) != value}
        lessons = {question.lesson_id, values["lesson_id"]}
        if before and before.kind != draft.kind and question.pk in self.shown:
            raise Refused(kind_kept(question.name))
        for name in differing:
            setattr(question, name, values[name])
        if before is not None:
            self.columns |= {name.removesuffix("_id") for name in differing}
        if before is None:
            self.added.append((question, draft))
        elif self._version(question, before, draft) or differing:
            self.touched.append(question)
        else:
            return question
        question.digest = digest(draft)
        self.lessons |= lessons
        return question

    def _version(self, question: Question, before: Draft, draft: Draft) -> bool:
        """Note what becomes of the current version; False when it stays as it is."""
        words = (before.kind, before.stem, before.body, before.explanation)
        is_reworded = words != (draft.kind, draft.stem, draft.body, draft.explanation)
        if not is_reworded and before.key == draft.key:
            return False
        if question.current is None or -question.pk in self.shown:
            self.renewed.append((question, draft))
            return True
        version = question.current
        # A key speaks of the ids in the body: where an editor gave others, both are written.
        if is_reworded or version.body != draft.body:
            for name in ("stem", "body", "explanation"):
                if getattr(version, name) != getattr(draft, name):
                    self.wording.add(name)
                    setattr(version, name, getattr(draft, name))
            self.rewritten.append((version, draft))
        if version.revision is None or version.revision.key != draft.key:
            self.rekeyed.append((version, draft))
        return True

    def save(self) -> None:
        if not (self.added or self.touched):
            return
        Question.objects.bulk_create([question for question, _draft in self.added], batch_size=BATCH)
        Question.objects.bulk_update(self.touched, sorted(self.columns), batch_size=CHANGED)
        for rows in _slices([question.pk for question in self.touched]):
            Question.objects.filter(pk__in=rows).update(changed_at=timezone.now())
        self._save_new_versions()
        if self.wording:
            versions = [version for version, _draft in self.rewritten]
            QuestionVersion.objects.bulk_update(versions, sorted(self.wording), batch_size=CHANGED)
        self._save_keys(self.rekeyed, self._numbers())
        changed = {version.pk for version, _draft in (*self.rewritten, *self.rekeyed)}
        GradedAnswer.objects.filter(version__in=changed).delete()
        written = [*(question for question, _draft in self.added), *self.touched]
        audible = [row for row in written if row.is_spoken or (row.current and row.current.audio_id)]
        if audible:
            speaking.follow(self.course, audible, self.by)
        _follow(self.course.pk, self.lessons)

    def _save_new_versions(self) -> None:
        wanted = [*self.added, *self.renewed]
        numbers = dict(
            QuestionVersion.objects.filter(question__in=[question.pk for question, _draft in self.renewed])
            .order_by()
            .values_list("question")
            .annotate(last=Max("number"))
        )
        versions = [
            QuestionVersion(
                question=question,
                number=numbers.get(question.pk, 0) + 1,
                stem=draft.stem,
                body=draft.body,
                explanation=draft.explanation,
                # What was read aloud is the old text; a new one is read anew.
                created_by=self.by,
            )
            for question, draft in wanted
        ]
        QuestionVersion.objects.bulk_create(versions, batch_size=BATCH)
        self._save_keys([(version, draft) for version, (_row, draft) in zip(versions, wanted, strict=True)], {})
        for version, (question, _draft) in zip(versions, wanted, strict=True):
            question.current = version
        newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("pk")[:1]
        for rows in _slices([question.pk for question, _draft in wanted]):
            Question.objects.filter(pk__in=rows).update(current=Subquery(newest), changed_at=F("changed_at"))

    def _numbers(self) -> dict[int, int]:
        rows = KeyRevision.objects.filter(version__in=[version.pk for version, _draft in self.rekeyed]).order_by()
        return dict(rows.values_list("version").annotate(last=Max("number")))

    def _save_keys(self, pairs: Sequence[tuple[QuestionVersion, Draft]], numbers: dict[int, int]) -> None:
        revisions = [
            KeyRevision(version=version, number=numbers.get(version.pk, 0) + 1, key=draft.key, by=self.by)
            for version, draft in pairs
        ]
        KeyRevision.objects.bulk_create(revisions, batch_size=BATCH)
        for (version, _draft), revision in zip(pairs, revisions, strict=True):
            version.revision = revision
        newest = KeyRevision.objects.filter(version=OuterRef("pk")).order_by("-number").values("pk")[:1]
        for rows in _slices([version.pk for version, _draft in pairs]):
            QuestionVersion.objects.filter(pk__in=rows).update(revision=Subquery(newest))


def kind_kept(name: str) -> str:
    return _("“%(name)s” has been answered: its kind cannot change. Give the new question a name of its own.") % {
        "name": name
    }


def _slices(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _follow(course: int, lessons: Iterable[int | None]) -> None:
    """Pages that show how many questions there are follow."""
    named = [lesson for lesson in lessons if lesson]
    for lesson in named:
        Lesson.revise(lesson)
    if not named:
        Course.recount(course)

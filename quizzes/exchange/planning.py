"""What an import of questions would do to a course's bank, as data for a table; `apply` does exactly this."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.models import Course, Lesson
from lessons.models import Concept
from quizzes import bank, drafts
from quizzes.bank import Wish
from quizzes.drafts import ABOUT, WORDING, Draft
from quizzes.models import Question

from .checking import mistakes
from .problems import Problem

if TYPE_CHECKING:
    from accounts.models import User


class Outcome(TextChoices):
    ADDED = "added", gettext_lazy("added")
    CHANGED = "changed", gettext_lazy("changed")
    SAME = "same", gettext_lazy("as it is")
    DUPLICATE = "duplicate", gettext_lazy("left out: the bank has it")


# What people call the fields of a draft.
FIELDS = {
    "name": gettext_lazy("name"),
    "kind": gettext_lazy("kind"),
    "stem": gettext_lazy("question"),
    "body": gettext_lazy("options"),
    "key": gettext_lazy("key"),
    "explanation": gettext_lazy("explanation"),
    "concept": gettext_lazy("key concept"),
    "difficulty": gettext_lazy("difficulty"),
    "tags": gettext_lazy("tags"),
    "lesson": gettext_lazy("lesson"),
    "source_key": gettext_lazy("paragraph"),
    "is_spoken": gettext_lazy("read aloud"),
    "retired": gettext_lazy("in use again"),
}


@dataclass(frozen=True)
class Row:
    """details: the fields that change. existing: name of the question that it is, or that is the same.

    is_new_version: attempts hold the words it has, so they keep them. is_rekeyed: attempts were scored by another key.
    """

    outcome: Outcome
    draft: Draft
    existing: str = ""
    details: tuple[str, ...] = ()
    is_new_version: bool = False
    is_rekeyed: bool = False
    wish: Wish | None = None

    @property
    def fields(self) -> list[str]:
        return [str(FIELDS[name]) for name in self.details]


@dataclass(frozen=True)
class Plan:
    """Drafts with problems are in no row: they are left out, the others can be applied."""

    course: Course
    drafts: tuple[Draft, ...]
    lesson: Lesson | None
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    def of(self, outcome: Outcome) -> list[Row]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def added(self) -> list[Row]:
        return self.of(Outcome.ADDED)

    @property
    def changed(self) -> list[Row]:
        return self.of(Outcome.CHANGED)

    @property
    def same(self) -> list[Row]:
        return self.of(Outcome.SAME)

    @property
    def duplicates(self) -> list[Row]:
        return self.of(Outcome.DUPLICATE)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed)

    @property
    def warning(self) -> str:
        """What an import leaves to the instructor; empty for nothing."""
        return rekeyed(sum(row.is_rekeyed for row in self.rows))


def rekeyed(count: int) -> str:
    """What is said about questions that get another key after learners were scored by the one they have."""
    if not count:
        return ""
    return ngettext(
        "The key of %(count)d attempted question would change: use Regrade for the attempts there are. "
        "The new key counts for new attempts.",
        "The keys of %(count)d attempted questions would change: use Regrade for the attempts there are. "
        "The new keys count for new attempts.",
        count,
    ) % {"count": count}


def plan(
    course: Course, questions: Iterable[Draft], *, lesson: Lesson | None = None, problems: Iterable[Problem] = ()
) -> Plan:
    """problems: what the reader told already. lesson: where those belong that name none and are new."""
    given = tuple(questions)
    planning = _Planning(course, lesson)
    rows = [row for draft in given if (row := planning.row(drafts.normal(draft)))]
    told = sorted({*problems, *planning.problems})
    return Plan(course, given, lesson, tuple(rows), tuple(told))


@transaction.atomic
def apply(planned: Plan, by: "User | None" = None) -> Plan:
    """Write what the plan says, in one transaction; what has changed since it was made is looked at again.

    Returns what was done.
    """
    again = plan(planned.course, planned.drafts, lesson=planned.lesson, problems=planned.problems)
    wishes = [row.wish for row in again.rows if row.wish]
    bank.put(planned.course, wishes, by)
    return again


class _Planning:
    """All that the bank knows, in few queries."""

    def __init__(self, course: Course, lesson: Lesson | None) -> None:
        self.course = course
        self.lesson = lesson
        self.problems: list[Problem] = []
        rows = list(
            Question.objects.filter(course=course)
            .select_related("current__revision", "concept", "lesson")
            .order_by("pk")
        )
        self.known = {row.name.casefold(): row for row in rows}
        self.digests = {row.digest: row.name for row in reversed(rows) if row.retired_at is None and row.digest}
        self.lessons = {row.slug: row for row in course.lessons.in_order()}
        self.concepts = list(
            Concept.objects.filter(lesson__course=course).select_related("lesson").order_by("lesson", "position", "pk")
        )
        self.seen: dict[str, str] = {}
        shown = bank.shown(course.pk)
        self.shown = {version for _question, version in shown}
        self.shown_questions = {question for question, _version in shown}

    def row(self, draft: Draft) -> Row | None:
        question = self.known.get(draft.name.casefold())
        before = bank.draft_of(question) if question else None
        if before:
            draft = _filled(draft, before)
        lesson = self._lesson(draft, question)
        draft, concept = self._concept(draft, lesson)
        problems = [*self._problems(draft, question, concept), *mistakes(draft)]
        if problems:
            self.problems += problems
            return None
        draft = replace(draft, lesson=lesson.slug if lesson else "", concept=concept.name if concept else "")
        if question and before:
            return self._known(draft, question, before, lesson, concept)
        digest = drafts.digest(draft)
        existing = self.digests.get(digest) or self.seen.get(digest)
        if existing:
            return Row(Outcome.DUPLICATE, draft, existing)
        self.seen[digest] = draft.name
        return Row(Outcome.ADDED, draft, wish=Wish(draft, None, lesson, concept))

    def _known(
        self, draft: Draft, question: Question, before: Draft, lesson: Lesson | None, concept: Concept | None
    ) -> Row:
        details = differing(before, draft)
        if question.retired_at:
            details = (*details, "retired")
        if not details:
            return Row(Outcome.SAME, draft, question.name)
        was_shown = question.current_id in self.shown
        words_change = any(name in (*WORDING, "key") for name in details)
        return Row(
            Outcome.CHANGED,
            draft,
            question.name,
            details,
            is_new_version=was_shown and words_change,
            is_rekeyed=was_shown and rekeys(before, draft),
            wish=Wish(draft, question, lesson, concept),
        )

    def _lesson(self, draft: Draft, question: Question | None) -> Lesson | None:
        if draft.lesson:
            return self.lessons.get(draft.lesson)
        return question.lesson if question else self.lesson

    def _concept(self, draft: Draft, lesson: Lesson | None) -> tuple[Draft, Concept | None]:
        found = self._find(draft.concept, lesson)
        group = draft.category.strip()
        if not draft.concept and group and not group.lower().startswith(("default for ", "$")) and group != "top":
            found = self._find(group, lesson)
            if not found and group not in draft.tags:
                draft = replace(draft, tags=(*draft.tags, group))
        return draft, found

    def _find(self, name: str, lesson: Lesson | None) -> Concept | None:
        named = [concept for concept in self.concepts if concept.name.casefold() == name.casefold()] if name else []
        own = (concept for concept in named if lesson and concept.lesson_id == lesson.pk)
        return next(own, named[0] if named else None)

    def _problems(self, draft: Draft, question: Question | None, concept: Concept | None) -> Iterable[Problem]:
        if draft.lesson and draft.lesson not in self.lessons:
            yield Problem(
                draft.line,
                _("There is no lesson “%(slug)s”. Write one of: %(known)s.")
                % {"slug": draft.lesson, "known": ", ".join(self.lessons)},
            )
        if draft.concept and not concept:
            yield Problem(draft.line, unknown_concept(draft.concept, [concept.name for concept in self.concepts]))
        if question and question.kind != draft.kind and question.pk in self.shown_questions:
            yield Problem(draft.line, bank.kind_kept(question.name))


def _filled(draft: Draft, before: Draft) -> Draft:
    """With what the file says nothing about."""
    kept = {
        name: getattr(before, name)
        for name in ("concept", "source_key", "tags", "is_spoken")
        if not getattr(draft, name)
    }
    kept |= {name: getattr(before, name) for name in draft.unsaid}
    # A name that differs only in case is the same name.
    return replace(draft, **kept, name=before.name)


def differing(before: Draft, draft: Draft) -> tuple[str, ...]:
    """Names of the fields that change."""
    fields = (*ABOUT, *WORDING, "key")
    return tuple(name for name in fields if getattr(before, name) != getattr(draft, name))


def rekeys(before: Draft, draft: Draft) -> bool:
    """Whether the same question gets another key. With other options, another key goes without saying."""
    return before.key != draft.key and (before.kind, before.body) == (draft.kind, draft.body)


def unknown_concept(name: str, known: Sequence[str]) -> str:
    return _("“%(name)s” is not a key concept here. Write one of: %(known)s.") % {
        "name": name,
        "known": ", ".join(dict.fromkeys(known)) or "–",
    }

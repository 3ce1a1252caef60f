"""What the pages of an open attempt say: its questions, the palette of all of them, and the summary before its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from lessons import audio

from . import adaptivity, grading, presenting
from .models import Answer, Attempt, Kind, QuestionVersion
from .models.questions import FULL
from .presenting import QuestionView

# Kinds of which a choice cannot be taken back by choosing again.
CLEARED = (Kind.SINGLE, Kind.TRUE_FALSE, Kind.ORDERING)


@dataclass(frozen=True)
class Level:
    """How sure one may be, and what that is worth."""

    value: int
    word: str
    worth: str


@dataclass(frozen=True)
class Sheet:
    """One question on its page."""

    number: int
    q: QuestionView
    heading: str
    section: str
    points: str
    before: int  # 0: there is none
    after: int | str  # "finish" behind the last
    seconds: int
    certainties: Sequence[Level]
    is_adaptive: bool
    can_clear: bool


@dataclass(frozen=True)
class Cell:
    number: int
    is_answered: bool
    is_flagged: bool

    @property
    def label(self) -> str:
        words = [_("Question %(number)d") % {"number": self.number}]
        words.append(_("answered") if self.is_answered else _("not answered"))
        return ", ".join([*words, _("flagged")] if self.is_flagged else words)


@dataclass(frozen=True)
class Group:
    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Summary:
    answered: int
    empty: Sequence[int]
    flagged: Sequence[int]
    unreadable: Sequence[tuple[int, str]]
    back: int  # where one would go on


def is_practice(attempt: Attempt) -> bool:
    return attempt.purpose == Attempt.Purpose.PRACTICE


def is_adaptive(attempt: Attempt) -> bool:
    return adaptivity.is_adaptive(attempt)


def numbers(attempt: Attempt) -> range:
    return range(1, len(attempt.form["slots"]) + 1)


def title(attempt: Attempt) -> str:
    if attempt.test:
        return attempt.test.title
    return _("Practice: %(lesson)s") % {"lesson": attempt.lesson.title if attempt.lesson else attempt.course.title}


def answers(attempt: Attempt) -> dict[int, Answer]:
    """By slot; of a grade only whether there is one."""
    rows = attempt.answers.only("slot", "rev", "value", "certainty", "is_flagged", "seconds", "graded_id", "attempt_id")
    return {row.slot: row for row in rows}


def version(pk: int) -> QuestionVersion:
    return _versions([pk]).get()


def _versions(pks: Iterable[int]) -> QuerySet[QuestionVersion]:
    """What may be shown of them: not their explanation, and no key."""
    shown = ("number", "stem", "body", "audio__title", "audio__take__seconds", "question__kind", "question__lesson")
    rows = QuestionVersion.objects.filter(pk__in=set(pks)).select_related("question", "audio__take").only(*shown)
    return rows.prefetch_related("audio__take__renditions")


def one(attempt: Attempt, n: int, user: User, answer: Answer | None) -> Sheet:
    found = version(attempt.form["slots"][n - 1]["version"])
    return _sheet(attempt, n, found, answer, _bearer(found, attempt, user))


def all_of(attempt: Attempt, user: User) -> list[Sheet]:
    lines = attempt.form["slots"]
    found = {row.pk: row for row in _versions(line["version"] for line in lines)}
    kept = answers(attempt)
    audible = {row.question.lesson_id: row for row in found.values() if row.audio_id}
    bearers = {lesson: _bearer(row, attempt, user) for lesson, row in audible.items()}
    return [
        _sheet(attempt, n, row := found[line["version"]], kept.get(n), bearers.get(row.question.lesson_id, ""))
        for n, line in enumerate(lines, start=1)
    ]


def _bearer(found: QuestionVersion, attempt: Attempt, user: User) -> str:
    """The learner's right to hear a question's audio is the right to hear its lesson."""
    if not found.audio_id:
        return ""
    # Enrolment is of the course: for a question of no lesson any of its lessons will do.
    lesson = found.question.lesson or attempt.lesson or attempt.course.lessons.first()
    return audio.bearer_of(user, lesson) if lesson else ""


def _sheet(attempt: Attempt, n: int, found: QuestionVersion, answer: Answer | None, bearer: str) -> Sheet:
    line, total = attempt.form["slots"][n - 1], len(attempt.form["slots"])
    q = presenting.question(found, line, answer, bearer=bearer)
    if answer and answer.value is not None:
        q.unreadable = str(grading.unreadable(q.kind, found.body, answer.value) or "")
    names = {"number": n, "total": total}
    adapts = is_adaptive(attempt)
    sections: list[str] = attempt.form.get("sections", [])
    return Sheet(
        number=n,
        q=q,
        heading=(_("Question %(number)d") if adapts else _("Question %(number)d of %(total)d")) % names,
        section=sections[line["section"]] if line.get("section", 0) < len(sections) and len(sections) > 1 else "",
        points=_points(line["weight"]),
        before=n - 1,
        after=n + 1 if n < total else "finish",
        seconds=answer.seconds if answer else 0,
        certainties=_levels() if attempt.rules.data.get("certainty") else [],
        is_adaptive=adapts,
        can_clear=q.kind in CLEARED,
    )


def _points(weight_ppm: int) -> str:
    """Said only where questions weigh differently from one point."""
    if weight_ppm == FULL:
        return ""
    points = weight_ppm / FULL
    return ngettext("%(points)s point", "%(points)s points", 1 if points == 1 else 2) % {"points": f"{points:g}"}


def _levels() -> list[Level]:
    return [
        Level(1, _("Not sure"), _("right +1, wrong 0")),
        Level(2, _("Fairly sure"), _("right +2, wrong −2")),
        Level(3, _("Sure"), _("right +3, wrong −6")),
    ]


# --- All questions --------------------------------------------------------------------------------------------------


def groups(attempt: Attempt, kept: dict[int, Answer]) -> list[Group]:
    """The palette, by section."""
    titles: list[str] = attempt.form.get("sections", [])
    cells: dict[int, list[Cell]] = {}
    for line in attempt.form["slots"]:
        n, row = line["slot"], kept.get(line["slot"])
        cell = Cell(n, is_answered(row), bool(row and row.is_flagged))
        cells.setdefault(line.get("section", 0), []).append(cell)
    return [
        Group(titles[section] if section < len(titles) and len(cells) > 1 else "", found)
        for section, found in cells.items()
    ]


def summary(attempt: Attempt, kept: dict[int, Answer]) -> Summary:
    empty = [n for n in numbers(attempt) if not is_answered(kept.get(n))]
    flagged = [n for n in numbers(attempt) if n in kept and kept[n].is_flagged]
    last = len(attempt.form["slots"])
    return Summary(
        answered=last - len(empty),
        empty=empty,
        flagged=flagged,
        unreadable=_unreadable(attempt, kept),
        back=empty[0] if empty else last,
    )


def is_answered(row: Answer | None) -> bool:
    return row is not None and row.value not in (None, "", [], {})


def _unreadable(attempt: Attempt, kept: dict[int, Answer]) -> list[tuple[int, str]]:
    pinned = {line["slot"]: line["version"] for line in attempt.form["slots"] if is_answered(kept.get(line["slot"]))}
    rows = QuestionVersion.objects.filter(pk__in=set(pinned.values())).values_list("pk", "question__kind", "body")
    shapes: dict[int, tuple[str, Any]] = {pk: (kind, body) for pk, kind, body in rows}
    told = ((n, grading.unreadable(*shapes[pk], kept[n].value)) for n, pk in pinned.items())
    return [(n, str(sentence)) for n, sentence in told if sentence]

"""What pages say of mock tests and practice before one sits them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import Course, Lesson
from lib import markup
from quizzes import reviewing, sitting, standing
from quizzes.models import Attempt, Kind, MockTest, Question, Section

SAMPLE = 3  # questions that everybody may read
READABLE = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE, Kind.SHORT, Kind.NUMERIC)
PAST, LATEST = 20, 5  # attempts listed
SOON = timedelta(hours=24)  # so near, a closing time is told in minutes


@dataclass(frozen=True)
class Sample:
    """A question without anything that tells its answer."""

    kind: str
    stem: SafeString
    options: Sequence[SafeString]


@dataclass(frozen=True)
class Facts:
    """A mock test; `stands` and `result` for whoever is signed in."""

    test: MockTest
    questions: int
    stands: sitting.Standing | None = None
    result: standing.Result | None = None

    @property
    def marks(self) -> list[str]:
        return rules(self.test)

    @property
    def is_untaken(self) -> bool:
        return self.stands is not None and self.stands.number == 1

    @property
    def counts(self) -> str:
        """What `result` is."""
        return {
            MockTest.Counts.BEST: _("Best score"),
            MockTest.Counts.LAST: _("Last score"),
            MockTest.Counts.FIRST: _("First score"),
            MockTest.Counts.MEAN: _("Mean score"),
        }[MockTest.Counts(self.test.counts)]

    @property
    def cut_short(self) -> int | None:
        """Minutes that are left of the time limit because the test closes before; None when it does not."""
        stands = self.stands
        if stands is None or stands.deadline is None or stands.deadline != stands.terms.closes_at or stands.open:
            return None
        left = stands.deadline - now()
        is_less = stands.terms.limit is None or left < stands.terms.limit
        return max(1, int(left.total_seconds() // 60)) if is_less and left < SOON else None

    @property
    def minutes(self) -> float | None:
        """With the time that is set for this person."""
        return self.stands.minutes if self.stands else self.test.minutes


# --- What there is --------------------------------------------------------------------------------------------------


def questions() -> QuerySet[Question]:
    """Those that practice can draw."""
    return Question.objects.active().filter(current__isnull=False)


def published() -> QuerySet[MockTest]:
    return MockTest.objects.published()


def of_lesson(lesson: Lesson, user: User | None) -> list[Facts]:
    return facts(MockTest.objects.visible_to(user).filter(lesson=lesson), user)


def of_course(course: Course, user: User | None) -> list[Facts]:
    """Those that stand beside the lessons: of chapters, and of the whole course."""
    return facts(MockTest.objects.visible_to(user).filter(course=course, lesson=None), user, with_standing=False)


def facts(tests: Iterable[MockTest], user: User | None, *, with_standing: bool = True) -> list[Facts]:
    found = list(tests.select_related("course", "chapter")) if hasattr(tests, "select_related") else list(tests)
    sizes = lengths(found)
    results = standing.counted(user, found) if user and found else {}
    return [
        Facts(
            test,
            sizes.get(test.pk, 0),
            sitting.may_start(user, test) if user and with_standing else None,
            results.get(test.pk) if marks_are_shown(test) else None,
        )
        for test in found
    ]


def marks_are_shown(test: MockTest) -> bool:
    """Whether learners may know now what they reached."""
    if not test.review:
        return True
    closed = Attempt(test=test, course_id=test.course_id, state=Attempt.State.SCORED, purpose=Attempt.Purpose.MOCK)
    return "marks" in reviewing.visible(closed)


def lengths(tests: Sequence[MockTest]) -> dict[int, int]:
    """test → questions in one form of it."""
    if not tests:
        return {}
    slots = Section.objects.filter(test__in=tests).order_by().values("test")
    size = Coalesce(Sum(F("slots__draw"), filter=Q(slots__question=None)), 0) + Count(
        "slots", filter=Q(slots__question__isnull=False)
    )
    return dict(slots.annotate(size=size).values_list("test", "size"))


def kinds(lesson: Lesson) -> list[tuple[str, int]]:
    """(kind in words, how many) of a lesson's questions, most frequent first."""
    counted = questions().filter(lesson=lesson).order_by().values_list("kind")
    found = sorted(counted.annotate(n=Count("pk")), key=lambda one: (-one[1], one[0]))
    return [(str(Kind(kind).label), count) for kind, count in found]


def rules(test: MockTest) -> list[str]:
    """How answers become marks, in sentences."""
    words = {
        MockTest.Preset.PLAIN: _("A wrong answer costs nothing."),
        MockTest.Preset.JEE: _("A right answer earns 4 marks, a wrong one takes 1 away, a blank one leaves things be."),
        MockTest.Preset.GATE_ONE: _("A wrong answer takes away a third of the question's points."),
        MockTest.Preset.GATE_TWO: _("A wrong answer takes away two thirds of the question's points."),
        MockTest.Preset.FORMULA: _("A wrong answer takes away as much as guessing would gain on average."),
        MockTest.Preset.OWN: _("Right %(right)s, wrong %(wrong)s, blank %(blank)s for each point.")
        % {
            "right": _signed(test.right_marks),
            "wrong": _signed(test.wrong_marks),
            "blank": _signed(test.blank_marks),
        },
    }
    if test.with_certainty:  # then these marks count, whatever the preset
        return [_("You say how sure you are of each answer: the surer, the more right earns and wrong costs.")]
    return [words[MockTest.Preset(test.preset)]]


def _signed(number: Any) -> str:
    return f"{number:+.2f}".rstrip("0").rstrip(".").replace("-", "−") if number else "0"


def on_page(lesson: Lesson, user: User | None, *, is_enrolled: bool, is_editor: bool) -> dict[str, Any]:
    """The context of a lesson's Test page."""
    by_kind = kinds(lesson)
    may = is_enrolled or is_editor
    found = of_lesson(lesson, user)
    return {
        "tests": found,
        "kinds": by_kind,
        "count": sum(count for _kind, count in by_kind),
        "may_practise": may,
        "practice": open_practice(user, lesson) if user and may else None,
        "sitting": next((one for one in found if one.stands and one.stands.open), None),
        "past": past_of_lesson(user, lesson) if user else [],
    }


# --- Of one person --------------------------------------------------------------------------------------------------


def past(user: User, **where: Any) -> list[Attempt]:
    """Closed attempts, the newest first, with their scores."""
    mine = Attempt.objects.closed().taken_by(user).exclude(purpose=Attempt.Purpose.PREVIEW)
    return _with_scores(mine.filter(**where))


def past_of_lesson(user: User, lesson: Lesson) -> list[Attempt]:
    """Rounds of practice, and attempts at its tests."""
    mine = Attempt.objects.closed().taken_by(user).exclude(purpose=Attempt.Purpose.PREVIEW)
    of_it = mine.filter(Q(lesson=lesson) | Q(test__lesson=lesson))
    return _with_scores(of_it)


def _with_scores(rows: QuerySet[Attempt], most: int = PAST) -> list[Attempt]:
    """Each with `shown_score`: None while the test does not show marks."""
    found = list(rows.select_related("test", "lesson", "course", "score").defer("form")[:most])
    shows = {one.test.pk: marks_are_shown(one.test) for one in found if one.test}
    for one in found:
        is_shown = one.test_id is None or shows[one.test_id]
        one.shown_score = getattr(one, "score", None) if is_shown else None  # type: ignore[attr-defined]
    return found


def latest(user: User) -> list[Attempt]:
    """One's last results at mock tests, in all courses."""
    mine = Attempt.objects.closed().taken_by(user).filter(purpose=Attempt.Purpose.MOCK)
    return _with_scores(mine, LATEST)


def sitting_now(user: User) -> list[Attempt]:
    """One's open mock tests, in all courses; the clock of some may be running."""
    mine = Attempt.objects.open().taken_by(user).filter(purpose=Attempt.Purpose.MOCK)
    in_time = Q(deadline=None) | Q(deadline__gt=now())
    return list(mine.filter(in_time).select_related("test").defer("form").order_by("deadline"))


def open_practice(user: User, lesson: Lesson) -> Attempt | None:
    mine = Attempt.objects.open().taken_by(user)
    return mine.filter(lesson=lesson, purpose=Attempt.Purpose.PRACTICE).first()


# --- To look at before enrolling ------------------------------------------------------------------------------------


def sample(lesson: Lesson) -> list[Sample]:
    found = questions().filter(lesson=lesson, kind__in=READABLE).select_related("current")[:SAMPLE]
    return [_sample(question) for question in found if question.current]


def _sample(question: Question) -> Sample:
    version = question.current
    if version is None:
        raise ValueError(f"question {question.pk} has no version")
    version.question = question
    options = {one["id"]: one["text"] for one in version.body.get("options", [])}
    # Authors often write the right option first; in the order of their ids options tell nothing.
    shown: Mapping[str, str] = dict(sorted(options.items()))
    if question.kind == Kind.TRUE_FALSE:
        shown = {"true": _("True"), "false": _("False")}
    return Sample(
        question.get_kind_display(), markup.joined(version.stem), [markup.inline(one) for one in shown.values()]
    )

"""A closed attempt as its result page shows it: nothing that may not be seen yet is even looked up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from enrollment.models import Enrollment
from flashcards.models import OwnCard
from quizzes import accommodating, adaptivity, presenting, reviewing, scoring, totals
from quizzes.adaptivity import Expected
from quizzes.grading import State, marks
from quizzes.models import Answer, Attempt, KeyRevision, Kind, MockTest, ProblemReport, Question, RegradeChange, Score

from . import concepts, distribution, explaining, reasons, sources
from .concepts import ConceptBar
from .distribution import Distribution
from .explaining import Html, Review
from .sources import Source

FULL = 1_000_000
Preset = MockTest.Preset
OTHER_RULES = (Preset.PLAIN, Preset.JEE, Preset.GATE_ONE, Preset.FORMULA)
MISTAKES = (State.WRONG, State.PARTIAL, State.BLANK, State.INVALID)
# state → icon, words, last part of the CSS class
SIGNS = {
    State.RIGHT: ("circle-check", gettext_lazy("Right"), "ok"),
    State.PARTIAL: ("circle-dot", gettext_lazy("Partly right"), "warn"),
    State.WRONG: ("x", gettext_lazy("Wrong"), "bad"),
    State.BLANK: ("circle-dashed", gettext_lazy("No answer"), "blank"),
    State.INVALID: ("triangle-alert", gettext_lazy("Could not be read"), "bad"),
    State.MANUAL: ("clock", gettext_lazy("Waits to be marked"), "now"),
}
NO_SIGN = ("circle", gettext_lazy("Answered"), "blank")


@dataclass(frozen=True)
class Correction:
    """A change of the key after the attempt was handed in."""

    at: datetime
    reason: str
    change_ppm: int | None  # of this attempt's marks; None when the same regrade changed other questions too


@dataclass(frozen=True)
class QuestionResult:
    number: int
    answer: Answer
    question: Question
    stem: SafeString
    pieces: Sequence[presenting.Piece]
    review: Review
    source: Source
    explanation: Html = explaining.NOTHING
    sample: Html = explaining.NOTHING
    state: str = ""  # empty: not shown
    share_ppm: int = 0
    marks_ppm: int | None = None
    possible_ppm: int = 0
    is_counted: bool = True
    why: Sequence[str | SafeString] = ()
    corrections: Sequence[Correction] = ()
    card: OwnCard | None = None
    can_make_card: bool = False
    report: ProblemReport | None = None

    @property
    def sign(self) -> tuple[str, Any, str]:
        return SIGNS.get(State(self.state), NO_SIGN) if self.state else NO_SIGN

    @property
    def is_mistake(self) -> bool:
        return self.state in MISTAKES

    @property
    def is_blank(self) -> bool:
        return self.answer.value in (None, "", [], {})

    @property
    def weight_ppm(self) -> int:
        return self.answer.weight_ppm


@dataclass(frozen=True)
class Calibration:
    """How often somebody was right who was that sure."""

    level: int
    count: int
    right_ppm: int

    @property
    def percent(self) -> int:
        return self.right_ppm * 100 // (self.count * FULL)

    @property
    def words(self) -> str:
        return {1: _("Not sure"), 2: _("Fairly sure"), 3: _("Very sure")}.get(self.level, str(self.level))

    @property
    def stated(self) -> str:
        """What being that sure says, by the marks it risks."""
        return {1: _("up to 67 %"), 2: _("67 to 80 %"), 3: _("over 80 %")}.get(self.level, "")


@dataclass(frozen=True)
class Result:
    attempt: Attempt
    shows: frozenset[str]
    is_own: bool
    score: Score | None
    questions: Sequence[QuestionResult]
    concepts: Sequence[ConceptBar] = ()
    distribution: Distribution | None = None
    best_ppm: int | None = None
    attempts_allowed: int | None = None
    scored: int = 1  # of one's attempts at this test
    calibration: Sequence[Calibration] = ()
    what_if: Sequence[tuple[str, int]] = ()
    is_withheld: bool = False  # until a test that asks some of the same is over
    expected: Expected | None = None  # of an adaptive test

    @cached_property
    def mistakes(self) -> list[QuestionResult]:
        return [one for one in self.questions if one.is_mistake]

    @cached_property
    def right(self) -> int:
        return sum(one.state == State.RIGHT for one in self.questions)

    @cached_property
    def waiting(self) -> list[QuestionResult]:
        return [one for one in self.questions if one.state == State.MANUAL]

    @property
    def used(self) -> timedelta | None:
        return self.attempt.finished_at - self.attempt.started_at if self.attempt.finished_at else None

    @property
    def limit(self) -> timedelta | None:
        return self.attempt.deadline - self.attempt.started_at if self.attempt.deadline else None

    @property
    def floor_gain_ppm(self) -> int:
        """What the rule "never below zero", or a correction that lowers nobody, added to the sum."""
        return self.score.marks_ppm - self.score.sum_ppm if self.score else 0


# --- Finding --------------------------------------------------------------------------------------------------------


def attempts(user: User) -> QuerySet[Attempt]:
    """Those `user` may look at, one's own open ones too, with `is_enrolled`: whether the learner still is."""
    enrolled = Enrollment.objects.active().filter(course=OuterRef("course"), learner=OuterRef("learner"))
    found = Attempt.objects.visible_to(user).annotate(is_enrolled=Exists(enrolled))
    return found.select_related("test", "course__track", "lesson", "rules", "learner", "score")


def answers(attempt: Attempt) -> QuerySet[Answer]:
    with_all = ("version__question__concept__lesson", "version__question__lesson", "version__revision", "graded")
    found = Answer.objects.filter(attempt=attempt).select_related(*with_all, "version__audio__take").order_by("slot")
    return found


def of_answer(attempt: Attempt, answer: Answer, shows: frozenset[str], *, is_new: bool = False) -> QuestionResult:
    """One answer that was judged in an open round. answer: of `answers`; is_new: it was judged just now."""
    answer.attempt = attempt
    where = sources.of([answer.version.question], attempt.course, can_hear=True)
    builder = _Builder(attempt, shows, where.questions, **_belongings(attempt, [answer], True, shows, is_new=is_new))
    return builder.build(answer)


def of(attempt: Attempt, user: User) -> Result:
    """`attempt` of `attempts`, closed."""
    is_own = attempt.learner_id == user.pk
    shows = reviewing.visible(attempt, viewer=user)
    rows = list(answers(attempt))
    for row in rows:
        row.attempt = attempt
    questions = [one.version.question for one in rows]
    can_hear = bool(getattr(attempt, "is_enrolled", False)) or not is_own
    where = sources.of(questions, attempt.course, can_hear=can_hear, is_editor=not is_own)
    builder = _Builder(attempt, shows, where.questions, **_belongings(attempt, rows, is_own, shows))
    results = [builder.build(row) for row in rows]
    score = attempt.score if "marks" in shows and hasattr(attempt, "score") else None
    is_withheld = is_own and "verdict" not in shows and reviewing.is_withheld(attempt)
    found = Result(attempt, shows, is_own, score, results, is_withheld=is_withheld)
    if "verdict" in shows:
        judged = [one for one in results if one.is_counted and one.state and one.state != State.MANUAL]
        graded = [(one.number, one.question, one.share_ppm) for one in judged]
        found = replace(found, concepts=concepts.bars(graded, where.concepts), calibration=calibration(judged))
    if score and adaptivity.is_adaptive(attempt):
        # Shares are about a half there, whoever one is: nothing to compare.
        return replace(found, expected=_expected(attempt, score))
    return replace(found, **_compared(attempt, score, shows), what_if=what_if(attempt, rows) if score else ())


def _expected(attempt: Attempt, score: Score) -> Expected | None:
    if score.ability is None or score.ability_error is None:
        return None
    return adaptivity.expected(attempt, score.ability, score.ability_error)


def _belongings(
    attempt: Attempt, rows: Sequence[Answer], is_own: bool, shows: frozenset[str], *, is_new: bool = False
) -> dict[str, Any]:
    """Cards, reports and corrections of all questions, by what tells which is whose."""
    public = [row.version.question.public_id for row in rows]
    mine = OwnCard.objects.filter(learner=attempt.learner_id, source__in=public) if is_own else OwnCard.objects.none()
    reports = () if is_new else tuple(ProblemReport.objects.filter(attempt=attempt))
    return {
        "cards": {card.source: card for card in mine},
        "reports": {report.slot: report for report in reports},
        "corrections": corrections(attempt, rows) if "marks" in shows else {},
    }


def _compared(attempt: Attempt, score: Score | None, shows: frozenset[str]) -> dict[str, Any]:
    """Beside one's other attempts, and beside those of others."""
    test = attempt.test
    if test is None or score is None:
        return {}
    own = Attempt.objects.filter(test=test, learner=attempt.learner_id, purpose=attempt.purpose)
    scored = own.filter(state=Attempt.State.SCORED, score__isnull=False)
    shares = list(scored.values_list("score__share_ppm", flat=True))
    return {
        "best_ppm": max(shares, default=None),
        "scored": len(shares),
        "attempts_allowed": accommodating.terms(attempt.learner, test).attempts
        if test.attempts_allowed is not None
        else None,
        "distribution": distribution.of(test, attempt.learner, shares, score.share_ppm) if "cohort" in shows else None,
    }


# --- One question ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Builder:
    attempt: Attempt
    shows: frozenset[str]
    sources: Mapping[int, Source]
    cards: Mapping[Any, OwnCard]
    reports: Mapping[int, ProblemReport]
    corrections: Mapping[int, Sequence[Correction]]

    @cached_property
    def slots(self) -> dict[int, dict[str, Any]]:
        return {slot["slot"]: slot for slot in self.attempt.form.get("slots", [])}

    def build(self, answer: Answer) -> QuestionResult:
        version, shows = answer.version, self.shows
        question, key = version.question, explaining.keys_of(version.revision) if "key" in shows else []
        slot = self.slots.get(answer.slot, {"slot": answer.slot})
        view = presenting.question(version, slot, answer if "response" in shows else None, disabled=True)
        words = explaining.key_words(version, version.revision)
        review = explaining.review(view, version.body, key, words.feedback if "feedback" in shows else {})
        if key and answer.graded and question.kind == Kind.CLOZE:
            review = explaining.with_verdicts(review, answer.graded.why)
        return QuestionResult(
            number=answer.slot,
            answer=answer,
            question=question,
            stem=view.stem,
            pieces=view.pieces,
            review=review,
            explanation=words.explanation if "explanation" in shows else explaining.NOTHING,
            sample=words.sample if key else explaining.NOTHING,
            source=self.sources.get(question.pk, sources.NOWHERE),
            corrections=self.corrections.get(version.pk, ()),
            card=self.cards.get(question.public_id),
            can_make_card=bool(key) and lesson_of(self.attempt, question) is not None,
            report=self.reports.get(answer.slot),
            **self._judged(answer),
        )

    def _judged(self, answer: Answer) -> dict[str, Any]:
        """What is left of the verdict and the marks once those that may not be seen are gone."""
        if answer.graded is None:
            return {}
        line, rules = scoring.line_of(answer), self.attempt.rules.data
        found: dict[str, Any] = {}
        if "verdict" in self.shows:
            found = {"state": line.verdict, "share_ppm": line.share_ppm}
            found |= {"why": reasons.of(answer, line, rules, self.shows), "is_counted": not line.is_dropped}
        if "marks" in self.shows:
            found |= {"marks_ppm": totals.earned(rules, line), "possible_ppm": totals.possible(rules, line)}
        return found


def lesson_of(attempt: Attempt, question: Question) -> Any:
    """Where a card made from the question belongs."""
    own = sources.lesson_of(question) or attempt.lesson
    return own or (attempt.test.lesson if attempt.test else None)


# --- Looking back ---------------------------------------------------------------------------------------------------


def corrections(attempt: Attempt, rows: Sequence[Answer]) -> dict[int, list[Correction]]:
    """version → how its key was corrected since the attempt was handed in."""
    changed = [row.version_id for row in rows if row.version.revision and row.version.revision.number > 1]
    if not changed or attempt.finished_at is None:
        return {}
    moved: dict[int, int] = {}
    for change in RegradeChange.objects.filter(attempt=attempt, run__reverted_at=None).select_related("run"):
        versions = [one["version"] for one in change.run.changes]
        if len(versions) == 1:
            moved[versions[0]] = moved.get(versions[0], 0) + change.marks_after - change.marks_before
    found: dict[int, list[Correction]] = {}
    for revision in KeyRevision.objects.filter(version__in=changed, number__gt=1, at__gt=attempt.finished_at):
        # Several corrections of one question have changed the marks together: said once, at the last.
        earlier = found.setdefault(revision.version_id, [])
        earlier[:] = [replace(one, change_ppm=None) for one in earlier]
        earlier.append(Correction(revision.at, revision.reason, moved.get(revision.version_id)))
    return found


def calibration(judged: Iterable[QuestionResult]) -> list[Calibration]:
    """How sure and how right, by level. Empty when nobody was asked."""
    levels: dict[int, list[int]] = {}
    for one in judged:
        if one.answer.certainty and not one.is_blank:
            levels.setdefault(one.answer.certainty, []).append(one.share_ppm)
    return [Calibration(level, len(shares), sum(shares)) for level, shares in sorted(levels.items())]


def what_if(attempt: Attempt, rows: Sequence[Answer]) -> list[tuple[str, int]]:
    """(rules in words, share of the marks in ppm): the same answers under the rules of other exams."""
    if attempt.test is None or attempt.score.is_provisional:
        return []
    lines = [scoring.line_of(row) for row in rows if row.graded]
    found = []
    for preset in OTHER_RULES:
        if preset != attempt.test.preset:
            rules = marks.of_test(MockTest(preset=preset))
            found.append((str(preset.label), totals.total(rules, lines).share_ppm))
    return found

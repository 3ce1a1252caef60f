"""Correcting keys of questions that people have answered: look first, then apply, and take it back if need be.

A corrected key is a new revision of the version that was shown: an attempt keeps its wording, and its score follows the
key. All that a correction writes stands in one transaction; a journal keeps every score before and after.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from jobs import queue
from jobs.models import Job
from jobs.running import Failure, Work

from . import figures, journal, moving, notices
from .dictionary import Spec
from .models import KeyRevision, QuestionVersion, RegradeChange, RegradeRun
from .moving import Step

if TYPE_CHECKING:
    from accounts.models import User

REGRADE = "quizzes.regrade"  # the kind of job; its subject is the run's id
Beat = Callable[[float, str], None]

Policy = RegradeRun.Policy
State = RegradeRun.State


class Refused(Exception):
    """It cannot be done now; `sentence` tells the instructor why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# --- Looking first --------------------------------------------------------------------------------------------------


def dry_run(
    what: QuestionVersion | Sequence[tuple[QuestionVersion, Any]],
    key: Any = None,
    policy: str = Policy.NEW,
    lowers_nobody: bool = False,
    by: "User | None" = None,
    reason: str = "",
) -> RegradeRun:
    """What a correction would do, without doing it: the run with its `forecast`.

    what: a version (with its corrected `key`), or several with a key each. The key of void and drop stays as it is.
    """
    changes = [(what, key)] if isinstance(what, QuestionVersion) else list(what)
    versions = QuestionVersion.objects.select_related("question__course", "revision").in_bulk(
        [version.pk for version, _key in changes]
    )
    _check(by, versions.values())
    data = [_change(versions[version.pk], corrected, policy) for version, corrected in changes]
    run = RegradeRun(
        changes=data, version_id=changes[0][0].pk, policy=policy, lowers_nobody=lowers_nobody, reason=reason, by=by
    )
    steps = [_step(versions[change["version"]], change) for change in data]
    grades = moving.grades_of(steps)
    with transaction.atomic():
        moving.prepare(steps, grades, lowers_nobody=lowers_nobody)
        run.forecast = journal.forecast()
        moving.clear()
        run.save(force_insert=True)
    return run


def _check(by: "User | None", versions: Any) -> None:
    courses = {version.question.course for version in versions}
    if not courses or not all(course.can_be_edited_by(by) for course in courses):
        raise PermissionDenied


def _change(version: QuestionVersion, key: Any, policy: str) -> dict[str, Any]:
    old = version.revision
    if old is None:
        raise ValueError(f"{version} has no key")
    corrects = policy in (Policy.NEW, Policy.BOTH)
    return {
        "version": version.pk,
        "before": old.pk,
        "after": None,
        "key": key if corrects else old.key,
        "also": [old.key, *old.also] if policy == Policy.BOTH else [] if policy == Policy.NEW else old.also,
        "is_void": policy == Policy.VOID,
        "is_dropped": policy == Policy.DROP,
    }


def _step(version: QuestionVersion, change: dict[str, Any]) -> Step:
    """From the key that counts now to the one that is wanted."""
    before = Spec.of(version)
    after = replace(
        before,
        revision=change["after"] or 0,
        key=change["key"],
        also=change["also"],
        is_void=change["is_void"],
        is_dropped=change["is_dropped"],
    )
    return Step(before, after)


def _changes_nothing(step: Step) -> bool:
    return step.before == replace(step.after, revision=step.before.revision)


# --- Asking ---------------------------------------------------------------------------------------------------------


def apply(run: RegradeRun, by: "User | None") -> Job:
    """Want it done; once for a run, however often it is asked for. Raises Refused for one that was taken back."""
    _check(by, _versions(run).values())
    with transaction.atomic():
        RegradeRun.objects.filter(pk=run.pk, state=State.DRY).update(state=State.ASKED, by=by)
        run.refresh_from_db()
        if run.state == State.REVERTED:
            raise Refused(_("This correction was taken back. To apply it after all, make a new dry run."))
        return _latest(run) if run.state == State.APPLIED else _ask(run, by, undo=False)


def revert(run: RegradeRun, by: "User | None") -> Job:
    """Want every score as it would be without this run. Raises Refused where a later run stands on top of it."""
    versions = _versions(run)
    _check(by, versions.values())
    run.refresh_from_db()
    if run.state == State.REVERTED:
        return _latest(run)
    if run.state != State.APPLIED:
        raise Refused(_("This correction has not been applied, so there is nothing to take back."))
    _look_for_later(run, versions)
    with transaction.atomic():
        return _ask(run, by, undo=True)


def _ask(run: RegradeRun, by: "User | None", *, undo: bool) -> Job:
    return queue.enqueue(REGRADE, str(run.pk), payload={"undo": undo, "by": by.pk if by else None}, asked_by=by)


def _latest(run: RegradeRun) -> Job:
    return Job.objects.filter(kind=REGRADE, subject=str(run.pk)).order_by("-created_at")[0]


def _versions(run: RegradeRun) -> dict[int, QuestionVersion]:
    found = QuestionVersion.objects.select_related("question__course", "revision")
    return found.in_bulk([change["version"] for change in run.changes])


def _look_for_later(run: RegradeRun, versions: dict[int, QuestionVersion]) -> None:
    for change in run.changes:
        if change["after"] and versions[change["version"]].revision_id != change["after"]:
            raise Refused(_later())


# --- Doing ----------------------------------------------------------------------------------------------------------


def carry_out(work: Work) -> None:
    """The body of the job."""
    run = RegradeRun.objects.get(pk=work.subject)
    if work.payload.get("undo"):
        _take_back(run, work.payload.get("by"), work.beat)
    else:
        _apply(run, work.beat)


def lost(work: Work, sentence: str) -> None:
    """Nothing was written: the run can be applied again."""
    RegradeRun.objects.filter(pk=work.subject, state=State.ASKED).update(state=State.DRY)


def _apply(run: RegradeRun, beat: Beat) -> None:
    if run.state != State.ASKED:
        return
    versions = _versions(run)
    steps = [_step(versions[change["version"]], change) for change in run.changes]
    beat(5, _("Grading the answers"))
    grades = moving.grades_of(steps)
    beat(20, _("Adding up the scores"))
    with transaction.atomic():
        if not RegradeRun.objects.filter(pk=run.pk, state=State.ASKED).update(state=State.APPLIED, applied_at=now()):
            return
        steps = _correct_keys(run)
        moved = moving.prepare(steps, moving.grades_of(steps, grades), lowers_nobody=run.lowers_nobody)
        run.counts = journal.forecast()
        if moved:
            journal.write(run)
            notices.ask(run)
        _write(steps)
        run.save(update_fields=["counts", "changes"])
        tests = journal.tests()
        moving.clear()
    _tell_figures(tests)


def _correct_keys(run: RegradeRun) -> list[Step]:
    """Give the versions their new keys. From here on whoever scores waits for us, or has scored before us."""
    steps = []
    for change in sorted(run.changes, key=lambda one: one["version"]):
        held = QuestionVersion.objects.filter(pk=change["version"])
        held.update(number=F("number"))  # ours until the end, whatever its key is by now
        version = held.select_related("question", "revision").get()
        step = _step(version, change)
        if _changes_nothing(step):
            continue  # somebody has applied the same meanwhile
        if version.revision_id != change["before"]:
            raise Failure(
                _(
                    "The key of a question was corrected by somebody else after this dry run. Nothing was changed. "
                    "Make a new dry run to see what your correction would do now."
                )
            )
        revision = _revision(version, change, run)
        held.update(revision=revision)
        change["after"] = revision.pk
        steps.append(Step(step.before, replace(step.after, revision=revision.pk)))
    return steps


def _revision(version: QuestionVersion, change: dict[str, Any], run: RegradeRun) -> KeyRevision:
    last = KeyRevision.objects.filter(version=version).aggregate(last=Max("number"))["last"] or 0
    wanted = {name: change[name] for name in ("key", "also", "is_void", "is_dropped")}
    return KeyRevision.objects.create(version=version, number=last + 1, reason=run.reason, by_id=run.by_id, **wanted)


def _write(steps: list[Step]) -> None:
    moving.rewrite_words(steps)
    journal.write_scores()
    journal.look_for_provisional(steps)


def _take_back(run: RegradeRun, by: int | None, beat: Beat) -> None:
    if run.state != State.APPLIED:
        return
    beat(5, _("Adding up the scores"))
    with transaction.atomic():
        taken = RegradeRun.objects.filter(pk=run.pk, state=State.APPLIED)
        if not taken.update(state=State.REVERTED, reverted_at=now(), reverted_by=by):
            return
        steps = _restore_keys(run)
        moving.prepare(steps, moving.grades_of(steps), lowers_nobody=False, undone=run.pk)
        _write(steps)
        tests = journal.tests()
        moving.clear()
        # Who was told of it is told that it was taken back, nobody else.
        if RegradeChange.objects.filter(run=run, told_at__isnull=False).exists():
            notices.ask(run)
    _tell_figures(tests)


def _restore_keys(run: RegradeRun) -> list[Step]:
    steps = []
    for change in sorted(run.changes, key=lambda one: one["version"]):
        if not change["after"]:
            continue
        version = QuestionVersion.objects.filter(pk=change["version"])
        if not version.filter(revision=change["after"]).update(revision=change["before"]):
            raise Failure(_("Nothing was changed.") + " " + _later())
        revisions = KeyRevision.objects.in_bulk([change["before"], change["after"]])
        found = version.select_related("question", "revision").get()
        after = Spec.of(found)
        found.revision = revisions[change["after"]]
        steps.append(Step(Spec.of(found), after))
    return steps


def _later() -> str:
    return _("The key of this question has been corrected again since. Take the later correction back first.")


def _tell_figures(tests: list[int]) -> None:
    for test in tests:
        figures.ask(test)

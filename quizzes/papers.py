"""An attempt as data for programs: the questions as they are shown, and later what `reviewing` lets be seen of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

from lib import markup

from . import adaptivity, deadlines, reviewing, scoring
from .models import Answer, Attempt, Kind, QuestionVersion, Score
from .reviewing import Thing

if TYPE_CHECKING:
    from accounts.models import User

Data = dict[str, Any]
BLANK = Answer(rev=0)
FEEDBACK = {"feedback", "misconceptions"}  # parts of a key


def standing(attempt: Attempt, at: datetime | None = None) -> Data:
    """What may be said of an attempt at any time."""
    return {
        "id": attempt.pk,
        "course": attempt.course.slug,
        "test": attempt.test.slug if attempt.test else None,
        "lesson": attempt.lesson.slug if attempt.lesson else None,
        "purpose": attempt.purpose,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at,
        "deadline": attempt.deadline,
        "finished_at": attempt.finished_at,
        "closed_by": attempt.closed_by or None,
        "remaining_ms": deadlines.remaining_ms(attempt.deadline, at or now()) if attempt.is_open else 0,
        "is_adaptive": adaptivity.is_adaptive(attempt),
        "with_certainty": bool(attempt.rules.data.get("certainty")),
        "url": attempt.get_absolute_url(),
    }


def of(attempt: Attempt, at: datetime | None = None) -> Data:
    """An open attempt with its questions and what was answered. Holds nothing of any key."""
    answers = {row.slot: row for row in attempt.answers.all()}
    shown = lines(attempt)
    versions = _versions(shown, "pk", "stem", "body", "question__kind")
    return standing(attempt, at) | {
        "sections": attempt.form["sections"],
        "questions": [
            question(line, versions[line["version"]]) | _answered(answers.get(line["slot"], BLANK)) for line in shown
        ],
    }


def lines(attempt: Attempt) -> list[Data]:
    """The questions that can be answered: all, or the current one of an adaptive test."""
    slots: list[Data] = attempt.form["slots"]
    return slots[-1:] if adaptivity.is_adaptive(attempt) and attempt.is_open else slots


def question(line: Data, version: QuestionVersion) -> Data:
    """What is asked, in the order of this attempt."""
    kind = version.question.kind
    return {
        "slot": line["slot"],
        "section": line["section"],
        "kind": kind,
        "stem": text(version.stem),
        "body": shown(kind, version.body, line["order"]),
    }


def shown(kind: str, body: Data, order: Any) -> Data:
    """A public body with its options in the order in which this attempt shows them."""
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return body | {"options": _by_id(body["options"], order)}
    if kind == Kind.ORDERING:
        return body | {"items": _by_id(body["items"], order)}
    if kind == Kind.MATCHING:
        return body | {side: _by_id(body[side], order[side]) for side in ("left", "right")}
    if kind == Kind.CLOZE:
        return body | {"gaps": {gap: shown(one["kind"], one, order.get(gap)) for gap, one in body["gaps"].items()}}
    return body


def text(markdown: str) -> Data:
    return {"markdown": markdown, "html": markup.joined(markdown)}


def result(attempt: Attempt, viewer: "User | None" = None, at: datetime | None = None) -> Data:
    """A closed attempt with all that may be seen of it now; what may not is None."""
    seen = reviewing.visible(attempt, at, viewer=viewer)
    answers = {row.slot: row for row in attempt.answers.select_related("graded")}
    versions = _versions(attempt.form["slots"])
    earned = scoring.marks(attempt.pk) if Thing.MARKS in seen else {}
    score = Score.objects.filter(attempt=attempt).first() if Thing.MARKS in seen else None
    return standing(attempt, at) | {
        "visible": sorted(seen),
        "score": score,
        "questions": [
            question(line, versions[line["version"]])
            | _answered(answers.get(line["slot"], BLANK))
            | told(versions[line["version"]], answers.get(line["slot"]), seen)
            | {"marks_ppm": earned[line["slot"]].earned_ppm if line["slot"] in earned else None}
            for line in attempt.form["slots"]
        ],
    }


def told(version: QuestionVersion, answer: Answer | None, seen: frozenset[str]) -> Data:
    """Verdict, key and explanation of one question, as far as `seen` allows. The one place that reads them."""
    graded = answer.graded if answer else None
    return {
        "verdict": graded.state if graded and Thing.VERDICT in seen else None,
        "share_ppm": graded.score_ppm if graded and Thing.VERDICT in seen else None,
        "why": reasons(graded.why, seen) if graded and Thing.VERDICT in seen else None,
        "key": _key(version.revision.key, seen) if version.revision and Thing.KEY in seen else None,
        "explanation": text(version.explanation) if Thing.EXPLANATION in seen else None,
    }


def reasons(why: Iterable[Any], seen: frozenset[str]) -> list[Any]:
    """What graders noted, without what feedback or key would tell where these are not shown."""
    return list(why) if {Thing.KEY, Thing.FEEDBACK} <= seen else []


def _key(key: Any, seen: frozenset[str]) -> Any:
    """A key, without the feedback in it where that is not shown."""
    if Thing.FEEDBACK in seen:
        return key
    if isinstance(key, dict):
        return {name: _key(value, seen) for name, value in key.items() if name not in FEEDBACK}
    return [_key(one, seen) for one in key] if isinstance(key, list) else key


def _answered(answer: Answer) -> Data:
    return {
        "rev": answer.rev,
        "value": answer.value,
        "certainty": answer.certainty,
        "flagged": answer.is_flagged,
        "seconds": answer.seconds,
    }


def _versions(slots: Iterable[Data], *only: str) -> dict[int, QuestionVersion]:
    rows = QuestionVersion.objects.filter(pk__in=[line["version"] for line in slots])
    found = (
        rows.select_related("question").only(*only, "question__id")
        if only
        else rows.select_related("question", "revision")
    )
    return {one.pk: one for one in found}


def _by_id(options: list[Data], order: list[str]) -> list[Data]:
    # An author may rewrite a question in the moment in which the first form pins it: then what is new comes last.
    known = {one["id"]: one for one in options}
    return [known.pop(one) for one in order if one in known] + list(known.values())

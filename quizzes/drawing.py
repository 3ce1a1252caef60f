"""Which questions a form holds, in which order: resolved once at the start and stored, never drawn again.

A form is {"sections": [title], "slots": [{"slot": 1…, "section": 0…, "question": id, "version": id, "weight": ppm,
"order": how options are shown}]}; that of an adaptive test grows, and has its "pool" besides (see quizzes.adaptivity).
Options, items and targets go by their ids: `order` is a list of ids, {"left": ids, "right": ids} for matching, {gap:
ids} for gaps with options, None where there is nothing to order.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from courses.models import Lesson
from courses.models.publishing import published_q

from .models import Attempt, ItemParameters, Kind, MockTest, Question, QuestionVersion, Slot
from .models.questions import FULL, Difficulty

if TYPE_CHECKING:
    from accounts.models import User

Form = dict[str, Any]
UNSEEN = -1
PRACTISED = 12  # questions of a practice round
MOST_ONLY = 200  # of those that a learner names
TRUE_FALSE = ["true", "false"]
# What is taken for granted of a question that was never calibrated: by difficulty as its author sees it.
GUESSES = {Difficulty.EASY: -1.0, Difficulty.MEDIUM: 0.0, Difficulty.HARD: 1.0}


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn, as far as drawing needs to know it."""

    question: int
    version: int
    lesson_id: int | None
    chapter_id: int | None
    concept_id: int | None
    kind: str
    difficulty: int
    tags: frozenset[str]

    def is_in(self, pool: dict[str, Any]) -> bool:
        has = {
            "lessons": self.lesson_id,
            "chapters": self.chapter_id,
            "concepts": self.concept_id,
            "difficulties": self.difficulty,
            "kinds": self.kind,
        }
        narrowed = all(not pool.get(name) or value in pool[name] for name, value in has.items())
        return narrowed and (not pool.get("tags") or bool(self.tags & set(pool["tags"])))


@dataclass(frozen=True)
class Place:
    """A slot of the test."""

    section: int
    title: str  # of the section
    draw: int
    pool: dict[str, Any] | None
    points: Any
    fixed: Candidate | None  # None for a pool, and for a question that was retired


def form(test: MockTest, user: "User", seed: int, *, seen: Sequence[Form] = ()) -> Form:
    """The form of one attempt: fixed slots, and others drawn fairly, unseen questions first.

    seen: forms of earlier attempts, the newest first.
    """
    places, bodies = _places(test)
    sections = {place.section: place.title for place in places}
    has_pool = any(place.pool is not None for place in places)
    candidates = candidates_of(_drawable().filter(course=test.course_id)) if has_pool else []
    if test.way == MockTest.Way.ADAPTIVE:
        chosen = _pool(places, candidates)
    else:
        chosen = _draw(places, candidates, seed, last_seen(seen))
    numbers = {pk: number for number, pk in enumerate(sections)}
    rng = random.Random(seed)
    lines: list[Form] = []
    for pk in sections:
        of_section = [(place, one) for place, one in chosen if place.section == pk]
        if test.shuffle_questions:
            rng.shuffle(of_section)
        lines += [_line(one, numbers[pk], place.points) for place, one in of_section]
    made: Form = {"sections": list(sections.values())}
    if test.way == MockTest.Way.ADAPTIVE:
        made["blueprint"] = [sum(place.draw for place in places if place.section == pk) for pk in sections]
        return made | {"slots": [], "pool": lines}
    return made | {"slots": ordered(lines, seed, shuffles=test.shuffle_options, known=bodies)}


def practice(
    lesson: Lesson,
    seed: int,
    *,
    seen: Sequence[Form] = (),
    only: Iterable[int] | None = None,
    told: Iterable[int] = (),
    without: Iterable[int] = (),
    most: int = PRACTISED,
) -> Form:
    """Questions of a lesson's bank, unseen ones first, easy ones before hard ones; or `only` these of the course.

    told: of those that no lesson has for practice (a final's, say) the ones whose keys the learner has been shown.
    """
    from .statistics import fair

    where = Q(lesson=lesson)
    if only is not None:
        where = Q(course=lesson.course_id, pk__in=list(only)[:MOST_ONLY]) & (~Q(lesson=None) | Q(pk__in=told))
    found = candidates_of(_drawable().filter(where).exclude(pk__in=without))
    if only is None:
        turns = last_seen(seen)
        picked = fair.form(expected(found), most, seed, [turns.get(one.question, UNSEEN) for one in found])
        found = [found[index] for index in picked]
    found.sort(key=lambda one: one.difficulty)
    return {"sections": [""], "slots": ordered([_line(one, 0, 1) for one in found], seed, shuffles=True)}


def _places(test: MockTest) -> tuple[list[Place], dict[int, Any]]:
    """The slots in their order, with what was put into them; and of that, version → (kind, body). One query."""
    rows = Slot.objects.filter(section__test=test).order_by("section__position", "section_id", "position", "pk")
    own = ("section", "section__title", "draw", "pool", "points")
    asked = ("question", "question__current", "question__kind", "question__retired_at", "question__current__body")
    places: list[Place] = []
    bodies = {}
    for section, title, draw, pool, points, question, version, kind, retired_at, body in rows.values_list(*own, *asked):
        is_asked = version is not None and retired_at is None
        fixed = Candidate(question, version, None, None, None, kind, 0, frozenset()) if is_asked else None
        places.append(Place(section, title, draw, pool, points, fixed))
        bodies[version] = kind, body
    return places, bodies


def drawable(test: MockTest, slots: Sequence[Slot], at: datetime | None = None) -> list[Candidate]:
    """What `slots` could draw from or hold, for their author: the pools of the course and the fixed questions."""
    may_hold = Q(pk__in=[slot.question_id for slot in slots if slot.question_id])
    if any(slot.pool is not None for slot in slots):
        may_hold |= _asked(at)
    return candidates_of(Question.objects.active().filter(may_hold, course=test.course_id, current__isnull=False))


def _drawable() -> QuerySet[Question]:
    return Question.objects.active().filter(_asked(), current__isnull=False)


def _asked(at: datetime | None = None) -> Q:
    return Q(lesson=None) | published_q(at, prefix="lesson__")


def candidates_of(rows: QuerySet[Question]) -> list[Candidate]:
    fields = ("pk", "current", "lesson", "lesson__chapter", "concept", "kind", "difficulty", "tags")
    found = rows.order_by("position", "pk").values_list(*fields)
    return [
        Candidate(question, version, lesson, chapter, concept, kind, difficulty, frozenset(tags))
        for question, version, lesson, chapter, concept, kind, difficulty, tags in found
    ]


def expected(candidates: Sequence[Candidate]) -> list[float]:
    """What an average person is expected to earn with each, as a share."""
    from .statistics import fair  # NumPy: only where something is drawn

    known = dict[int, tuple[float, float]]()
    rows = ItemParameters.objects.filter(version__in=[one.version for one in candidates])
    for pk, slope, difficulty in rows.values_list("version", "slope", "difficulty"):
        known[pk] = slope, difficulty
    pairs = [known.get(one.version, (1.0, GUESSES.get(Difficulty(one.difficulty), 0.0))) for one in candidates]
    return [float(share) for share in fair.expected([a for a, _b in pairs], [b for _a, b in pairs])]


def last_seen(forms: Sequence[Form]) -> dict[int, int]:
    """Question → how recently it was asked: the larger, the more recently. forms: the newest first."""
    found: dict[int, int] = {}
    for age, one in enumerate(forms):
        for line in one.get("slots", []):
            found.setdefault(line["question"], len(forms) - age)
    return found


def _draw(
    places: Sequence[Place], candidates: Sequence[Candidate], seed: int, seen: dict[int, int]
) -> list[tuple[Place, Candidate]]:
    drawn = {number: [place.fixed] for number, place in enumerate(places) if place.fixed}
    pools = {
        number: [one for one in candidates if one.is_in(place.pool)]
        for number, place in enumerate(places)
        if place.pool is not None
    }
    if pools:
        from .statistics import fair

        used = {one.question for (one,) in drawn.values()}
        scores = dict(zip((one.question for one in candidates), expected(candidates), strict=True))
        # Whoever may take from few questions takes first: else a wide pool could use up what a narrow one needs.
        for turn, number in enumerate(sorted(pools, key=lambda number: (len(pools[number]), number))):
            free = [one for one in pools[number] if one.question not in used]
            turns = [seen.get(one.question, UNSEEN) for one in free]
            picked = fair.form([scores[one.question] for one in free], places[number].draw, seed + turn, turns)
            drawn[number] = [free[index] for index in picked]
            used |= {one.question for one in drawn[number]}
    return [(place, one) for number, place in enumerate(places) for one in drawn.get(number, [])]


def _pool(places: Sequence[Place], candidates: Sequence[Candidate]) -> list[tuple[Place, Candidate]]:
    """Everything that an adaptive test may ask, each question in the first section that would take it."""
    used: set[int] = set()
    found = []
    for place in places:
        takes = [place.fixed] if place.pool is None else [one for one in candidates if one.is_in(place.pool)]
        for one in takes:
            # An essay waits for a person: nothing follows from it at once.
            if one and one.question not in used and one.kind != Kind.ESSAY:
                used.add(one.question)
                found.append((place, one))
    return found


def _line(one: Candidate, section: int, points: Any) -> Form:
    weight = int(points * FULL)
    return {"section": section, "question": one.question, "version": one.version, "weight": weight}


def ordered(
    lines: Sequence[Form], seed: int, *, shuffles: bool, first: int = 1, known: dict[int, Any] | None = None
) -> list[Form]:
    """The same lines with their numbers, and the order in which what one chooses from is shown.

    known: version → (kind, body) of those that were read already.
    """
    bodies = dict(known or {})
    if missing := [line["version"] for line in lines if line["version"] not in bodies]:
        rows = QuestionVersion.objects.filter(pk__in=missing)
        bodies |= {pk: (kind, body) for pk, kind, body in rows.values_list("pk", "question__kind", "body")}
    made = []
    for number, line in enumerate(lines, first):
        kind, body = bodies[line["version"]]
        order = option_order(kind, body, random.Random(f"{seed}:{line['version']}"), shuffles=shuffles)
        made.append({"slot": number} | line | {"order": order})
    return made


def option_order(kind: str, body: dict[str, Any], rng: random.Random, *, shuffles: bool) -> Any:
    """Items to be put in order, and targets to be matched, are always shuffled: as stored they could tell the key."""
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        return _ids(body.get("options", []), rng if shuffles else None)
    if kind == Kind.TRUE_FALSE:
        return TRUE_FALSE
    if kind == Kind.ORDERING:
        return _ids(body.get("items", []), rng)
    if kind == Kind.MATCHING:
        return {
            "left": _ids(body.get("left", []), rng if shuffles else None),
            "right": _ids(body.get("right", []), rng),
        }
    if kind == Kind.CLOZE:
        gaps = body.get("gaps", {}).items()
        orders = {gap: option_order(one["kind"], one, rng, shuffles=shuffles) for gap, one in gaps}
        return {gap: order for gap, order in orders.items() if order is not None}
    return None


def _ids(options: Sequence[dict[str, str]], rng: random.Random | None) -> list[str]:
    ids = [option["id"] for option in options]
    if rng:
        rng.shuffle(ids)
    return ids


def earlier_forms(attempts: QuerySet[Attempt], most: int = 10) -> list[Form]:
    """Forms of earlier attempts, the newest first."""
    return list(attempts.order_by("-started_at").values_list("form", flat=True)[:most])

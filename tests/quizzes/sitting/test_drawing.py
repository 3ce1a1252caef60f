"""Forms: fixed and drawn, shuffled without telling anything, the same for ever (A18)."""

import random
from collections import Counter

import pytest

from quizzes import drawing, grading, sitting
from quizzes.models import Attempt, QuestionVersion, Section, Slot
from tests import factories
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db


def pooled(course, *slots, **fields):
    """A test with a section for each of `slots`: (pool, how many)."""
    test = factories.mock_test(course, **fields)
    for position, (pool, draw) in enumerate(slots, 1):
        section = Section.objects.create(test=test, title=f"Part {position}", position=position)
        Slot.objects.create(section=section, pool=pool, draw=draw)
    return test


def asked(form) -> list[int]:
    return [line["question"] for line in form["slots"]]


def test_slots_are_drawn_from_their_pools(cast):
    other = factories.LessonFactory(chapter=factories.ChapterFactory(course=cast.course))
    concept = cast.lesson.concepts.first()
    easy = [factories.question(cast.course, difficulty=1, lesson=cast.lesson) for _number in range(4)]
    hard = [factories.question(cast.course, difficulty=3, lesson=other, concept=concept) for _number in range(4)]
    true = [factories.question(cast.course, "truefalse", tags=["exam"]) for _number in range(4)]
    pools = [
        ({"difficulties": [1]}, easy),
        ({"lessons": [other.pk]}, hard),
        ({"chapters": [other.chapter_id]}, hard),
        ({"concepts": [concept.pk]}, hard),
        ({"kinds": ["truefalse"]}, true),
        ({"tags": ["exam", "other"]}, true),
        ({"kinds": ["single"], "difficulties": [3]}, hard),
        ({"lessons": []}, easy + hard + true),
    ]
    for pool, fits in pools:
        form = drawing.form(pooled(cast.course, (pool, 3)), cast.enrolled, 7)
        assert len(form["slots"]) == 3
        assert set(asked(form)) <= {one.pk for one in fits}, pool


def test_no_question_twice_and_narrow_pools_come_first(cast):
    questions = [factories.question(cast.course, difficulty=1 if number < 3 else 2) for number in range(8)]
    test = pooled(cast.course, ({}, 5), ({"difficulties": [1]}, 3))
    for seed in range(20):
        form = drawing.form(test, cast.enrolled, seed)
        assert sorted(asked(form)) == [one.pk for one in questions]
        assert form["sections"] == ["Part 1", "Part 2"]
        assert Counter(line["section"] for line in form["slots"]) == {0: 5, 1: 3}


def test_a_pool_that_is_too_small_gives_what_it_has(cast):
    factories.question(cast.course)
    assert len(drawing.form(pooled(cast.course, ({}, 5)), cast.enrolled, 1)["slots"]) == 1


def test_drafts_retired_and_foreign_questions_are_not_drawn(cast):
    draft = factories.LessonFactory(chapter=cast.lesson.chapter, published_at=None)
    fine = factories.question(cast.course)
    factories.question(cast.course, lesson=draft)
    factories.question(cast.course, retired_at=factories.LONG_AGO)
    factories.question(factories.CourseFactory())
    assert asked(drawing.form(pooled(cast.course, ({}, 9)), cast.enrolled, 1)) == [fine.pk]


def test_unseen_questions_come_first_in_the_next_attempt(cast):
    questions = [factories.question(cast.course) for _number in range(9)]
    test = pooled(cast.course, ({}, 3))
    seen = []
    for _attempt in range(3):
        attempt = sitting.start(cast.enrolled, test)
        seen += asked(attempt.form)
        sitting.submit(attempt)
    assert sorted(seen) == [one.pk for one in questions]
    # Then those that were seen longest ago.
    assert sorted(asked(sitting.start(cast.enrolled, test).form)) == sorted(seen[:3])


def test_forms_of_one_pool_are_about_equally_hard(cast):
    for number in range(30):
        factories.question(cast.course, difficulty=number % 3 + 1)
    test = pooled(cast.course, ({}, 10))
    pool = drawing.candidates_of(cast.course.questions.all())
    level = {one.question: score for one, score in zip(pool, drawing.expected(pool), strict=True)}
    sums = [sum(level[one] for one in asked(drawing.form(test, cast.enrolled, seed))) for seed in range(30)]
    assert max(sums) - min(sums) < 0.5


def test_a_thousand_seeds_never_change_a_grade(cast):
    """Options go by ids: where they stand on the screen cannot matter."""
    lines = []
    for kind in SAMPLES:
        question = factories.question(cast.course, kind)
        lines.append({"section": 0, "question": question.pk, "version": question.current_id, "weight": 10**6})
    versions = {one.pk: one for one in QuestionVersion.objects.select_related("question", "revision")}
    orders: dict[str, set[str]] = {kind: set() for kind in SAMPLES}
    for line in lines:
        version = versions[line["version"]]
        kind, sample = version.question.kind, SAMPLES[version.question.kind]
        ids = sorted(
            str(one) for one in flat(drawing.option_order(kind, version.body, drawing.random.Random(0), shuffles=False))
        )
        for seed in range(1000):
            order = order_of(kind, seed)
            assert sorted(flat(order)) == ids
            orders[kind].add(str(order))
        for response in (sample.right, sample.wrong):
            first = grading.grade(kind, version.body, version.revision.key, response)
            assert (
                grading.grade_text(
                    kind, version.body, version.revision.key, grading.canonical(kind, version.body, response)
                )
                == first
            )
    assert {kind for kind, found in orders.items() if len(found) > 1} == {
        "single", "multiple", "matching", "ordering", "cloze",
    }  # fmt: skip


def order_of(kind: str, seed: int, *, shuffles: bool = True):
    return drawing.option_order(kind, SAMPLES[kind].body, random.Random(seed), shuffles=shuffles)


def flat(order) -> list[str]:
    if isinstance(order, dict):
        return [one for inner in order.values() for one in inner]
    return order or []


def test_a_form_is_the_same_after_a_restart(cast):
    questions = [factories.question(cast.course, kind) for kind in SAMPLES]
    attempt = sitting.start(cast.enrolled, factories.mock_test(cast.course, questions))
    again = Attempt.objects.get(pk=attempt.pk)
    assert again.form == attempt.form
    assert all(
        line["order"] == kept["order"] for line, kept in zip(attempt.form["slots"], again.form["slots"], strict=True)
    )


def test_what_must_not_be_guessed_is_shuffled_even_if_nothing_else_is(cast):
    body = SAMPLES["ordering"].body
    found = {str(drawing.option_order("ordering", body, drawing.random.Random(n), shuffles=False)) for n in range(50)}
    assert len(found) == 6
    single = [
        drawing.option_order("single", SAMPLES["single"].body, drawing.random.Random(n), shuffles=False) for n in (1, 2)
    ]
    assert single[0] == single[1] == [one["id"] for one in SAMPLES["single"].body["options"]]


def test_points_are_weights(cast):
    test = factories.mock_test(cast.course, [factories.question(cast.course)])
    Slot.objects.update(points="2.5")
    assert drawing.form(test, cast.enrolled, 1)["slots"][0]["weight"] == 2_500_000

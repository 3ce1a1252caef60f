"""Random mock tests and questions of a course folder."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from authoring.mock_texts import PoolText, RulesText, SectionText, SlotText, TestText
from authoring.texts import ChapterText, normal, one_line
from quizzes.drafts import Draft
from quizzes.models import MockTest
from quizzes.models.questions import Kind
from quizzes.reviewing import Moment, Thing
from tests.authoring.moments import MOMENTS
from tests.quizzes.exchange import strategies

TITLES = strategies.SINGLES.map(one_line).map(lambda text: text[:60].strip()).filter(bool)
POINTS = st.sampled_from(["1", "2", "0.5", "2.25"])
TEXTS = st.sampled_from(["", "Good luck.", "#### Rules\n\n- one\n- two", "```\n## code\n```"]).map(normal)


@st.composite
def questions(draw: st.DrawFn, lesson: str, concepts: list[str]) -> tuple[Draft, ...]:
    """With names that no other lesson has."""
    made = draw(st.lists(strategies.drafts(concepts=("", *concepts), lesson=lesson), max_size=2))
    usable = [draft for draft in made if strategies.usable(draft)]
    return tuple(replace(draft, name=f"{lesson or 'Q'} {place}: {draft.name}") for place, draft in enumerate(usable))


@st.composite
def rules(draw: st.DrawFn) -> RulesText:
    preset = draw(st.sampled_from(MockTest.Preset.values))
    own = ("4", "-1", "0.25") if preset == "own" else ("1", "0", "0")
    things = st.lists(st.sampled_from([thing.value for thing in Thing]), unique=True)
    review = {moment.value: draw(things) for moment in Moment if draw(st.booleans())}
    counts = st.none() | st.integers(1, 300)
    return RulesText(
        way=draw(st.sampled_from(MockTest.Way.values)),
        minutes=draw(counts),
        attempts_allowed=draw(counts),
        wait_hours=draw(st.integers(0, 48)),
        pass_percent=draw(st.none() | st.integers(0, 100)),
        preset=preset,
        right_marks=own[0],
        wrong_marks=own[1],
        blank_marks=own[2],
        floor=draw(st.sampled_from(["question", "test", "none"])),
        with_certainty=draw(st.booleans()),
        shuffle_questions=draw(st.booleans()),
        shuffle_options=draw(st.booleans()),
        counts=draw(st.sampled_from(MockTest.Counts.values)),
        review=tuple(
            (moment, tuple(thing.value for thing in Thing if thing.value in found)) for moment, found in review.items()
        ),
        opens_at=draw(st.none() | st.just(datetime(2026, 1, 5, 8, tzinfo=UTC))),
        closes_at=draw(st.none() | st.just(datetime(2027, 1, 5, 8, tzinfo=UTC))),
        position=draw(st.integers(0, 9)),
    )


@st.composite
def of_lesson(draw: st.DrawFn, slug: str, title: str, published: Any, questions: tuple[Draft, ...]) -> TestText:
    """One that stands in the lesson's own file."""
    slots: tuple[SlotText, ...] = tuple(SlotText(question=draft.name) for draft in questions)
    if draw(st.booleans()):
        slots = (SlotText(pool=PoolText(lessons=(slug,)), draw=draw(st.integers(1, 9))),)
    return TestText(
        slug=draw(st.sampled_from([slug, f"{slug}-mock"])),
        title=draw(st.just(title) | TITLES),
        lesson=slug,
        rules=draw(rules()),
        published_at=draw(st.just(published) | MOMENTS),
        archived_at=draw(MOMENTS),
        sections=(SectionText("", slots),),
    )


@st.composite
def pools(draw: st.DrawFn, chapters: tuple[ChapterText, ...]) -> PoolText:
    def some(of: list[Any]) -> tuple:
        return tuple(draw(st.lists(st.sampled_from(of), max_size=2, unique=True))) if of else ()

    lessons = [lesson for chapter in chapters for lesson in chapter.lessons]
    return PoolText(
        lessons=some([lesson.slug for lesson in lessons]),
        chapters=some([chapter.slug for chapter in chapters]),
        concepts=some([(lesson.slug, concept.name) for lesson in lessons for concept in lesson.concepts]),
        difficulties=some([1, 2, 3]),
        kinds=some(Kind.values),
        tags=some(["a, b", "c\\", "exam"]),
    )


@st.composite
def of_course(draw: st.DrawFn, chapters: tuple[ChapterText, ...]) -> dict[str, Any]:
    """tests, questions: those with files of their own."""
    own = draw(questions("", []))
    names = [draft.name for draft in own]
    names += [draft.name for chapter in chapters for lesson in chapter.lessons for draft in lesson.questions]
    tests = []
    for place in range(draw(st.integers(0, 2))):
        asked = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
        fixed = [SlotText(question=name, points=draw(POINTS)) for name in asked]
        drawn = draw(
            st.lists(st.builds(SlotText, pool=pools(chapters), draw=st.integers(1, 20), points=POINTS), max_size=2)
        )
        slots = draw(st.permutations([*fixed, *drawn]))
        cut = draw(st.integers(0, len(slots)))
        sections = [SectionText(draw(st.just("") | TITLES), tuple(part)) for part in (slots[:cut], slots[cut:])]
        tests.append(
            TestText(
                slug=f"final-{place}",
                title=draw(TITLES),
                chapter=draw(st.sampled_from(["", *(chapter.slug for chapter in chapters)])),
                introduction=draw(TEXTS),
                rules=draw(rules()),
                published_at=draw(MOMENTS),
                archived_at=draw(MOMENTS),
                sections=tuple(sections),
            )
        )
    return {"tests": tuple(tests), "questions": tuple(sorted(own, key=lambda draft: draft.name))}

"""Questions, answers and reports in which every field is hostile, and attempts at them: open, scored, practised."""

from dataclasses import dataclass, replace

from accounts.models import User
from courses.models import Lesson
from flashcards.models import OwnCard
from quizzes import closing, scoring, sitting
from quizzes.models import Answer, Attempt, MockTest, ProblemReport, Question
from tests import factories
from tests.guards.payloads import PAYLOADS, dressed, short
from tests.quizzes.samples import SAMPLES, Sample

LINES = [text for text in PAYLOADS if "\n" not in text]
OPTIONS = [{"id": f"o{number}", "text": text} for number, text in enumerate(LINES)]
IDS = [option["id"] for option in OPTIONS]
SAID = dict(zip(IDS, LINES[::-1], strict=True))
CHOSEN = {"feedback": SAID, "misconceptions": SAID}
TYPED = [{"text": text, "fraction": 1 if text is LINES[0] else 0, "feedback": text} for text in LINES]


@dataclass(frozen=True)
class Planted:
    open: Attempt
    scored: Attempt
    practised: Attempt
    report: ProblemReport
    questions: list[Question]

    @property
    def test(self) -> MockTest:
        return MockTest.objects.get(attempts=self.scored)


def samples() -> dict[str, Sample]:
    """Of every kind, with a payload wherever an author or a learner can write one."""
    first, last, gaps = IDS[0], IDS[-1], "\n\n".join(f"{text} [[1]]" for text in LINES[:1])
    half = len(OPTIONS) // 2
    changed = {
        "single": ({"options": OPTIONS}, {"options": {one: float(one == first) for one in IDS}} | CHOSEN, last),
        "multiple": ({"options": OPTIONS}, {"right": [first], "rule": "no_wrong"} | CHOSEN, [last]),
        "truefalse": ({}, {"options": {"true": 1, "false": 0}, "feedback": {"false": LINES[0]}}, "false"),
        "short": (
            {},
            {"answers": TYPED, "reject": TYPED[1:3], "case": False, "accents": False, "hints": True},
            LINES[3],
        ),
        "cloze": (
            {"text": f"{dressed(['%s'])}\n\n{gaps}", "gaps": {"1": {"kind": "single", "options": OPTIONS}}},
            {"gaps": {"1": {"options": {first: 1.0}, "feedback": SAID, "weight": 1}}},
            {"1": last},
        ),
        "matching": (
            {"left": OPTIONS[:half], "right": OPTIONS[half : 2 * half]},
            {"pairs": dict(zip(IDS[:half], IDS[half : 2 * half], strict=True)), "rule": "part"},
            dict.fromkeys(IDS[:half], IDS[half]),
        ),
        "ordering": ({"items": OPTIONS[:20]}, {"order": IDS[:20], "rule": "kendall"}, IDS[19::-1]),
        "essay": (
            {"words": None},
            {"rubric": [{"id": "r", "title": LINES[0], "levels": [0, 1], "weight": 1}], "sample": dressed(["%s"])},
            dressed(["%s"]),
        ),
    }
    made = {
        kind: replace(SAMPLES[kind], body=body, key=key, wrong=wrong) for kind, (body, key, wrong) in changed.items()
    }
    told = {"answers": [SAMPLES["formula"].key["answers"][0] | {"feedback": LINES[0]}]}
    made["formula"] = replace(SAMPLES["formula"], key=SAMPLES["formula"].key | told, wrong=SAMPLES["formula"].right)
    return {
        kind: replace(one, stem=dressed(["%s", "> %s"]), explanation=dressed(["**%s**"])) for kind, one in made.items()
    }


def plant(lesson: Lesson, learner: User) -> Planted:
    """`learner` is enrolled. What an open test asks is withheld elsewhere, so each attempt has questions of its own."""
    course, known = lesson.course, samples()
    names = iter(short(110))

    def questions(**fields: object) -> list[Question]:
        return [
            factories.question(
                course, kind, stem=one.stem, body=one.body, key=one.key, explanation=one.explanation,
                **{"name": next(names), "tags": short(40)[:3], "lesson": lesson} | fields,
            )
            for kind, one in known.items()
        ]  # fmt: skip

    words = {"introduction": dressed(["%s"]), "lesson": lesson, "shuffle_questions": False}
    running = sitting.start(learner, factories.mock_test(course, questions(lesson=None), title=next(names), **words))
    asked = questions()
    scored = sitting.start(learner, factories.mock_test(course, asked, title=next(names), **words))
    for attempt in (running, scored):
        answer(learner, attempt, known)
    closing.submit(scored)
    assert scoring.score(scored.pk)
    report = ProblemReport.objects.create(
        attempt=scored,
        slot=1,
        version_id=asked[0].current_id,
        learner=learner,
        text=dressed(["%s"])[:2000],
        reply=LINES[0],
    )
    for question, text in zip(asked, LINES, strict=False):
        OwnCard.objects.create(learner=learner, lesson=lesson, source=question.public_id, front=text, back=text)
    practised = sitting.practise(learner, lesson)
    answer(learner, practised, known)
    for row in Answer.objects.filter(attempt=practised):
        scoring.judge(row)
    scored.refresh_from_db()
    return Planted(running, scored, practised, report, asked)


def answer(learner: User, attempt: Attempt, known: dict[str, Sample]) -> None:
    kinds = dict(Question.objects.values_list("pk", "kind"))
    items = [sitting.Item(line["slot"], 1, known[kinds[line["question"]]].wrong) for line in attempt.form["slots"]]
    assert not sitting.save(attempt.pk, learner, items).refused

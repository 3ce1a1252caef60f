"""One question at a time: what is kept, and what learners' attempts forbid."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from courses.models import Course
from quizzes import bank
from quizzes.drafts import Draft
from quizzes.exchange import gift
from quizzes.models import Kind, Question
from tests import factories
from tests.quizzes.exchange import strategies
from tests.quizzes.exchange.test_gift_round_trip import PATIENT
from tests.quizzes.exchange.test_planning import answered
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return factories.full_lesson(slug="threads").course


def draft(text: str) -> Draft:
    return gift.read(text)[0][0]


@given(drafted=strategies.drafts())
@hypothesis_settings(max_examples=40, **PATIENT)
def test_what_goes_into_the_bank_comes_out_of_it(db: None, drafted: Draft) -> None:
    Course.objects.all().delete()
    made = bank.add(factories.CourseFactory(), drafted)
    again = bank.draft_of(Question.objects.get(pk=made.pk))
    assert again == drafted
    assert gift.read(gift.write([again]))[0] == [drafted]


def test_names_of_lesson_and_concept_are_looked_up(course: Course) -> None:
    made = bank.add(course, draft("// [concept:Waiting]\n::Q:: So? {T}\n"))
    assert (made.lesson, made.concept.name) == (None, "Waiting")


def test_what_learners_get_tells_no_order() -> None:
    for kind, name, secret in (("ordering", "items", "order"), ("matching", "right", "pairs")):
        sample = SAMPLES[kind]
        drafted = bank.normal(Draft(kind, "Q", sample.stem, sample.body, sample.key))
        ids = [row["id"] for row in drafted.body[name]]
        assert ids == sorted(ids)
        key = drafted.key[secret]
        assert set(key.values() if isinstance(key, dict) else key) <= set(ids)


def test_a_question_is_revised_in_place_until_somebody_meets_it(course: Course) -> None:
    made = bank.add(course, draft("::Q:: So? {T}\n"))
    bank.revise(made, draft("::Q:: Is it so? {T}\n"))
    made = Question.objects.get()
    assert (made.current.number, made.current.stem) == (1, "Is it so?")
    answered(made)
    assert bank.is_held(made.current)
    bank.revise(made, draft("::Q:: Is it really so? {T}\n"))
    made = Question.objects.get()
    assert [version.stem for version in made.versions.all()] == ["Is it so?", "Is it really so?"]
    assert made.current.number == 2


def test_a_key_is_corrected_only_while_nobody_was_scored_by_it(course: Course) -> None:
    made = bank.add(course, draft("::Q:: So? {T}\n"))
    before = made.digest
    key = made.current.revision.key | {"options": {"true": 0, "false": 1}}
    revision = bank.correct(made.current, key, reason="It is not so.")
    made = Question.objects.get()
    assert (revision.number, made.current.revision) == (2, revision)
    assert made.digest == bank.digest(bank.draft_of(made)) != before
    answered(made)
    with pytest.raises(bank.Refused, match="Use Regrade"):
        bank.correct(made.current, key)


def test_the_digest_looks_at_words_and_key_alone() -> None:
    same = draft("::A:: Who  holds it? {=One ~Two#Why}\n")
    assert bank.digest(same) == bank.digest(draft("// [tag:x]\n::B:: who holds IT? {~two =one####So.}\n"))
    assert bank.digest(same) != bank.digest(draft("::A:: Who holds it? {~One =Two}\n"))


def test_every_kind_has_a_digest_of_its_own() -> None:
    made = [Draft(kind, "Q", sample.stem, sample.body, sample.key) for kind, sample in SAMPLES.items()]
    assert len({bank.digest(drafted) for drafted in made}) == len(Kind.values)

"""What is written as GIFT is read back as it was, whatever its texts hold."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from quizzes.drafts import Draft, digest, normal
from quizzes.exchange import gift
from quizzes.models.questions import Kind
from tests.quizzes.exchange import strategies

PATIENT = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.parametrize("kind", Kind.values)
@given(data=st.data())
@hypothesis_settings(max_examples=30, **PATIENT)
def test_any_question_reads_back_as_it_was_written(kind: str, data: st.DataObject) -> None:
    draft = data.draw(strategies.drafts(kind))
    source = gift.write([draft])
    found, problems = gift.read(source)
    assert not problems, source
    assert found == [draft], source
    assert gift.write(found) == source
    assert digest(found[0]) == digest(draft)


@given(st.lists(strategies.drafts(), max_size=4, unique_by=lambda draft: draft.name.casefold()))
@hypothesis_settings(max_examples=30, **PATIENT)
def test_questions_do_not_run_into_each_other(drafts: list[Draft]) -> None:
    for is_marked in (False, True):
        found, problems = gift.read(gift.write(drafts, is_marked=is_marked))
        assert not problems
        assert found == drafts


@given(strategies.drafts())
@hypothesis_settings(max_examples=30, **PATIENT)
def test_the_normal_form_is_one(draft: Draft) -> None:
    assert normal(draft) == draft


@given(strategies.drafts())
@hypothesis_settings(max_examples=30, **PATIENT)
def test_other_readers_find_the_same_questions(draft: Draft) -> None:
    """Moodle trims every line, skips those that begin with `//`, and ends a question at an empty one."""
    lines = [line.strip() for line in gift.write([draft]).split("\n")]
    while lines[-1] == "":
        lines.pop()
    assert "" not in lines
    while lines[0].startswith("//"):
        lines.pop(0)
    assert not any(line.startswith(("//", "$CATEGORY")) for line in lines)


@given(st.text())
@hypothesis_settings(max_examples=100, **PATIENT)
def test_any_text_is_read_or_told(text: str) -> None:
    gift.read(text)


@given(st.lists(strategies.PIECES | st.just("\n"), max_size=40).map("".join))
@hypothesis_settings(max_examples=100, **PATIENT)
def test_any_heap_of_marks_is_read_or_told(text: str) -> None:
    found, problems = gift.read(text)
    assert found or problems or not any(letter in text for letter in "{}")

import random

import pytest

from courses.models import Lesson
from lessons import blocks
from lessons.models import Block, Summary
from tests import factories

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = (
    "Threads overlap waiting, so ten downloads take as long as one.",
    "Processes overlap computing, at the price of copying their data.",
    "An event loop overlaps waiting without threads at all.",
)


@pytest.fixture
def summary() -> Summary:
    return factories.SummaryFactory(body=f"{ONE}\n\n{TWO}\n\n{THREE}")


def keys(summary: Summary) -> list[str]:
    lesson = Lesson.objects.get(pk=summary.lesson_id)
    return [key for part, source, index, key, words in blocks.of(lesson).entries]


def rewrite(summary: Summary, body: str) -> list[str]:
    summary.body = body
    summary.save()
    return keys(summary)


def test_an_edited_paragraph_keeps_its_key(summary):
    before = keys(summary)
    after = rewrite(summary, f"{ONE}\n\n{TWO.replace('at the price of', 'and pay for')}\n\n{THREE}")
    assert after == before


def test_moved_paragraphs_take_their_keys_along(summary):
    one, two, three = keys(summary)
    assert rewrite(summary, f"{THREE}\n\n{ONE}\n\n{TWO}") == [three, one, two]


def test_a_new_paragraph_gets_a_new_key_and_disturbs_nobody(summary):
    one, two, three = keys(summary)
    after = rewrite(summary, f"{ONE}\n\nCompletely different matter: butter, jam, tea.\n\n{TWO}\n\n{THREE}")
    assert [after[0], after[2], after[3]] == [one, two, three]
    assert after[1] not in (one, two, three)


def test_a_removed_paragraph_is_retired_and_comes_back_with_its_key(summary):
    before = keys(summary)
    rewrite(summary, f"{ONE}\n\n{THREE}")
    assert Block.objects.get(key=before[1]).retired_at is not None
    assert rewrite(summary, f"{ONE}\n\n{TWO}\n\n{THREE}") == before
    assert Block.objects.get(key=before[1]).retired_at is None


def test_a_paragraph_that_moves_to_another_part_keeps_its_key(summary):
    before = keys(summary)
    rewrite(summary, f"{ONE}\n\n{THREE}")
    factories.ExampleFactory(lesson=summary.lesson, body=TWO)
    assert keys(summary)[2] == before[1]


def test_two_equal_paragraphs_have_two_keys(summary):
    assert len(set(rewrite(summary, "Same.\n\nSame.\n\nSame."))) == 3


def test_nothing_is_written_while_nothing_changed(summary, django_assert_num_queries):
    keys(summary)
    lesson = Lesson.objects.get(pk=summary.lesson_id)
    with django_assert_num_queries(0):
        blocks.of(lesson)


def test_an_older_page_does_not_turn_the_map_back(summary):
    old = Lesson.objects.get(pk=summary.lesson_id)
    after = rewrite(summary, f"{ONE}\n\n{TWO}")
    assert [entry[3] for entry in blocks.sync(old.pk, old.revised_at)] == after


def test_any_edits_leave_keys_unique_and_texts_true(summary):
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    words = (ONE + TWO + THREE).split()
    for _ in range(10):
        paragraphs = [" ".join(chance.choices(words, k=chance.randint(1, 12))) for _ in range(chance.randint(0, 6))]
        after = rewrite(summary, "\n\n".join(paragraphs) or "x")
        assert len(set(after)) == len(after)
        live = Block.objects.filter(lesson=summary.lesson, retired_at=None).order_by("position")
        assert [block.key for block in live] == after

import threading
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lessons import blocks, reading
from lessons.models import Reading
from tests import factories


def place(key: str, seconds_ago: float = 0) -> reading.Place:
    return reading.Place(key, timezone.now() - timedelta(seconds=seconds_ago))


@pytest.fixture
def lesson(db):
    return factories.full_lesson()


@pytest.fixture
def keys(lesson):
    return list(blocks.of(lesson).words)


def test_what_was_read_only_grows(lesson, keys):
    learner = factories.UserFactory()
    reading.record(learner, lesson, read=keys[:2])
    reading.record(learner, lesson, read=keys[1:3])
    reading.record(learner, lesson, read=[])
    assert set(Reading.objects.get().read_keys) == set(keys[:3])


def test_unknown_keys_are_ignored(lesson):
    learner = factories.UserFactory()
    kept = reading.record(learner, lesson, read=["nonsense", ""], place=place("nonsense"))
    assert kept.read_keys == []
    assert kept.place_key == ""


def test_a_late_report_cannot_turn_the_place_back(lesson, keys):
    learner = factories.UserFactory()
    reading.record(learner, lesson, place=place(keys[3]))
    reading.record(learner, lesson, place=place(keys[0], seconds_ago=60))
    assert Reading.objects.get().place_key == keys[3]


def test_finishing_keeps_the_first_moment(lesson, keys):
    learner = factories.UserFactory()
    first = timezone.now() - timedelta(days=2)
    reading.record(learner, lesson, finished_at=first)
    reading.record(learner, lesson, finished_at=timezone.now())
    assert Reading.objects.get().finished_at == first


def test_repeating_a_report_writes_nothing(lesson, keys, django_assert_num_queries):
    learner = factories.UserFactory()
    reading.record(learner, lesson, read=keys)
    rev = Reading.objects.get().rev
    with django_assert_num_queries(1):
        reading.record(learner, lesson, read=keys)
    assert Reading.objects.get().rev == rev


def test_a_visit_counts_from_the_server_s_clock_and_never_ahead():
    token = reading.visit_token()
    assert timezone.now() - reading.moment_of(token, 0) < timedelta(seconds=5)
    assert reading.moment_of(token, 10**9) <= timezone.now()
    assert reading.moment_of(token, -(10**9)) <= timezone.now()
    with pytest.raises(signing.BadSignature):
        reading.moment_of(token + "x", 0)


class ReportsInAnyOrder(TestCase):
    """Reports of several tabs, shuffled and doubled, end in the same evidence."""

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_the_union_is_kept_and_the_newest_place_wins(self, data):
        lesson = factories.full_lesson()
        keys = list(blocks.of(lesson).words)
        learner = factories.UserFactory()
        now = timezone.now()
        reports = data.draw(
            st.lists(
                st.tuples(st.sets(st.sampled_from(keys)), st.sampled_from(keys), st.integers(1, 10_000)),
                min_size=1,
                max_size=8,
                unique_by=lambda report: report[2],
            )
        )
        order = data.draw(st.permutations(reports + reports[:2]))
        for read, key, age in order:
            where = reading.Place(key, now - timedelta(seconds=age))
            reading.record(learner, lesson, read=read, place=where)
        kept = Reading.objects.get(learner=learner, lesson=lesson)
        assert set(kept.read_keys) == set().union(*(report[0] for report in reports))
        assert kept.place_key == min(reports, key=lambda report: report[2])[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_tabs_at_once_lose_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time, so it proves nothing")
    lesson = factories.full_lesson()
    keys = list(blocks.of(lesson).words)
    learner = factories.UserFactory()
    naive = factories.UserFactory()
    Reading.objects.create(learner=naive, lesson=lesson)
    gate = threading.Barrier(50)

    def tab(number: int) -> None:
        try:
            gate.wait()
            reading.record(learner, lesson, read=[keys[number % len(keys)]])
            row = Reading.objects.get(learner=naive)  # the negative control: read, change, write
            gate.wait()
            row.read_keys = [*row.read_keys, keys[number % len(keys)]]
            row.save()
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Reading.objects.get(learner=learner).read_keys) == set(keys[:50])
    assert set(Reading.objects.get(learner=naive).read_keys) != set(keys[:50])

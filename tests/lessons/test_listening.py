"""Evidence of listening: it grows only, and ends the same however its reports come."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lessons import blocks, hearing, listening, reading
from lessons.listening import Report
from lessons.models import LessonAudio, Listening, Reading
from media.scripts import Line, Script, Section
from tests import factories
from tests.enrollment.test_seat_races import at_once

LENGTH = 600.0


@pytest.fixture
def learner(db):
    return factories.UserFactory()


@pytest.fixture
def audio(db):
    return fresh(factories.ready_audio(factories.full_lesson(), seconds=LENGTH))


def fresh(audio):
    return LessonAudio.objects.select_related("asset__take", "lesson__course").get(pk=audio.pk)


def report(audio, heard=(), place=None, *, ago=0.0, seq=1, device="phone", hours=24.0, **fields):
    """What `device` reports of `ago` seconds ago, from a page that had been open for `hours` then."""
    at = timezone.now() - timedelta(seconds=ago)
    place = (heard[-1][1] if heard else 0.0) if place is None else place
    known = {"take": audio.asset.take_id, "is_playing": True, "opened": at - timedelta(hours=hours), "at": at}
    return Report(device=device, seq=seq, heard=heard, place=place, **(known | fields))


def kept():
    return Listening.objects.get()


# --- What counts ----------------------------------------------------------------------------------------------------


def test_what_was_heard_only_grows(audio, learner):
    listening.record(learner, audio, report(audio, [[0, 10]], ago=30, seq=1))
    listening.record(learner, audio, report(audio, [[5, 20], [100, 110]], ago=20, seq=2))
    listening.record(learner, audio, report(audio, [], 0.0, seq=3))
    assert kept().heard == [[0, 20], [100, 110]]
    assert listening.heard_seconds(kept()) == 30


@pytest.mark.parametrize(
    "second",
    [
        {"place": 0.0, "is_playing": False, "seq": 2},  # back at the start, not playing
        {"heard": [], "place": 3.0, "seq": 2},  # moved, and nothing heard there
        {"heard": [[0, 10]], "place": 10.0, "ago": 3600, "seq": 2},  # late
        {"heard": [[0, 10]], "place": 10.0, "seq": 1},  # a number that was used
        {"heard": [[0, 10]], "place": 10.0, "seq": 0},
        {"heard": [[0, 10]], "place": 10.0, "ago": 3600, "seq": 9, "device": "laptop"},
    ],
)
def test_what_is_late_doubled_or_silent_never_moves_the_place(audio, learner, second):
    listening.record(learner, audio, report(audio, [[200, 300]], ago=10))
    before = listening.heard_seconds(kept())
    listening.record(learner, audio, report(audio, **{"heard": [[0, 10]], **second}))
    assert (kept().place, kept().place_device) == (300, "phone")
    assert listening.heard_seconds(kept()) >= before


def test_who_starts_again_on_purpose_is_at_the_start(audio, learner):
    listening.record(learner, audio, report(audio, [[200, 300]], ago=10))
    listening.record(learner, audio, report(audio, [[300, 301]], 0.0, seq=2))
    assert (kept().place, kept().heard) == (0, [[200, 301]])


def test_the_newest_device_has_the_place(audio, learner):
    listening.record(learner, audio, report(audio, [[0, 50]], ago=60, seq=700))
    listening.record(learner, audio, report(audio, [[10, 20]], seq=1, device="laptop"))
    assert (kept().place, kept().place_device) == (20, "laptop")


def test_nobody_hears_an_hour_in_a_second(learner):
    audio = fresh(factories.ready_audio(factories.full_lesson(), seconds=3600))
    listening.record(learner, audio, report(audio, [[0, 3600]], hours=0))
    assert listening.heard_seconds(kept()) <= listening.ROUNDED
    # Nor with a hundred devices, reports and pages of the same moment.
    now = timezone.now()
    for number in range(100):
        forged = report(audio, [[number * 36, number * 36 + 36]], seq=number, device=f"device{number}")
        listening.record(learner, audio, replace(forged, opened=now - timedelta(seconds=10), at=now))
    assert listening.heard_seconds(kept()) <= 12 * 6.6 + listening.ROUNDED
    assert len(kept().devices) <= listening.MOST_DEVICES


def test_what_can_be_true_counts_up_to_that(audio, learner):
    listening.record(learner, audio, report(audio, [[100, 500]], hours=50 / 3600))
    assert kept().heard == [[100, 431]]


def test_three_times_as_fast_is_believed(audio, learner):
    listening.record(learner, audio, report(audio, [[0, LENGTH]], hours=LENGTH / 3 / 3600))
    assert kept().heard == [[0, LENGTH]]


def test_many_visits_stay_a_short_row(audio, learner):
    now = timezone.now()
    for number in range(70):
        at = now - timedelta(days=1, seconds=-number * 100)
        one = report(audio, [[number * 2, number * 2 + 1]], seq=number)
        listening.record(learner, audio, replace(one, opened=at - timedelta(seconds=5), at=at))
    assert len(kept().clock) == listening.MOST_VISITS
    assert listening.heard_seconds(kept()) == 70


@pytest.mark.parametrize(
    "fields",
    [
        {"take": uuid4()},
        {"heard": [[0, 700]]},
        {"heard": [[-5, 5]]},
        {"heard": [[10, 5]]},
        {"heard": [[float("nan"), 5]]},
        {"heard": [[0, 1]] * 501},
        {"heard": [[0, 5]], "place": 700.0},
        {"heard": [[0, 5]], "place": -1.0},
        {"heard": [[0, 5]], "place": float("nan")},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(audio, learner, fields):
    with pytest.raises(listening.Refused):
        listening.record(learner, audio, report(audio, **{"heard": [[0, 5]], **fields}))
    assert not Listening.objects.exists()


def test_one_nonsense_report_of_three_costs_only_itself(audio, learner):
    good = [report(audio, [[0, 5]], ago=9, seq=1), report(audio, [[5, 9]], seq=3)]
    row, refused = listening.settle(learner, audio, [good[0], report(audio, [[0, 900]], ago=5, seq=2), good[1]])
    assert (row.heard, row.place) == ([[0, 9]], 9)
    assert [one.seq for one, _reason in refused] == [2]


def test_the_same_again_writes_nothing(audio, learner, django_assert_num_queries):
    one = report(audio, [[0, 30]])
    rev = listening.record(learner, audio, one).rev
    with django_assert_num_queries(2):
        listening.record(learner, audio, one)
    assert kept().rev == rev


@pytest.mark.parametrize(("heard", "percent"), [(0, 0), (0.5, 1), (300, 50), (598, 99), (599.0, 100), (600, 100)])
def test_progress_is_the_share_of_seconds_heard(heard, percent):
    assert listening.percent(heard, 600) == percent
    assert listening.percent(heard, 0) == 0


# --- When -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elapsed", "wall", "seconds"),
    [
        (5_000, 5_000, 5),
        (5_000, 95_000, 95),  # the device slept, and its counting clock with it
        (5_000, -3_600_000, 5),  # its time of day was set back
        (5_000, 86_400_000, 100),  # or ahead: never later than now
        (-5, -5, 0),
    ],
)
def test_a_moment_goes_by_the_server_s_clock(elapsed, wall, seconds):
    opened = timezone.now() - timedelta(seconds=100)
    assert abs((listening.moment(opened, elapsed, wall) - opened).total_seconds() - seconds) < 1


def test_the_token_of_a_visit_lasts_while_a_device_is_offline(time_machine):
    token = reading.visit_token()
    assert timezone.now() - listening.opened_at(token) < timedelta(seconds=5)
    with pytest.raises(signing.BadSignature):
        listening.opened_at(token + "x")
    time_machine.move_to(timezone.now() + timedelta(days=29))
    listening.opened_at(token)
    time_machine.shift(timedelta(days=2))
    with pytest.raises(signing.BadSignature):
        listening.opened_at(token)


# --- Two devices, in any order --------------------------------------------------------------------------------------


@st.composite
def days_of(draw, device):
    """Reports of one device, as (seconds since the day began, report without take): pages that were open for a while,
    and on each what was played, at up to three times the speed, with seeks between."""
    found, clock, seq = [], draw(st.integers(0, 50)), 0
    for _visit in range(draw(st.integers(1, 3))):
        opened = clock
        for _step in range(draw(st.integers(1, 4))):
            played = draw(st.integers(1, 40))
            start = draw(st.integers(0, 5_000)) / 10
            end = min(start + played * draw(st.sampled_from([0.5, 1.0, 1.25, 2.0, 3.0])), LENGTH)
            clock += played
            seq += 1
            found.append((opened, clock, device, seq, [[start, end]], end))
            clock += draw(st.integers(0, 30))
        clock += draw(st.integers(1, 1_000))
    return found


class ReportsInAnyOrder(TestCase):
    """Two devices of one learner, shuffled, doubled, late, in heaps: the same row in the end."""

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_heard_is_the_union_and_the_place_that_of_the_newest_listening(self, data):
        audio = fresh(factories.ready_audio(factories.full_lesson(), seconds=LENGTH))
        learner = factories.UserFactory()
        morning = timezone.now() - timedelta(days=1)
        raw = data.draw(days_of("phone")) + data.draw(days_of("laptop"))
        reports = [
            Report(
                take=audio.asset.take_id,
                device=device,
                seq=seq,
                heard=heard,
                place=place,
                is_playing=True,
                opened=morning + timedelta(seconds=opened),
                at=morning + timedelta(seconds=at),
            )
            for opened, at, device, seq, heard, place in raw
        ]
        order = data.draw(st.permutations(reports + data.draw(st.lists(st.sampled_from(reports), max_size=5))))
        before = 0.0
        while order:
            many = data.draw(st.integers(1, len(order)))
            heap, order = order[:many], order[many:]
            row, refused = listening.settle(learner, audio, heap)
            assert not refused
            assert listening.heard_seconds(row) >= before
            before = listening.heard_seconds(row)
        row = Listening.objects.get(learner=learner)
        newest = max(reports, key=lambda one: (one.at, one.device, one.seq))
        assert row.heard == hearing.union(*(hearing.tidy(one.heard, LENGTH) for one in reports))
        assert (row.place, row.place_at, row.place_device) == (newest.place, newest.at, newest.device)


# --- At once --------------------------------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_reports_at_once_lose_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time, so it proves nothing")
    audio = fresh(factories.ready_audio(factories.full_lesson(), seconds=LENGTH))
    learner, naive = factories.UserFactory(), factories.UserFactory()
    Listening.objects.create(learner=naive, audio=audio, take=audio.asset.take)
    everybody_has_read = threading.Barrier(50)

    def naive_record(number: int) -> None:
        row = Listening.objects.get(learner=naive)
        everybody_has_read.wait(timeout=60)
        row.heard = hearing.union(row.heard, [[number * 10, number * 10 + 5]])
        row.save()

    def one(number: int) -> None:
        news = report(audio, [[number * 10, number * 10 + 5]], ago=50 - number, seq=number, device=f"tab{number % 3}")
        listening.record(learner, audio, news)
        naive_record(number)

    at_once([lambda number=number: one(number) for number in range(50)])
    row = Listening.objects.get(learner=learner)
    assert row.heard == [[number * 10, number * 10 + 5] for number in range(50)]
    assert row.place == 495
    assert len(Listening.objects.get(learner=naive).heard) < 50


# --- A new take -----------------------------------------------------------------------------------------------------


def lines(*texts):
    return Script("en", (Section("One", tuple(Line(text, "Nora", key=f"key{at}") for at, text in enumerate(texts))),))


@pytest.fixture
def long_audio(audio):
    factories.take_of(audio.asset, lines(*(f"Turn {number}." for number in range(20))))
    return fresh(audio)


def test_one_changed_turn_of_many_keeps_the_rest(long_audio, learner):
    audio = long_audio
    listening.record(learner, audio, report(audio, [[0, 60]], 52.0))
    texts = [f"Turn {number}." for number in range(20)]
    texts[4] = "This turn is new. It is longer."
    factories.take_of(audio.asset, lines(*texts))
    audio = fresh(audio)
    heard = listening.of(learner, [audio])[audio.pk]
    # The fifth turn now has two sentences: what stood behind it stands five seconds later.
    assert heard.stretches == [[0, 20], [30, 65]]
    assert heard.place == 57
    assert kept().heard == [[0, 60]], "looking writes nothing"
    listening.record(learner, audio, report(audio, [[20, 25]], seq=2))
    assert (kept().heard, kept().take_id) == ([[0, 25], [30, 65]], audio.asset.take_id)
    assert kept().place == 25


def test_a_report_of_the_old_take_counts_in_the_new_one(long_audio, learner):
    late = report(long_audio, [[45, 55]])
    texts = ["Something before.", *(f"Turn {number}." for number in range(20))]
    said = Script("en", (Section("One", tuple(Line(text, key=f"key{at - 1}") for at, text in enumerate(texts))),))
    factories.take_of(long_audio.asset, said)
    listening.record(learner, fresh(long_audio), late)
    assert (kept().heard, kept().place) == ([[50, 60]], 60)


def test_evidence_of_a_take_that_is_gone_is_not_lost(long_audio, learner):
    listening.record(learner, long_audio, report(long_audio, [[0, 60]]))
    old = long_audio.asset.take
    factories.take_of(long_audio.asset, lines("All is new."), seconds=50)
    old.delete()
    audio = fresh(long_audio)
    assert listening.of(learner, [audio])[audio.pk].stretches == [[0, 50]]
    listening.record(learner, audio, report(audio, [[0, 1]], seq=2))
    assert kept().heard == [[0, 50]]


# --- One place, two doors -------------------------------------------------------------------------------------------


def test_who_hears_a_paragraph_goes_on_reading_there(audio, learner):
    listening.record(learner, audio, report(audio, [[300, 310]]))
    key = next(key for key, (part, _) in list(blocks.of(audio.lesson).words.items())[::-1] if part == "conversation")
    assert (Reading.objects.get().place_key, Reading.objects.get().read_keys) == (key, [])


def test_resume_finds_the_newest_place_that_can_be_heard(audio, learner):
    course = audio.lesson.course
    assert listening.resume(learner, course) is None
    second = fresh(factories.ready_audio(factories.full_lesson(course), seconds=LENGTH))
    listening.record(learner, second, report(second, [[0, 5]], ago=100))
    listening.record(learner, audio, report(audio, [[0, 9]]))
    assert (listening.resume(learner, course).audio, listening.resume(learner, course).seconds) == (audio, 9)
    audio.lesson.published_at = None
    audio.lesson.save()
    assert listening.resume(learner, course).audio == second


@pytest.mark.parametrize(
    ("wanted", "kept_as"), [(1.25, 1.25), (0.1, 0.5), (9, 3), (1.26, 1.25), (1.28, 1.3), (1 / 3, 0.5), (2.999, 3)]
)
def test_a_speed_is_remembered_for_each_course(audio, learner, wanted, kept_as):
    course = audio.lesson.course
    assert listening.rate(learner, course) == 1
    assert listening.set_rate(learner, course, wanted) == kept_as
    assert listening.rate(learner, course) == kept_as
    assert listening.rate(learner, factories.CourseFactory()) == 1

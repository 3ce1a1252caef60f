"""What is acknowledged is in its row; the highest revision wins, whatever the order of arrival (P1, R1–R3, R10)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import saving, scoring, sitting
from quizzes.models import Answer, Attempt, LateAnswer
from quizzes.sitting import Item
from tests import factories
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS = list(SAMPLES)


@pytest.fixture
def test(cast):
    questions = [factories.question(cast.course, kind) for kind in KINDS]
    return factories.mock_test(cast.course, questions, minutes=30, shuffle_questions=False)


@pytest.fixture
def attempt(cast, test):
    return sitting.start(cast.enrolled, test, at=NOON)


@pytest.fixture
def save(cast, attempt):
    def save(*items: Item, tab: str = "", minutes: float = 1) -> sitting.Saved:
        return sitting.save(attempt.pk, cast.enrolled, items, tab, NOON + timedelta(minutes=minutes))

    return save


def kept(attempt: Attempt) -> dict[int, tuple]:
    return {row.slot: (row.rev, row.value) for row in attempt.answers.all()}


def test_every_kind_of_answer_is_kept_as_it_was_sent(attempt, save):
    items = [Item(slot, 1, SAMPLES[kind].right, seconds=12) for slot, kind in enumerate(KINDS, 1)]
    saved = save(*items)
    assert saved.accepted == dict.fromkeys(range(1, 11), 1)
    assert (saved.unreadable, saved.refused, saved.late, saved.stale, saved.state) == ({}, {}, [], [], "open")
    assert saved.remaining_ms == 29 * 60_000
    assert kept(attempt) == {slot: (1, SAMPLES[kind].right) for slot, kind in enumerate(KINDS, 1)}
    first = attempt.answers.get(slot=1)
    line = attempt.form["slots"][0]
    assert (first.version_id, first.weight_ppm, first.seconds, first.graded_id) == (line["version"], 10**6, 12, None)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    order=st.permutations([(slot, rev) for slot in (1, 2, 3) for rev in range(1, 6)]),
    again=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=10),
    size=st.integers(1, 6),
)
def test_the_last_revision_wins_in_any_order_and_however_often(attempt, save, order, again, size):
    attempt.answers.all().delete()
    sent = [Item(slot, rev, f"{slot}.{rev}") for slot, rev in [*order, *again]]
    highest: dict[int, int] = {}
    for start in range(0, len(sent), size):
        batch = sent[start : start + size]
        saved = save(*batch)
        for item in batch:
            highest[item.slot] = max(highest.get(item.slot, 0), item.rev)
        assert saved.accepted == {item.slot: highest[item.slot] for item in batch}
    assert kept(attempt) == {slot: (5, f"{slot}.5") for slot in (1, 2, 3)}


def test_an_older_save_is_told_what_is_kept(attempt, save):
    save(Item(1, 7, "new"))
    saved = save(Item(1, 3, "old"))
    assert (saved.accepted, saved.stale, kept(attempt)) == ({1: 7}, [1], {1: (7, "new")})
    # A duplicate is no conflict; the same revision from elsewhere with other words is one.
    assert save(Item(1, 7, "new")).stale == []
    assert save(Item(1, 7, "other")).stale == [1]


def test_an_answer_may_be_taken_back(attempt, save):
    save(Item(1, 1, "o1"), Item(2, 1, "true"))
    save(Item(1, 2, None))
    assert kept(attempt)[1] == (2, None)
    assert Answer.objects.filter(value__isnull=True).count() == 1


def test_what_cannot_be_read_is_told_and_kept(attempt, save):
    slot, formula = KINDS.index("numeric") + 1, KINDS.index("formula") + 1
    saved = save(Item(slot, 1, "9,81"), Item(formula, 1, "x^"))
    assert set(saved.unreadable) == {slot, formula}
    assert all(sentence[-1] in ".!?)" for sentence in saved.unreadable.values())
    assert kept(attempt) == {slot: (1, "9,81"), formula: (1, "x^")}


@pytest.mark.parametrize("hostile", ["x" * 200_000, [[[[[[[[["deep"]]]]]]]]], {"a": float("nan")}, "half \ud800"])
def test_hostile_answers_are_refused_and_the_others_kept(attempt, save, hostile):
    saved = save(Item(1, 1, hostile), Item(2, 1, "true"), Item(99, 1, "nowhere"))
    assert set(saved.refused) == {1, 99}
    assert (saved.accepted, kept(attempt)) == ({2: 1}, {2: (1, "true")})


def test_a_deep_body_is_refused_before_it_is_read(cast, attempt, client):
    client.force_login(cast.enrolled)
    body = '{"answers": [{"slot": 1, "rev": 1, "value": ' + "[" * 100_000 + "]" * 100_000 + "}]}"
    assert client.post(f"/attempts/{attempt.pk}/answers/", body, "application/json").status_code == 400
    assert kept(attempt) == {}


def test_certainty_counts_only_where_the_test_asks_for_it(cast, attempt, save):
    save(Item(1, 1, "o1", certainty=3))
    assert attempt.answers.get().certainty is None
    asks = factories.mock_test(cast.course, [factories.question(cast.course)], with_certainty=True)
    other = sitting.start(cast.enrolled, asks)
    sitting.save(other.pk, cast.enrolled, [Item(1, 1, "o1", certainty=3)])
    assert other.answers.get().certainty == 3


def test_seconds_only_grow(attempt, save):
    save(Item(1, 1, "o1", seconds=50))
    save(Item(1, 2, "o2", seconds=20))
    assert attempt.answers.get().seconds == 50
    save(Item(1, 3, "o2", seconds=10**9))
    assert attempt.answers.get().seconds == saving.LONGEST


class TestTabs:
    def test_the_first_tab_writes_and_another_is_told(self, attempt, save):
        assert save(tab="one").accepted == {}
        save(Item(1, 1, "o1"), tab="one")
        with pytest.raises(sitting.OtherTab):
            save(Item(1, 2, "o2"), tab="two")
        assert kept(attempt) == {1: (1, "o1")}

    def test_after_taking_over_the_other_one_writes(self, attempt, save):
        save(Item(1, 1, "o1"), tab="one")
        attempt.refresh_from_db()
        assert sitting.take_over(attempt, "two")
        save(Item(1, 2, "o2"), tab="two")
        with pytest.raises(sitting.OtherTab):
            save(Item(1, 3, "o3"), tab="one")
        assert kept(attempt) == {1: (2, "o2")}
        assert [event.what for event in attempt.events.all()] == ["started", "taken_over"]

    def test_a_plain_form_goes_by_revision(self, attempt, save):
        save(Item(1, 1, "o1"), tab="one")
        save(Item(1, 2, "o2"))
        assert kept(attempt) == {1: (2, "o2")}

    def test_nobody_takes_over_what_is_closed(self, attempt):
        sitting.submit(attempt, at=NOON)
        assert not sitting.take_over(attempt, "two")


class TestLate:
    def test_saves_within_the_grace_count(self, attempt, save):
        saved = save(Item(1, 1, "o1"), minutes=30 + 8 / 60)
        assert (saved.accepted, saved.late, saved.remaining_ms) == ({1: 1}, [], 0)
        assert kept(attempt) == {1: (1, "o1")}

    def test_later_ones_are_kept_and_not_scored(self, attempt, save):
        save(Item(1, 1, "in time"))
        saved = save(Item(1, 1, "in time"), Item(1, 2, "late"), Item(2, 1, "true"), minutes=30 + 12 / 60)
        assert (saved.state, saved.late, saved.remaining_ms) == ("submitted", [1, 2], 0)
        assert kept(attempt) == {1: (1, "in time")}
        assert set(LateAnswer.objects.values_list("slot", "rev", "value")) == {(1, 2, "late"), (2, 1, "true")}
        attempt.refresh_from_db()
        assert attempt.finished_at == attempt.deadline

    def test_what_had_come_before_is_not_late(self, attempt, save):
        save(Item(1, 4, "in time"))
        sitting.submit(attempt, at=NOON + timedelta(minutes=2))
        saved = save(Item(1, 4, "in time"), Item(1, 3, "older"), minutes=3)
        assert (saved.accepted, saved.late, LateAnswer.objects.count()) == ({1: 4}, [], 0)

    def test_the_same_late_answer_is_one_row_and_there_is_an_end_to_them(self, attempt, save, monkeypatch):
        monkeypatch.setattr(saving, "MOST_LATE", 3)
        for rev in (1, 1, 2, 3, 4, 5):
            assert save(Item(1, rev, "late"), minutes=60).late == [1]
        assert list(LateAnswer.objects.values_list("rev", flat=True)) == [1, 2, 3]

    def test_scored_and_voided_attempts_take_nothing_in(self, attempt, save):
        save(Item(2, 1, "true"))
        sitting.submit(attempt, at=NOON + timedelta(minutes=2))
        scoring.score(attempt.pk)
        before = Attempt.objects.get(pk=attempt.pk).score.sum_ppm
        assert save(Item(2, 9, "false"), minutes=3).state == "scored"
        assert (kept(attempt)[2], Attempt.objects.get(pk=attempt.pk).score.sum_ppm) == ((1, "true"), before)


def test_flags_need_no_answer_and_no_revision(cast, attempt, save):
    assert sitting.flag(attempt, 2, is_flagged=True, at=NOON)
    assert (kept(attempt), attempt.answers.get().is_flagged) == ({2: (0, None)}, True)
    save(Item(2, 1, "true", is_flagged=True))
    assert sitting.flag(attempt, 2, is_flagged=False, at=NOON)
    assert (kept(attempt), attempt.answers.get().is_flagged) == ({2: (1, "true")}, False)
    sitting.submit(attempt, at=NOON)
    assert not sitting.flag(attempt, 2, is_flagged=True, at=NOON)


def test_what_practice_has_judged_stays(cast):
    factories.question(cast.course, "truefalse", lesson=cast.lesson)
    round_ = sitting.practise(cast.enrolled, cast.lesson)
    sitting.save(round_.pk, cast.enrolled, [Item(1, 1, "false")])
    scoring.judge(round_.answers.get())
    saved = sitting.save(round_.pk, cast.enrolled, [Item(1, 2, "true")])
    assert (saved.accepted, saved.stale, kept(round_)) == ({1: 1}, [1], {1: (1, "false")})


def test_foreign_attempts_do_not_exist(cast, attempt):
    for user in (cast.other, cast.instructor, cast.superuser):
        with pytest.raises(Attempt.DoesNotExist):
            sitting.save(attempt.pk, user, [Item(1, 1, "o1")])
        with pytest.raises(Attempt.DoesNotExist):
            sitting.find(user, attempt.pk)


def test_a_save_costs_few_queries(cast, attempt, django_assert_max_num_queries):
    items = [Item(slot, 1, SAMPLES[kind].right) for slot, kind in enumerate(KINDS, 1)]
    at = NOON + timedelta(minutes=1)
    # Two of them begin and end the transaction.
    for batch in (items[:1], items, [Item(1, 2, "o9")]):
        with django_assert_max_num_queries(7):
            sitting.save(attempt.pk, cast.enrolled, batch, "tab", at)


def test_a_start_costs_the_same_whatever_the_length(cast, django_assert_max_num_queries):
    short = factories.mock_test(cast.course, [factories.question(cast.course)], minutes=30)
    long = factories.mock_test(cast.course, [factories.question(cast.course) for _number in range(40)], minutes=30)
    sitting.start(cast.other, short)  # the marks rules are known from now on
    for test in (short, long):
        with django_assert_max_num_queries(9):
            sitting.start(cast.enrolled, test)

"""Adaptive tests: the next question follows from the answers, there is no way back, and it ends by itself."""

import pytest

from quizzes import adaptivity, saving, scoring, sitting
from quizzes.models import Calibration, Exposure, ItemParameters
from quizzes.sitting import Item
from tests import factories

pytestmark = pytest.mark.django_db
POOL = 60


@pytest.fixture
def test(cast):
    questions = [factories.question(cast.course, "truefalse") for _number in range(POOL)]
    run = Calibration.objects.create(
        course=cast.course, at=factories.LONG_AGO, people=500, items=POOL, cycles=8, log_likelihood=-1.0
    )
    ItemParameters.objects.bulk_create(
        ItemParameters(
            version_id=one.current_id, calibration=run, slope=1.8, difficulty=(number - POOL / 2) / 10, n=500
        )
        for number, one in enumerate(questions)
    )
    return factories.mock_test(cast.course, questions, way="adaptive")


def sit(user, test, value):
    """Answer everything alike until the test is over."""
    attempt = sitting.start(user, test)
    while True:
        slot = len(attempt.form["slots"])
        saved = sitting.save(attempt.pk, user, [Item(slot, 1, value)])
        assert saved.accepted == {slot: 1}
        if sitting.next_item(attempt) is None:
            return attempt


def test_it_begins_with_one_question_and_follows_the_learner(cast, test):
    level = dict(ItemParameters.objects.values_list("version", "difficulty"))
    able, unable = sit(cast.enrolled, test, "true"), sit(cast.other, test, "false")
    for attempt, sign in ((able, 1), (unable, -1)):
        shown = [level[line["version"]] * sign for line in attempt.form["slots"]]
        assert 10 <= len(shown) <= 40
        assert shown[5] > shown[2] > shown[0]
        assert len({line["version"] for line in attempt.form["slots"]}) == len(shown)
    assert adaptivity.estimate(able)[0] > 1 > -1 > adaptivity.estimate(unable)[0]


def test_there_is_no_way_back(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    sitting.save(attempt.pk, cast.enrolled, [Item(1, 1, "true")])
    assert sitting.next_item(attempt)["slot"] == 2
    saved = sitting.save(attempt.pk, cast.enrolled, [Item(1, 2, "false"), Item(2, 1, "true")])
    assert (saved.accepted, saved.stale) == ({1: 1, 2: 1}, [1])
    assert attempt.answers.get(slot=1).value == "true"


def test_nor_for_a_device_that_another_one_has_overtaken(cast, test, monkeypatch):
    attempt = sitting.start(cast.enrolled, test)
    sitting.save(attempt.pk, cast.enrolled, [Item(1, 1, "true")])
    take = saving._take

    def overtaken(*args, **options):
        sitting.next_item(sitting.find(cast.enrolled, attempt.pk))
        return take(*args, **options)

    monkeypatch.setattr(saving, "_take", overtaken)
    assert sitting.save(attempt.pk, cast.enrolled, [Item(1, 2, "false")]).stale == [1]
    assert attempt.answers.get(slot=1).value == "true"


def test_a_double_click_skips_nothing(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    first, second = (sitting.find(cast.enrolled, attempt.pk) for _click in range(2))
    assert sitting.next_item(first) == sitting.next_item(second)
    assert len(first.form["slots"]) == len(second.form["slots"]) == 2


def test_every_showing_is_counted_but_not_for_previews(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    sitting.next_item(attempt)
    assert sorted(Exposure.objects.values_list("version", "count")) == sorted(
        (line["version"], 1) for line in attempt.form["slots"]
    )
    sitting.next_item(sitting.start(cast.instructor, test))
    assert Exposure.objects.count() == 2


def test_nothing_follows_after_the_end(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    sitting.submit(attempt)
    assert sitting.next_item(attempt) is None
    assert len(attempt.form["slots"]) == 1


def test_the_score_has_the_ability(cast, test):
    attempt = sit(cast.enrolled, test, "true")
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.score.ability == pytest.approx(adaptivity.estimate(attempt)[0], abs=0.1)
    told = adaptivity.expected(attempt, attempt.score.ability, attempt.score.ability_error)
    assert 500_000 < told.low_ppm < told.share_ppm < told.high_ppm < 1_000_000
    average = adaptivity.expected(attempt, 0.0, 0.0)
    assert average.low_ppm == average.share_ppm == average.high_ppm == pytest.approx(500_000, abs=20_000)


def test_without_calibration_the_authors_word_counts(cast):
    questions = [factories.question(cast.course, "truefalse", difficulty=number % 3 + 1) for number in range(12)]
    attempt = sit(cast.enrolled, factories.mock_test(cast.course, questions, way="adaptive"), "true")
    assert len(attempt.form["slots"]) == 12


def test_the_page_of_the_program_shows_the_current_question_only(cast, test, client):
    client.force_login(cast.enrolled)
    address = f"/api/v1/courses/{cast.course.slug}/tests/{test.slug}/attempts/"
    paper = client.post(address).json()
    assert [one["slot"] for one in paper["questions"]] == [1]
    for _time in range(2):
        following = client.post(f"/api/v1/attempts/{paper['id']}/next/", {"after": 1}, "application/json").json()
        assert [one["slot"] for one in following["questions"]] == [2]

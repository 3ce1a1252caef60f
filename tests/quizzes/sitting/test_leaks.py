"""No answer of ours about an open attempt tells a key, a weight or an explanation, by any route (reliability R30)."""

import json

import pytest
from django.core.cache import caches

from quizzes import scoring, sitting
from quizzes.models import Attempt
from quizzes.sitting import Item
from tests import factories
from tests.guards import routes
from tests.quizzes import leaks
from tests.quizzes.samples import SAMPLES, SECRET

pytestmark = pytest.mark.django_db
ABOUT_TESTS = ("attempts/", "/tests/", "/test/", "/practice/", "courses/<slug:course>/")


@pytest.fixture
def questions(cast):
    return [factories.question(cast.course, kind, lesson=cast.lesson) for kind in SAMPLES]


@pytest.fixture
def test(cast, questions):
    return factories.mock_test(cast.course, questions, slug="secret-test", minutes=30, shuffle_questions=False)


@pytest.fixture
def attempt(cast, test):
    return sitting.start(cast.enrolled, test)


@pytest.fixture
def learner(cast, client):
    client.force_login(cast.enrolled)
    return client


def addresses(cast, test, attempt: Attempt) -> list[str]:
    """Every address that names a course, a lesson, a test or an attempt; each question of it too."""
    names = {"course": cast.course.slug, "lesson": cast.lesson.slug, "test": test.slug, "slug": test.slug}
    names |= {"pk": str(attempt.pk)}
    found = []
    for route in routes.to_be_listed():
        if any(part in route for part in ABOUT_TESTS):
            for number in range(1, 11) if "<int:n>" in route or "<int:slot>" in route else [1]:
                try:
                    found.append(routes.fill(route, names | {"n": str(number), "slot": str(number)}))
                except KeyError:  # of something else in a course
                    break
    return found


def scan(client, found: list[str], questions) -> list[str]:
    said = []
    for address in found:
        caches["throttles"].clear()
        answer = client.get(address)
        said += [f"{address} tells {word}" for word in leaks.told(answer, questions)]
        if answer.status_code == 200 and not leaks.same_with_other_keys(lambda to=address: client.get(to), questions):
            said.append(f"{address} depends on the key")
    return said


def test_the_addresses_are_many(cast, test, attempt):
    found = addresses(cast, test, attempt)
    for part in ("/state/", "/finish/", "/q/7/", f"/api/v1/attempts/{attempt.pk}/", "/paper/", "/result/"):
        assert any(part in address for address in found), part


def test_no_page_of_an_open_attempt_tells_a_secret(cast, test, attempt, questions, learner):
    assert scan(learner, addresses(cast, test, attempt), questions) == []


def test_none_after_right_and_wrong_answers_either(cast, test, attempt, questions, learner):
    kinds = {question.pk: question.kind for question in questions}
    for name in ("right", "wrong"):
        items = [
            Item(line["slot"], 1 if name == "right" else 2, getattr(SAMPLES[kinds[line["question"]]], name))
            for line in attempt.form["slots"]
        ]
        sitting.save(attempt.pk, cast.enrolled, items)
        # What a learner typed stands on the page, be it right: so the words are no evidence now, only the difference.
        found = addresses(cast, test, attempt)
        assert [one for one in scan(learner, found, []) if "depends" in one or SECRET in one] == []


def test_nothing_that_is_sent_is_answered_with_a_secret(cast, test, attempt, questions, learner):
    base, api = f"/attempts/{attempt.pk}/", f"/api/v1/attempts/{attempt.pk}/"
    said = []
    for line in attempt.form["slots"]:
        wrong = {"slot": line["slot"], "rev": 1, "value": "x^" if line["slot"] % 2 else {"9": [9]}}
        answers = [
            learner.post(f"{base}answers/", {"tab": "", "answers": [wrong]}, "application/json"),
            learner.put(f"{api}answers/", json.dumps({"answers": [wrong]}), "application/json"),
            learner.put(f"{api}flags/{line['slot']}/", {"flagged": True}, "application/json"),
            learner.post(f"{api}checks/{line['slot']}/"),
            learner.post(f"{base}q/{line['slot']}/", {"value": "x", "go": "next"}),
        ]
        caches["throttles"].clear()
        for answer in answers:
            assert answer.status_code < 500
            said += leaks.told(answer, questions)
    said += leaks.told(learner.post(f"{base}tab/", {"tab": "x"}, "application/json"), questions)
    said += leaks.told(learner.post(f"/api/v1/courses/{cast.course.slug}/tests/{test.slug}/attempts/"), questions)
    # What names the field or the form, and no part of a key.
    assert [one for one in said if one not in {"weight"}] == []


def test_what_the_review_hides_stays_hidden_after_the_end(cast, test, attempt, questions, learner):
    type(test).objects.filter(pk=test.pk).update(review={"after": ["response"]})
    kinds = {question.pk: question.kind for question in questions}
    items = [Item(one["slot"], 1, SAMPLES[kinds[one["question"]]].wrong) for one in attempt.form["slots"]]
    sitting.save(attempt.pk, cast.enrolled, items)
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    found = [one for one in addresses(cast, test, attempt) if str(attempt.pk) in one]
    hidden = [question for question in questions if question.kind != "short"]  # its wrong answer is one of its secrets
    said = []
    for address in found:
        caches["throttles"].clear()
        words = set(leaks.told(learner.get(address), hidden))
        said += [f"{address}: {word}" for word in words - leaks.NAMES]
    assert said == []
    result = learner.get(f"/api/v1/attempts/{attempt.pk}/result/").json()
    assert (result["visible"], result["score"]) == (["response"], None)
    told = ("verdict", "share_ppm", "why", "key", "explanation", "marks_ppm")
    assert all(one[name] is None for one in result["questions"] for name in told)


def test_a_key_comes_by_no_other_channel_while_it_is_asked(cast, test, questions, learner):
    """Results of earlier attempts and practice that was judged: hidden while the same questions are being answered."""
    first = sitting.start(cast.enrolled, test)
    sitting.submit(first)
    scoring.score(first.pk)
    practice = sitting.practise(cast.enrolled, cast.lesson)
    slot = next(one["slot"] for one in practice.form["slots"] if one["question"] == questions[0].pk)
    sitting.save(practice.pk, cast.enrolled, [Item(slot, 1, SAMPLES["single"].wrong)])
    scoring.judge(practice.answers.get())
    result, check = f"/api/v1/attempts/{first.pk}/result/", f"/api/v1/attempts/{practice.pk}/checks/{slot}/"
    assert SECRET in learner.get(result).content.decode()
    assert SECRET in learner.post(check).content.decode()
    second = sitting.start(cast.enrolled, test)
    for one in (first, practice):
        for address in addresses(cast, test, one):
            if str(one.pk) in address:
                caches["throttles"].clear()
                assert SECRET not in leaks.plain(learner.get(address)), address
    assert SECRET not in learner.post(check).content.decode()
    sitting.submit(second)
    assert SECRET in learner.get(result).content.decode()


def test_the_scan_sees_a_key_that_slips_through(cast, test, attempt, questions, learner, monkeypatch):
    """The negative control: each way of looking finds what it is for."""
    from quizzes import papers

    honest = papers.question

    def slips(line, version):
        right = version.revision.key.get("right")
        return honest(line, version) | {"section": len(json.dumps(right))}

    monkeypatch.setattr(papers, "question", slips)
    address = f"/api/v1/attempts/{attempt.pk}/"
    assert leaks.told(learner.get(address), questions) == []
    monkeypatch.setattr(leaks, "other_key", lambda kind: {"right": ["all", "of", "them"]})
    assert not leaks.same_with_other_keys(lambda: learner.get(address), questions)
    monkeypatch.setattr(
        papers, "question", lambda line, version: honest(line, version) | {"stem": papers.text(version.explanation)}
    )
    assert SECRET in leaks.told(learner.get(address), questions)

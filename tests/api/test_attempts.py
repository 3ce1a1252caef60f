"""Tests by the API: begin, answer, submit, see the result; practice. Each step safe to repeat."""

import pytest

from quizzes import scoring, sitting
from quizzes.models import Attempt
from tests import factories
from tests.quizzes.samples import SAMPLES, SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture
def test(cast):
    questions = [factories.question(cast.course, kind, lesson=cast.lesson) for kind in SAMPLES]
    return factories.mock_test(cast.course, questions, minutes=30, pass_percent=50, introduction="Take *your* time.")


@pytest.fixture
def learner(api):
    return api("enrolled")


def address_of(test) -> str:
    return f"/api/v1/courses/{test.course.slug}/tests/{test.slug}/"


def begin(client, test) -> dict:
    return client.post(f"{address_of(test)}attempts/").json()


def answers(paper: dict, which: str, rev: int = 1) -> dict:
    return {
        "answers": [
            {"slot": one["slot"], "rev": rev, "value": getattr(SAMPLES[one["kind"]], which)}
            for one in paper["questions"]
        ]
    }


def test_the_tests_of_a_course(cast, test, learner, api):
    factories.mock_test(cast.course, slug="draft", published_at=None)
    listed = learner.get(f"/api/v1/courses/{cast.course.slug}/tests/").json()["results"]
    assert [(one["slug"], one["minutes"], one["way"]) for one in listed] == [(test.slug, 30, "fixed")]
    assert len(api("instructor").get(f"/api/v1/courses/{cast.course.slug}/tests/").json()["results"]) == 2
    shown = learner.get(address_of(test)).json()
    assert shown["introduction"] == "Take *your* time."
    assert (shown["own"]["allowed"], shown["own"]["minutes"], shown["own"]["attempt"]) == (True, 30, None)
    refused = api("learner").get(address_of(test)).json()["own"]
    assert (refused["allowed"], refused["code"]) == (False, "not_enrolled")


def test_a_test_from_its_start_to_its_result(test, learner):
    first = learner.post(f"{address_of(test)}attempts/")
    assert (first.status_code, first["Location"]) == (201, f"/api/v1/attempts/{first.json()['id']}/")
    again = learner.post(f"{address_of(test)}attempts/")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    paper, mine = first.json(), f"/api/v1/attempts/{first.json()['id']}/"
    assert (paper["state"], len(paper["questions"]), 0 < paper["remaining_ms"] <= 1_800_000) == ("open", 10, True)
    for _time in range(2):
        saved = learner.put(f"{mine}answers/", answers(paper, "right"))
        assert saved.json()["accepted"] == {str(one["slot"]): 1 for one in paper["questions"]}
        assert learner.put(f"{mine}flags/3/", {"flagged": True}).json() == {"flagged": True}
    read = learner.get(mine).json()
    assert [(one["rev"], one["flagged"]) for one in read["questions"]][:3] == [(1, False), (1, False), (1, True)]
    assert learner.get(f"{mine}result/").json()["code"] == "open"
    for _time in range(2):
        assert learner.post(f"{mine}submission/").json()["state"] == "submitted"
    waiting = learner.get(f"{mine}result/").json()
    assert (waiting["state"], waiting["score"], waiting["visible"]) == ("submitted", None, ["response"])
    scoring.score(paper["id"])
    result = learner.get(f"{mine}result/").json()
    # The essay waits for somebody to mark it.
    assert (result["score"]["marks_ppm"], result["score"]["possible_ppm"]) == (9 * 10**6, 10**7)
    assert (result["score"]["is_provisional"], result["score"]["passed"]) == (True, True)
    told = {one["kind"]: (one["verdict"], one["marks_ppm"]) for one in result["questions"]}
    assert told == dict.fromkeys(SAMPLES, ("right", 10**6)) | {"essay": ("manual", 0)}
    assert all(SECRET in one["explanation"]["markdown"] and one["key"] for one in result["questions"])


def test_what_comes_after_the_end_is_late(test, learner):
    paper = begin(learner, test)
    mine = f"/api/v1/attempts/{paper['id']}/"
    learner.post(f"{mine}submission/")
    late = learner.put(f"{mine}answers/", answers(paper, "right")).json()
    assert (late["accepted"], late["late"], late["state"]) == ({}, list(range(1, 11)), "submitted")
    assert learner.put(f"{mine}flags/1/", {"flagged": True}).json()["code"] == "closed"
    assert learner.get(mine).json()["questions"] == []


def test_a_browser_tab_and_a_program(cast, test, learner):
    paper = begin(learner, test)
    sitting.save(paper["id"], cast.enrolled, [], "browser")
    address = f"/api/v1/attempts/{paper['id']}/answers/"
    assert learner.put(address, answers(paper, "right") | {"tab": "other"}).json()["code"] == "other_tab"
    assert learner.put(address, answers(paper, "right")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"answers": "all"},
        {"answers": [{"slot": 0, "rev": 1, "value": None}]},
        {"answers": [{"slot": 1, "rev": 0, "value": None}]},
        {"answers": [{"slot": 1, "rev": 1}]},
        {"answers": [{"slot": 1, "rev": 2**40, "value": 1}]},
        {"answers": [], "tab": "no spaces please"},
    ],
)
def test_what_makes_no_sense_is_told(test, learner, wrong):
    paper = begin(learner, test)
    answer = learner.put(f"/api/v1/attempts/{paper['id']}/answers/", wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_reasons_have_codes(test, learner, api):
    test.attempts_allowed = 1
    test.save()
    learner.post(f"/api/v1/attempts/{begin(learner, test)['id']}/submission/")
    refused = learner.post(f"{address_of(test)}attempts/")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_attempts_left")
    assert api("learner").post(f"{address_of(test)}attempts/").status_code == 403


class TestPractice:
    @pytest.fixture
    def paper(self, cast, test, learner):
        return learner.post(f"/api/v1/courses/{cast.course.slug}/lessons/{cast.lesson.slug}/practice/").json()

    def test_each_answer_is_judged_when_asked(self, paper, learner):
        mine = f"/api/v1/attempts/{paper['id']}/"
        assert learner.post(f"{mine}checks/1/").json()["code"] == "blank"
        learner.put(f"{mine}answers/", answers(paper, "wrong"))
        kinds = {one["slot"]: one["kind"] for one in paper["questions"]}
        for slot, kind in kinds.items():
            for _time in range(2):
                told = learner.post(f"{mine}checks/{slot}/").json()
                assert told["verdict"] in ({"manual"} if kind == "essay" else {"wrong", "partial"}), kind
                assert SECRET in told["explanation"]["html"]
        stale = learner.put(f"{mine}answers/", answers(paper, "right", 2)).json()
        assert stale["stale"] == sorted(kinds)

    def test_what_was_missed_is_practised_again(self, cast, test, paper, learner):
        mine = f"/api/v1/attempts/{paper['id']}/"
        half = answers(paper, "right")["answers"][:5] + answers(paper, "wrong")["answers"][5:]
        learner.put(f"{mine}answers/", {"answers": half})
        address = f"/api/v1/courses/{cast.course.slug}/lessons/{cast.lesson.slug}/practice/"
        assert learner.post(address, {"missed_in": paper["id"]}).json()["code"] == "not_shown"
        learner.post(f"{mine}submission/")
        scoring.score(paper["id"])
        again = learner.post(address, {"missed_in": paper["id"]})
        rights = {line["question"] for line in Attempt.objects.get(pk=paper["id"]).form["slots"][:5]}
        asked = {line["question"] for line in Attempt.objects.get(pk=again.json()["id"]).form["slots"]}
        essays = {one.pk for one in cast.course.questions.filter(kind="essay")}
        assert again.status_code == 201
        assert not (rights - essays) & asked
        assert len(asked) >= 5

    def test_a_foreign_attempt_names_nothing(self, cast, paper, learner, api):
        address = f"/api/v1/courses/{cast.course.slug}/lessons/{cast.lesson.slug}/practice/"
        assert api("other").post(address, {"missed_in": paper["id"]}).status_code == 404


def test_saving_is_for_the_learner_alone(cast, test, learner, api):
    paper = begin(learner, test)
    for role in ("visitor", "learner", "other", "instructor", "outsider", "staff", "superuser"):
        expected = 401 if role == "visitor" else 404
        for verb, path in (("put", "answers/"), ("get", ""), ("post", "submission/"), ("get", "result/")):
            answer = getattr(api(role), verb)(f"/api/v1/attempts/{paper['id']}/{path}", answers(paper, "right"))
            assert answer.status_code == expected, (role, path)
    assert Attempt.objects.get().answers.count() == 0

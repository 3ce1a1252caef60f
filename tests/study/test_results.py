"""The result of an attempt: what it says, to whom, and that nothing comes before its time."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from jobs import running
from jobs.models import Job
from lessons import blocks
from lessons.models import Concept
from quizzes import marking, regrading, scoring, sitting
from quizzes.grading import why
from quizzes.models import KeyRevision, RegradeRun
from study import concepts, distribution, reasons, sources
from tests import factories
from tests.quizzes.samples import SAMPLES, SECRET
from tests.study.conftest import answer

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14
EVERYTHING = ("response", "verdict", "marks", "key", "feedback", "explanation", "cohort")
CHOSEN_RIGHT = ("single", "truefalse", "multiple", "numeric", "short", "cloze", "matching")
WITHOUT_ESSAY = [kind for kind in SAMPLES if kind != "essay"]


def address(attempt, end="result/"):
    return f"/attempts/{attempt.pk}/{end}"


@pytest.fixture
def page(client, cast):
    def load(attempt, who="enrolled", query=""):
        client.force_login(cast[who])
        response = client.get(address(attempt) + query)
        assert response.status_code == 200
        return response.content.decode()

    return load


@pytest.fixture
def markable(cast, bank):
    """Without the essay, so that scores are final."""
    questions = [one for one in bank if one.kind != "essay"]
    return factories.mock_test(
        cast.course, questions, lesson=cast.lesson, minutes=30, pass_percent=70, attempts_allowed=3
    )


def words(html: str) -> str:
    """What is read, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1].split("</main>", 1)[0]).split())


# --- What it says ---------------------------------------------------------------------------------------------------


def test_the_score_the_verdict_and_the_attempt_stand_on_top(page, sit, markable):
    attempt = sit(markable, CHOSEN_RIGHT)
    text = words(page(attempt))
    assert "77 % passed" in text  # 7 of 9
    assert "70 % needed" in text
    assert "7 of 9 right" in text
    assert "attempt 1 of 3" in text
    assert "Review 2 mistakes" in text


def test_a_share_just_below_the_pass_mark_is_not_rounded_up_to_it(page, sit, markable):
    attempt = sit(markable, CHOSEN_RIGHT)
    attempt.score.share_ppm, attempt.score.passed = 699_999, False
    attempt.score.save()
    assert "69 % not passed" in words(page(attempt))


def test_the_points_of_the_questions_add_up_to_the_score(page, sit, cast, bank):
    test = factories.mock_test(cast.course, bank, preset="gate1")
    text = page(sit(test, ("single", "multiple"), blank=("short",)))
    table = text.split('class="table sums__table"')[1].split("</table>")[0]
    rows = re.findall(r'<td class="number">([^<]*)</td>', table.split("<tbody>")[1].split("</tbody>")[0])
    earned = sum(float(number.replace("−", "-")) for number in rows[::2])
    total = re.search(r'Sum</th><td class="number">([^<]*)</td>', table)
    assert earned == pytest.approx(float(total[1].replace("−", "-")), abs=0.05)
    assert len(rows) == 2 * len(bank)


def test_each_question_tells_the_answer_given_and_the_right_one(page, sit, mock_test):
    text = page(sit(mock_test, ("single",)))
    for secret in (
        "mitosis",
        "8642.75 ± 0.5 m/s",
        "osmosis",
        "(x+17)^2",
        f"{SECRET} explained.",
        f"{SECRET} not a queue.",
    ):
        assert secret in text, secret
    for given in ("12 m/s", "gravity", "x^2", "meiosis", "No idea."):
        assert given in text, given
    assert words(text).count("Your answer") >= 8


def test_mistakes_can_be_looked_at_alone(page, sit, mock_test):
    attempt = sit(mock_test, CHOSEN_RIGHT)
    text = page(attempt, query="?show=mistakes")
    assert "2 mistakes" in words(text)
    assert text.count('class="answered ') == 2
    assert page(attempt).count('class="answered ') == 10


def test_concepts_stand_weakest_first_and_lead_to_paragraph_and_cards(page, sit, cast, markable):
    waiting = Concept.objects.get(lesson=cast.lesson, name="Waiting")
    for question in markable.course.questions.filter(kind__in=("ordering", "formula")):
        question.concept = waiting
        question.save()
    text = page(sit(markable, CHOSEN_RIGHT))
    bars = re.findall(r'class="concept-bar__name"><a href="([^"]+)">([^<]+)<.*?concept-bar__figure">([^<]+)<', text)
    assert [bar[1:] for bar in bars] == [("Waiting", "0 of 2"), ("Lock", "7 of 7")]
    assert "#b-" in bars[0][0]
    lock = Concept.objects.get(lesson=cast.lesson, name="Lock")
    assert f"/recall/#cards-{lock.pk}" in text


def test_a_bar_counts_as_the_points_of_its_questions_do():
    bar = concepts.ConceptBar("Lock", 250_000, 1, sources.NOWHERE, (1,))
    assert bar.earned == reasons.points(250_000) == "0.25"


def test_what_is_said_in_the_audio_is_offered_to_the_enrolled(page, sit, cast, markable):
    factories.ready_audio(cast.lesson)
    question = markable.course.questions.filter(kind="single").get()
    question.source_key = [key for key, (part, _n) in blocks.of(cast.lesson).words.items() if part == "conversation"][1]
    question.save()
    text = page(sit(markable))
    assert "Hear it at 0:05" in text
    assert "/listen/#t=5" in text


def test_an_essay_makes_the_score_provisional_until_it_is_marked(page, sit, mock_test, cast):
    attempt = sit(mock_test, CHOSEN_RIGHT)
    text = words(page(attempt))
    assert "so far" in text
    assert "1 answer waits to be marked" in text
    essay = attempt.answers.get(version__question__kind="essay")
    marking.mark(essay, {"c1": 2}, "Say why.", cast.instructor)
    text = words(page(attempt))
    assert "so far" not in text
    assert "says why: 2 of 4" in text
    assert "The instructor writes: “Say why.”" in text


def test_certainty_is_held_against_what_was_right(page, sit, cast, bank):
    test = factories.mock_test(cast.course, bank[:3], with_certainty=True)
    text = words(page(sit(test, ("single", "truefalse"), certainty=3)))
    assert "Very sure over 80 % 66 % (3)" in text
    assert "You were very sure: that makes it 3 points." in text


def test_other_marks_rules_are_shown_beside_and_change_nothing(page, sit, markable):
    text = words(page(sit(markable, CHOSEN_RIGHT)))
    assert "Under other marks rules" in text
    assert "+4 / −1 (JEE Main, NEET) 72 %" in text  # (7 · 4 − 2) of 36


def test_a_voided_attempt_says_so(page, sit, markable, cast):
    attempt = sit(markable, CHOSEN_RIGHT)
    marking.void(attempt, cast.instructor, "Sat twice.")
    assert "An instructor has voided this attempt" in words(page(attempt))


def test_a_correction_is_told_with_what_it_changed(page, sit, markable, cast):
    attempt = sit(markable, CHOSEN_RIGHT)
    version = markable.course.questions.get(kind="formula").current
    key = {"answers": [{"expr": "x^2", "fraction": 1, "feedback": ""}]}
    run = regrading.dry_run(version, key, RegradeRun.Policy.NEW, False, cast.instructor, "The square was meant.")
    running.run(regrading.apply(run, cast.instructor).pk)
    assert KeyRevision.objects.filter(version=version).count() == 2
    text = words(page(attempt))
    assert "This question was corrected on" in text
    assert "The square was meant." in text
    assert "Your score: +1 points." in text


# --- Others ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "mine", "percentile"),
    [
        ([500_000] * 20, 500_000, 50),  # all alike: the middle
        ([100_000] * 20, 500_000, 100),
        ([900_000] * 20, 500_000, 0),
        ([100_000] * 10 + [500_000] * 4 + [900_000] * 6, 500_000, 60),  # (10 + 2) of 20
    ],
)
def test_the_percentile_is_the_middle_of_those_alike(others, mine, percentile):
    counts = {share: others.count(share) for share in others}
    assert distribution.made(counts, mine).percentile == percentile


def test_few_results_of_others_are_not_shown():
    assert distribution.made({500_000: 19}, 500_000) is None
    assert distribution.made({500_000: 20}, 500_000) is not None


def test_ones_own_attempts_are_not_others(page, sit, markable, cast, monkeypatch):
    monkeypatch.setattr(distribution, "FEWEST", 2)
    sit(markable, CHOSEN_RIGHT)
    sit(markable, CHOSEN_RIGHT, who=cast.other)
    attempt = sit(markable, ())
    assert "is shown here once 20 of their results" in words(page(attempt))
    sit(markable, (), who=factories.UserFactory())
    distribution.caches["pages"].clear()
    text = page(attempt)
    assert "Higher than 25 of 100 attempts by other learners." in words(text)
    assert "2 results of other learners" in words(text)  # the same as a table


# --- Nothing before its time ----------------------------------------------------------------------------------------


def secrets(text: str) -> list[str]:
    known = [SECRET, "8642.75", "mitosis", "osmosis", "(x+17)^2"]
    return [one for one in known if one in text]


@pytest.mark.parametrize(
    "shown",
    [["response"], ["response", "verdict"], ["response", "marks"], ["response", "verdict", "marks", "cohort"]],
    ids="+".join,
)
def test_without_key_feedback_and_explanation_nothing_tells_them(page, sit, cast, bank, shown):
    test = factories.mock_test(cast.course, bank, lesson=cast.lesson, review={"after": shown})
    attempt = sit(test, (), blank=("short",))
    text = page(attempt)
    assert secrets(text) == []
    assert ("Wrong" in words(text)) == ("verdict" in shown)
    assert ("%" in words(text)) == ("marks" in shown)
    assert "Make a card" not in text


@pytest.mark.parametrize("part", ["feedback", "explanation"])
def test_feedback_and_explanation_come_only_by_themselves(page, sit, cast, bank, part):
    test = factories.mock_test(cast.course, bank, review={"after": ["response", "verdict", part]})
    text = page(sit(test, ()))
    assert ("Secretly explained." in text) == (part == "explanation")
    assert ("Secretly not a queue." in text) == (part == "feedback")
    assert secrets(text.replace("Secretly", "")) == []


def test_hidden_marks_stand_in_no_list_either(client, cast, sit, bank):
    test = factories.mock_test(
        cast.course, bank[:2], lesson=cast.lesson, pass_percent=50, review={"after": ["response"]}, title="Hidden"
    )
    sit(test, ("single", "truefalse", "multiple"))
    client.force_login(cast.enrolled)
    for page_address in ("/learn/", test.get_absolute_url(), f"/courses/{cast.course.slug}/{cast.lesson.slug}/test/"):
        text = words(client.get(page_address).content.decode())
        assert "Hidden, attempt 1 Handed in" in text, page_address
        assert "assed" not in text, page_address


def test_a_test_that_asks_the_same_keeps_the_result_closed_while_it_is_open(page, sit, markable, cast):
    attempt = sit(markable, ())
    again = factories.open_attempt(cast.enrolled, markable)
    text = page(attempt)
    assert secrets(text) == []
    assert "Finish it first" in words(text)
    sitting.submit(again)
    assert secrets(page(attempt)) != []


# --- Until it is scored ---------------------------------------------------------------------------------------------


def test_the_page_waits_asks_three_times_and_stops(client, cast, sit, mock_test):
    attempt = sit(mock_test, CHOSEN_RIGHT, is_scored=False)
    client.force_login(cast.enrolled)
    text = client.get(address(attempt)).content.decode()
    delays = []
    while found := re.search(r'hx-get="([^"]+)" hx-trigger="load delay:(\d)s"', text):
        delays.append(int(found[2]))
        text = client.get(found[1], headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in text
    assert delays == [1, 2, 4]
    assert "We will keep the result here; you can leave." in text
    scoring.score(attempt.pk)
    text = client.get(address(attempt, "result/score/?n=3"), headers={"HX-Request": "true"}).content.decode()
    assert 'class="result-head__share"' in text


def test_a_failed_scoring_is_told_and_asks_no_more(client, cast, sit, mock_test):
    attempt = sit(mock_test, is_scored=False)
    job = {"queue": "scoring", "state": "failed", "error": "Grader gone.", "due_at": now()}
    Job.objects.filter(subject=str(attempt.pk)).delete()
    Job.objects.create(kind=scoring.SCORE, subject=str(attempt.pk), **job)
    client.force_login(cast.enrolled)
    text = client.get(address(attempt)).content.decode()
    assert "Your answers are safe" in text
    assert "hx-trigger" not in text


def test_an_overdue_attempt_is_closed_by_looking(client, cast, mock_test):
    attempt = factories.open_attempt(cast.enrolled, mock_test, at=now() - timedelta(hours=2))
    client.force_login(cast.enrolled)
    assert "Scoring" in client.get(address(attempt)).content.decode()


# --- Who ------------------------------------------------------------------------------------------------------------


def test_an_instructor_reads_the_result_and_can_do_nothing_with_it(page, sit, mock_test):
    text = page(sit(mock_test, CHOSEN_RIGHT), "instructor")
    assert "to read only" in words(text)
    assert "Make a card" not in text
    assert "Report a problem" not in text
    assert "mitosis" in text


def test_queries_do_not_grow_with_the_questions(client, cast, bank, sit):
    client.force_login(cast.enrolled)
    factories.ready_audio(cast.lesson)
    few = sit(
        factories.mock_test(cast.course, bank[:2], attempts_allowed=2, review={"after": list(EVERYTHING)}), ("single",)
    )
    many_questions = [factories.question(cast.course, kind, lesson=cast.lesson) for kind in SAMPLES for _n in range(3)]
    many = sit(factories.mock_test(cast.course, bank + many_questions, attempts_allowed=2), ("single",))
    counts = []
    for attempt in (few, many):
        distribution.caches["pages"].clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(attempt)).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= MOST_QUERIES, [one["sql"][:90] for one in queries.captured_queries]
    assert counts[1] <= counts[0]


def test_every_reason_of_the_graders_has_words():
    assert {*reasons.SAYINGS, "gap"} >= why.CODES


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (0, "1 of 2 right options chosen. Only"),
        (1, "1 of 2 right options chosen, and 1 wrong one. Only"),
        (2, "1 of 2 right options chosen, and 2 wrong ones. Only"),
    ],
)
def test_ticks_are_counted_in_good_english(wrong, said):
    [told] = reasons.sentences([["ticks", {"right": 1, "wrong": wrong, "of": 2, "rule": "all"}]], {"key"})
    assert told.startswith(said)


def test_what_a_known_mistake_does_not_earn_is_not_counted_out():
    matched = {"index": 1, "ppm": 0, "value": "9", "kind": "abs", "tol": "0", "to": ""}
    told = reasons.sentences([["matched", matched], ["feedback", "Divide."]], EVERYTHING)
    assert told == ["Divide."]


@pytest.mark.parametrize(("typed", "is_said"), [("12", False), ("1.2e1", True)])
def test_how_a_number_was_read_is_said_only_where_it_was_typed_otherwise(page, cast, bank, typed, is_said):
    test = factories.mock_test(cast.course, [one for one in bank if one.kind == "numeric"])
    attempt = factories.open_attempt(cast.enrolled, test)
    sitting.save(attempt.pk, cast.enrolled, [sitting.Item(1, 1, typed)])
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    assert ("Read as 12" in page(attempt)) == is_said


def test_answers_in_a_preview_are_seen_by_who_previews(client, cast, mock_test):
    attempt = sitting.start(cast.instructor, mock_test)
    answer(cast.instructor, attempt, CHOSEN_RIGHT)
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    client.force_login(cast.instructor)
    assert client.get(address(attempt)).status_code == 200


@pytest.mark.parametrize("code", sorted(why.CODES - {*reasons.HARMLESS, "feedback", "misconception", "gap"}))
def test_a_reason_that_could_tell_the_key_comes_with_the_key_alone(code):
    datum = {"text": "mitosis", "unit": "m/s", "ppm": 500_000, "expr": "x", "value": 1.0, "index": 0}
    datum |= {"right": 1, "wrong": 1, "of": 2, "rule": "all", "swapped": 1, "in_place": 1, "written": 1, "wanted": 2}
    assert reasons.sentences([[code, datum]], {"verdict", "marks", "feedback"}) == []
    assert reasons.sentences([[code, datum]], {"verdict", "key"}) != []


def test_a_near_miss_is_a_hint_only_where_the_key_is_shown(page, cast, bank):
    for shown, is_told in ((["response", "verdict"], False), (["response", "verdict", "key"], True)):
        test = factories.mock_test(cast.course, [bank[4]], review={"after": shown})
        attempt = factories.open_attempt(cast.enrolled, test)
        sitting.save(attempt.pk, cast.enrolled, [sitting.Item(1, 1, "mitosiss")])
        sitting.submit(attempt)
        scoring.score(attempt.pk)
        assert ("Did you mean" in page(attempt)) == is_told

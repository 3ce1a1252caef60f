"""What learners do with a question: a card of their own, a report to the instructors."""

import pytest

from flashcards.models import OwnCard
from quizzes import sitting
from quizzes.models import ProblemReport
from study import making_cards
from tests import factories
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def attempt(client, cast, sit, mock_test):
    client.force_login(cast.enrolled)
    return sit(mock_test, ("single",))


def slot_of(attempt, kind) -> int:
    return attempt.answers.get(version__question__kind=kind).slot


def act(client, attempt, n, what, data=None, **headers):
    return client.post(f"/attempts/{attempt.pk}/q/{n}/{what}/", data or {}, headers=headers)


def test_a_card_is_made_once_and_stands_on_the_recall_page(client, cast, attempt):
    n = slot_of(attempt, "short")
    assert "In your cards" in act(client, attempt, n, "card", **HTMX).content.decode()
    response = act(client, attempt, n, "card", {"next": f"/attempts/{attempt.pk}/result/#q-{n}"})
    assert response.status_code == 303
    assert response["Location"] == f"/attempts/{attempt.pk}/result/#q-{n}"
    card = OwnCard.objects.get()
    assert (card.learner, card.lesson, card.front) == (cast.enrolled, cast.lesson, "What holds?")
    assert card.back.startswith("mitosis")
    recall = f"/courses/{cast.course.slug}/{cast.lesson.slug}/recall/"
    assert "Your cards" in client.get(recall).content.decode()
    client.force_login(cast.other)
    assert "Your cards" not in client.get(recall).content.decode()


def test_a_card_can_be_removed_by_its_maker_alone(client, cast, attempt):
    act(client, attempt, slot_of(attempt, "short"), "card")
    address = f"/courses/{cast.course.slug}/{cast.lesson.slug}/cards/{OwnCard.objects.get().pk}/removal/"
    client.force_login(cast.other)
    client.post(address)
    assert OwnCard.objects.exists()
    client.force_login(cast.enrolled)
    assert client.post(address).status_code == 303
    assert not OwnCard.objects.exists()


def test_a_card_is_away_while_a_test_asks_its_question(client, cast, attempt):
    act(client, attempt, slot_of(attempt, "short"), "card")
    recall = f"/courses/{cast.course.slug}/{cast.lesson.slug}/recall/"
    again = factories.open_attempt(cast.enrolled, attempt.test)
    assert "mitosis" not in client.get(recall).content.decode()
    sitting.submit(again)
    assert "mitosis" in client.get(recall).content.decode()


@pytest.mark.parametrize(
    ("kind", "back"),
    [
        ("single", "A lock"),
        ("truefalse", "True"),
        ("multiple", "- A lock\n- An event"),
        ("numeric", "8642.75 ± 0.5 m/s"),
        ("short", "mitosis"),
        ("cloze", "- (1) osmosis\n- (2) A lock"),
        ("matching", "- Oslo → Norway\n- Paris → France\n- Rome → Italy"),
        ("ordering", "1. Mix\n1. Bake\n1. Eat"),
        ("formula", "(x+17)^2"),
        ("essay", "Secretly a good essay."),
    ],
)
def test_the_back_of_a_card_is_the_right_answer(cast, kind, back):
    version = factories.question(cast.course, kind, explanation="").current
    version.refresh_from_db()
    found = making_cards.sides(version)[1]
    # PostgreSQL keeps the pairs of a key in an order of its own.
    assert ("\n".join(sorted(found.split("\n"))) if kind == "matching" else found) == back


def test_no_card_before_the_key_may_be_seen(client, cast, bank, sit):
    client.force_login(cast.enrolled)
    closed = sit(factories.mock_test(cast.course, bank, review={"after": ["response", "verdict"]}))
    assert act(client, closed, 1, "card").status_code == 404
    running = factories.open_attempt(cast.enrolled, factories.mock_test(cast.course, bank))
    sitting.save(running.pk, cast.enrolled, [sitting.Item(1, 1, SAMPLES["single"].wrong)])
    assert act(client, running, 1, "card").status_code == 404
    assert not OwnCard.objects.exists()


def test_a_problem_is_reported_once_and_the_reply_comes_back(client, attempt):
    n = slot_of(attempt, "formula")
    assert "Waiting for an answer" in act(client, attempt, n, "problem", {"text": "It is x²."}, **HTMX).content.decode()
    act(client, attempt, n, "problem", {"text": "Again."})
    report = ProblemReport.objects.get()
    assert (report.slot, report.text) == (n, "It is x².")
    ProblemReport.objects.update(state="fixed", reply="You are right, thank you.")
    text = client.get(f"/attempts/{attempt.pk}/result/").content.decode()
    assert "Corrected" in text
    assert "You are right, thank you." in text


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_an_empty_or_endless_report_comes_back(client, attempt, text):
    assert act(client, attempt, 1, "problem", {"text": text}, **HTMX).status_code == 422
    response = act(client, attempt, 1, "problem", {"text": text})
    assert response.status_code == 422
    assert "<html" in response.content.decode()
    assert not ProblemReport.objects.exists()


def test_nothing_is_reported_during_a_mock_test(client, cast, mock_test):
    client.force_login(cast.enrolled)
    running = factories.open_attempt(cast.enrolled, mock_test)
    sitting.save(running.pk, cast.enrolled, [sitting.Item(1, 1, "x")])
    assert act(client, running, 1, "problem", {"text": "Too hard."}).status_code == 404


def test_what_a_learner_writes_is_text(client, attempt):
    act(client, attempt, 1, "problem", {"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(f"/attempts/{attempt.pk}/result/").content.decode()

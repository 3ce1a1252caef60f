"""What belongs to one person is neither shown to nor changed by another, whichever id is sent (reliability P6, R29)."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import caches
from knox.models import AuthToken

from accounts.models import TokenName, User
from enrollment.models import Enrollment
from flashcards.models import OwnCard
from lessons import blocks
from study.models import Note
from tests import factories
from tests.authoring import test_admin_rights as desk
from tests.guards import scene
from tests.guards.matrix import MATRIX
from tests.guards.test_matrix import address_of

CANARY = "canary-of-enrolled"
STRANGERS = ("learner", "other", "outsider", "superuser")


@pytest.fixture
def marked(stage):
    """Everything that `enrolled` wrote says so."""
    Note.objects.filter(learner=stage.cast.enrolled).update(body=CANARY)
    User.objects.filter(pk=stage.cast.enrolled.pk).update(display_name=CANARY)
    TokenName.objects.update(text=CANARY)
    OwnCard.objects.update(front=CANARY)
    return stage


def readable(stage):
    for route, cases in MATRIX.items():
        for case in cases:
            if case.get:
                yield address_of(stage, route, case)


@pytest.mark.parametrize("stranger", ["visitor", "learner", "other", "outsider", "staff"])
def test_no_page_shows_a_stranger_what_another_wrote(marked, stranger):
    seen_by_owner, leaks = 0, []
    for address in readable(marked):
        caches["throttles"].clear()
        # The owner first: what is kept for reuse would be kept with the canary in it.
        seen_by_owner += holds_canary(scene.ask(marked, "enrolled", "GET", address))
        if holds_canary(scene.ask(marked, stranger, "GET", address)):
            leaks.append(address)
    assert leaks == []
    assert seen_by_owner > 10


def holds_canary(answer) -> bool:
    return CANARY in str(answer.headers) or (not answer.streaming and CANARY.encode() in answer.content)


def test_an_outside_instructor_finds_nobody_elses_learners_at_the_desk(marked):
    for model, pages in desk.MATRIX.items():
        for page in pages:
            address = desk.address(model, page, desk.object_of(marked.cast, model))
            assert not holds_canary(scene.ask(marked, "outsider", "GET", address)), address


# --- Ids sent by somebody else ---


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("verb", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("thing", ["notes", "enrolments"])
def test_a_foreign_id_is_as_unknown_as_one_that_never_was(stage, stranger, thing, verb):
    foreign, invented = (
        scene.ask(stage, stranger, verb, f"/api/v1/{thing}/{stage.names[name]}/", {"body": "taken over"})
        for name in ("note" if thing == "notes" else "enrollment", "nobody")
    )
    assert foreign.status_code in (404, 405)
    assert (foreign.status_code, foreign.content) == (invented.status_code, invented.content)
    assert Note.objects.get().body == "Mine alone."
    assert Enrollment.objects.get(pk=stage.names["enrollment"]).left_at is None


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_revokes_anothers_token_or_learns_that_it_exists(stage, stranger):
    # A page each: what the first leaves as a message would stand on the second.
    answers = [
        scene.ask(stage, stranger, "POST", f"/account/tokens/{key}/revocation/")
        for key in (stage.names["token"], "ff_nosuch")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert not answers[0].cookies.get("messages")
    assert AuthToken.objects.filter(token_key=stage.names["token"]).exists()


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_ends_anothers_sign_in(stage, stranger):
    session = stage.names["session"]
    assert scene.ask(stage, stranger, "POST", f"/account/sessions/{session}/end/").status_code == 404
    scene.ask(stage, stranger, "POST", "/account/sessions/", {"session": session})
    assert UserSession.objects.filter(pk=session).exists()
    assert scene.ask(stage, "enrolled", "GET", "/account/").status_code == 200


def test_two_learners_write_on_the_same_paragraph_without_meeting(stage):
    page = f"/courses/{stage.names['course']}/{stage.names['lesson']}/notes/{stage.names['noted']}/"
    assert "Mine alone." not in scene.ask(stage, "other", "GET", page).content.decode()
    scene.ask(stage, "other", "POST", page, {"body": "Theirs."})
    scene.ask(stage, "other", "POST", page, {"body": "", "id": stage.names["note"], "learner": stage.names["person"]})
    assert [note.body for note in Note.objects.all()] == ["Mine alone."]


@pytest.mark.parametrize("name", ["learner", "learner_id", "user", "id", "pk"])
def test_a_learner_named_in_the_body_is_not_listened_to(stage, name):
    enrolled, other = stage.cast.enrolled, stage.cast.other
    body = {"key": stage.names["free"], "body": "Whose?", "course": stage.cast.course.slug, name: enrolled.pk}
    assert scene.ask(stage, "other", "POST", "/api/v1/notes/", body).status_code == 201
    assert Note.objects.get(body="Whose?").learner == other


def test_a_paragraph_of_one_lesson_is_unknown_in_another(stage):
    elsewhere = factories.full_lesson(course=stage.cast.course)
    key = next(iter(blocks.of(elsewhere).words))
    page = f"/courses/{stage.names['course']}/{stage.names['lesson']}/notes/{key}/"
    assert scene.ask(stage, "enrolled", "GET", page).status_code == 404
    foreign = f"/courses/{stage.names['draft_course']}/{stage.names['lesson']}/"
    assert scene.ask(stage, "superuser", "GET", foreign).status_code == 404


def test_whoever_leaves_the_cast_is_out_at_the_next_request(stage):
    User.objects.filter(pk=stage.cast.enrolled.pk).update(is_active=False)
    assert scene.ask(stage, "enrolled", "GET", "/learn/").status_code == 302
    stage.cast.staff.groups.clear()
    assert scene.ask(stage, "staff", "GET", "/api/docs/").status_code == 404

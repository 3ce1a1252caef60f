"""Every field of every model is sent to every address that writes: only those that may be written change."""

import uuid

import pytest
from django.apps import apps
from django.db import models

from enrollment.models import Enrollment
from lessons import blocks, reading
from lessons.models import Block, Bookmark, Feed, Listening, Playback, Reading
from quizzes.models import Answer, Attempt
from study.models import Note
from tests import factories

pytestmark = pytest.mark.django_db
OURS = ("accounts", "courses", "enrollment", "media", "lessons", "flashcards", "quizzes", "study")


def everything(cast, kind):
    """A plausible value for each field of each model: the kind says which where several would do."""
    values = {}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if isinstance(field, models.Field):
                    values[field.name] = values[field.attname] = value(field, cast)
    return values | kind


def value(field, cast):
    if isinstance(field, models.BooleanField):
        return True  # such as is_staff, is_superuser
    if isinstance(field, models.UUIDField):
        return str(uuid.UUID(int=7))
    if isinstance(field, models.DateTimeField):
        return "2001-01-01T00:00:00Z"
    if isinstance(field, models.ForeignKey):
        return cast.superuser.pk
    if isinstance(field, (models.IntegerField, models.DecimalField)):
        return 2
    if isinstance(field, models.JSONField):
        return ["forged"]
    if field.choices:
        return field.choices[-1][0]
    return {"email": "forged@example.org", "time_zone": "Europe/Berlin", "locale": "en"}.get(field.name, "forged")


def row_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def changed(before, row):
    row.refresh_from_db()
    after = row_of(row)
    return {name for name in before if before[name] != after[name]}


def test_a_profile(cast, api):
    client = api("learner")
    cast.learner.refresh_from_db()
    before = row_of(cast.learner)
    assert client.patch("/api/v1/me/", everything(cast, {"display_name": "New"})).status_code == 200
    # `locale` has one value so far, `shortcuts_on` was on already.
    expected = {"display_name", "time_zone", "theme", "tier", "text_size", "reading_font", "playback_rate"}
    assert changed(before, cast.learner) == expected


def test_an_enrolment(cast, api):
    sent = everything(cast, {"course": cast.course.slug})
    made = api("learner").post("/api/v1/enrolments/", sent)
    assert made.status_code == 201
    mine = Enrollment.objects.get(learner=cast.learner)
    assert str(mine.pk) != sent["id"]
    assert (mine.course, mine.left_at, mine.enrolled_at.year > 2001) == (cast.course, None, True)
    before = row_of(mine)
    assert api("learner").post("/api/v1/enrolments/", sent).status_code == 200
    assert changed(before, mine) == set()


def test_a_place(cast, api):
    key = next(iter(blocks.of(cast.lesson).words))
    address = f"/api/v1/courses/{cast.course.slug}/lessons/threads/place/"
    assert api("enrolled").put(address, everything(cast, {"key": key, "read": [key]})).status_code == 200
    mine = Reading.objects.get()
    assert (mine.learner, mine.lesson, mine.read_keys, mine.place_key) == (cast.enrolled, cast.lesson, [key], key)
    assert (mine.finished_at, mine.rev, mine.place_at.year > 2001) == (None, 1, True)


def test_a_note(cast, api):
    first, second = list(blocks.of(cast.lesson).words)[:2]
    sent = everything(cast, {"key": first, "body": "Mine."})
    made = api("enrolled").post("/api/v1/notes/", sent)
    assert made.status_code == 201
    mine = Note.objects.get()
    assert str(mine.pk) != sent["id"]
    assert (mine.learner, mine.block, mine.quote) == (cast.enrolled, Block.objects.get(key=first), mine.block.text)
    before = row_of(mine)
    sent |= {"key": second, "body": "New.", "is_highlighted": False}
    assert api("enrolled").patch(f"/api/v1/notes/{mine.pk}/", sent).status_code == 200
    assert changed(before, mine) == {"body", "is_highlighted", "changed_at"}


def test_listening(cast, api):
    audio = factories.ready_audio(cast.lesson, seconds=600)
    take = str(audio.asset.take_id)
    kind = {"audio": audio.pk, "take": take, "device": "app", "seq": 1, "heard": [[0, 1]], "place": 1}
    kind |= {"is_playing": True, "visit": reading.visit_token(), "elapsed": 0, "wall": 0}
    report = everything(cast, kind)
    sent = everything(cast, {"reports": [report]})
    address = f"/api/v1/courses/{cast.course.slug}/lessons/threads/"
    assert api("enrolled").put(f"{address}listening/", sent).status_code == 200
    mine = Listening.objects.get()
    assert (mine.learner, mine.audio, str(mine.take_id), mine.heard) == (cast.enrolled, audio, take, [[0, 1]])
    assert (mine.rev, mine.place_at.year > 2001, list(mine.devices), mine.place_device) == (1, True, ["app"], "app")
    before = row_of(audio.asset.take), row_of(audio.asset)
    assert changed(before[0], audio.asset.take) == changed(before[1], audio.asset) == set()


def test_a_speed(cast, api):
    address = f"/api/v1/courses/{cast.course.slug}/playback/"
    assert api("enrolled").put(address, everything(cast, {"rate": 1.5})).status_code == 200
    mine = Playback.objects.get()
    assert (mine.learner, mine.course, float(mine.rate)) == (cast.enrolled, cast.course, 1.5)


def test_a_bookmark(cast, api):
    audio = factories.ready_audio(cast.lesson, seconds=600)
    sent = everything(cast, {"audio": audio.pk, "seconds": 3})
    assert api("enrolled").post("/api/v1/bookmarks/", sent).status_code == 201
    mine = Bookmark.objects.get()
    assert (mine.learner, mine.audio, mine.seconds, mine.words) == (cast.enrolled, audio, 3, "What happened?")
    assert (str(mine.pk) != sent["id"], mine.take_id, mine.created_at.year > 2001) == (True, audio.asset.take_id, True)


def test_a_feed(cast, api):
    sent = everything(cast, {})
    made = api("enrolled").post(f"/api/v1/courses/{cast.course.slug}/feed/", sent)
    assert made.status_code == 201
    mine = Feed.objects.get()
    assert (mine.enrollment.learner, mine.ended_at, mine.used_by) == (cast.enrolled, None, "")
    assert (str(mine.pk) != sent["id"], mine.token_hash != "forged", mine.created_at.year > 2001) == (True, True, True)


def test_an_attempt(cast, api):
    test = factories.mock_test(cast.course, [factories.question(cast.course, "truefalse")], minutes=30)
    sent = everything(cast, {})
    client = api("enrolled")
    address = f"/api/v1/courses/{cast.course.slug}/tests/{test.slug}/attempts/"
    assert client.post(address, sent).status_code == 201
    mine = Attempt.objects.get()
    assert (mine.learner, mine.state, mine.purpose, mine.number) == (cast.enrolled, "open", "mock", 1)
    assert (str(mine.pk) != sent["id"], mine.started_at.year > 2001, mine.deadline.year > 2001) == (True, True, True)
    before = row_of(mine)
    answer = everything(cast, {"slot": 1, "rev": 1, "value": "true", "certainty": 3, "flagged": True, "seconds": 5})
    saved = client.put(f"/api/v1/attempts/{mine.pk}/answers/", everything(cast, {"tab": "", "answers": [answer]}))
    assert saved.status_code == 200
    row = Answer.objects.get()
    assert (row.attempt, row.rev, row.value, row.is_flagged, row.seconds) == (mine, 1, "true", True, 5)
    assert (row.graded_id, row.marked_ppm, row.marking, row.marked_by_id, row.certainty) == (None,) * 5
    assert row.weight_ppm == 10**6
    assert changed(before, mine) == {"saved_at"}
    assert client.put(f"/api/v1/attempts/{mine.pk}/flags/1/", everything(cast, {"flagged": False})).status_code == 200
    assert changed(row_of(row), row) == {"is_flagged"}
    assert client.post(f"/api/v1/attempts/{mine.pk}/submission/", sent).status_code == 200
    assert changed(before, mine) == {"saved_at", "state", "finished_at", "closed_by"}
    assert (mine.state, mine.closed_by, mine.finished_at.year > 2001) == ("submitted", "learner", True)

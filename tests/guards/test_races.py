"""Many at once, where one may win: each race is shown to be one by the naive way, which loses (reliability section 5).

Seats are raced in tests/enrollment/test_seat_races.py, evidence of reading in tests/lessons/test_reading.py.
"""

import ast
import secrets
from collections import Counter
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from lessons import blocks
from lessons.models import Block, BlockMap
from study.models import Note
from tests import factories
from tests.enrollment.test_seat_races import at_once
from tests.guards import rules

READERS = 20


def at_the_same_time(test):
    """A test of callers that commit, on the database where they can meet."""
    if connection.vendor != "postgresql":
        return pytest.mark.skip(reason="SQLite serialises writers: it cannot show a race")(test)
    return pytest.mark.race(pytest.mark.django_db(transaction=True, serialized_rollback=True)(test))


def naive_sync(lesson, looked: Barrier) -> None:
    """Without the claim: look whether somebody has named the paragraphs, then name them."""
    is_done = Block.objects.filter(lesson=lesson).exists()
    looked.wait(30)  # so that it does not hang on luck that all have looked before one has written
    if not is_done:
        Block.objects.bulk_create(
            Block(lesson=lesson, key=secrets.token_hex(6), part=passage.part, position=position, text="", words=1)
            for position, passage in enumerate(blocks.passages_of(lesson))
        )


@at_the_same_time
def test_twenty_first_readers_give_each_paragraph_one_name():
    lesson = factories.full_lesson()
    found = at_once([lambda: blocks.sync(lesson.pk, lesson.revised_at)] * READERS)
    keys = list(Block.objects.filter(lesson=lesson, retired_at=None).values_list("key", flat=True))
    assert len(keys) == len(list(blocks.passages_of(lesson)))
    assert all({entry[3] for entry in entries} == set(keys) for entries in found)
    assert BlockMap.objects.get(lesson=lesson).revised_at == lesson.revised_at


@at_the_same_time
def test_naming_without_a_claim_gives_a_paragraph_several_names():
    lesson = factories.full_lesson()
    looked = Barrier(READERS)
    at_once([lambda: naive_sync(lesson, looked)] * READERS)
    assert Block.objects.filter(lesson=lesson).count() > len(list(blocks.passages_of(lesson)))


def pages_of(users) -> list[Client]:
    clients = []
    for user in users:
        client = Client()
        client.force_login(user)
        clients.append(client)
    return clients


@at_the_same_time
def test_twenty_tabs_make_one_note_of_a_paragraph():
    lesson = factories.full_lesson()
    learner = factories.EnrollmentFactory(course=lesson.course).learner
    key = next(iter(blocks.of(lesson).words))
    address = f"{lesson.get_absolute_url()}notes/{key}/"
    tabs = pages_of([learner] * READERS)
    answers = at_once(
        [
            lambda tab=tab, number=number: tab.post(address, {"body": f"Tab {number}"}).status_code
            for number, tab in enumerate(tabs)
        ]
    )
    assert Counter(answers) == {302: READERS}
    assert Note.objects.get().body.startswith("Tab ")


@at_the_same_time
def test_without_the_constraint_twenty_tabs_would_make_several():
    lesson = factories.full_lesson()
    learner = factories.UserFactory()
    block = Block.objects.get(key=next(iter(blocks.of(lesson).words)))
    looked = Barrier(READERS)

    def naive() -> None:
        is_there = Note.objects.filter(learner=learner, block=None, quote=block.text).exists()
        looked.wait(30)
        if not is_there:
            Note.objects.create(learner=learner, quote=block.text, body="x")

    at_once([naive] * READERS)
    assert Note.objects.count() > 1


def test_every_race_has_a_naive_twin_that_loses():
    """A race that the naive way would win too proves nothing."""
    files = {path: text for path, text in rules.sources() if path.startswith("tests/") and "mark.race" in text}
    assert len(files) >= 3
    for path, text in files.items():
        names = {getattr(node, "name", getattr(node, "id", "")) for node in ast.walk(ast.parse(text))}
        assert any("naive" in name for name in names), f"{path} has no negative control"

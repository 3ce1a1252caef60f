"""Everybody at every address of the API. (Who sees whose rows is told in the files of each.)"""

import pytest
from django.db import transaction

from enrollment.models import Enrollment
from lessons import blocks
from lessons.models import Block
from study.models import Note

pytestmark = pytest.mark.django_db

EVERYBODY = ("visitor", "learner", "enrolled", "other", "instructor", "outsider", "staff", "superuser")
OPEN = dict.fromkeys(EVERYBODY, 200)
OWN = OPEN | {"visitor": 401}
ENROLLED = dict.fromkeys(EVERYBODY, 403) | {"visitor": 401, "enrolled": 200, "other": 200}
OF_ENROLLED = dict.fromkeys(EVERYBODY, 404) | {"visitor": 401, "enrolled": 200}
ROWS = {
    "GET tracks/": OPEN,
    "GET courses/": OPEN,
    "GET courses/{course}/": OPEN,
    "GET courses/{course}/glossary/": OPEN,
    "GET courses/{course}/lessons/threads/": OPEN,
    "GET search/?q=lock": OPEN,
    "GET courses/{course}/lessons/threads/place/": ENROLLED,
    "PUT courses/{course}/lessons/threads/place/": ENROLLED,
    "GET enrolments/": OWN,
    "POST enrolments/": OWN | {"learner": 201, "instructor": 403, "outsider": 201, "staff": 201, "superuser": 201},
    "GET enrolments/{enrolment}/": OF_ENROLLED,
    "DELETE enrolments/{enrolment}/": OF_ENROLLED | {"enrolled": 204},
    "GET notes/": OWN,
    "POST notes/": ENROLLED | {"enrolled": 201, "other": 201},
    "GET notes/{note}/": OF_ENROLLED,
    "PATCH notes/{note}/": OF_ENROLLED,
    "DELETE notes/{note}/": OF_ENROLLED | {"enrolled": 204},
    "GET me/": OWN,
    "PATCH me/": OWN,
}


@pytest.mark.parametrize("row", ROWS)
def test_who_may_do_what(cast, api, row):
    key = next(iter(blocks.of(cast.lesson).words))
    block = Block.objects.get(key=key)
    names = {
        "course": cast.course.slug,
        "enrolment": Enrollment.objects.get(learner=cast.enrolled).pk,
        "note": Note.objects.create(learner=cast.enrolled, block=block, quote=block.text, body="Mine.").pk,
    }
    # On another paragraph than the note that is there.
    body = {"course": cast.course.slug, "key": list(blocks.of(cast.lesson).words)[1], "body": "Mine."}
    method, _space, address = row.partition(" ")
    body = {} if method in ("GET", "DELETE") else body
    statuses = {}
    for who in EVERYBODY:
        point = transaction.savepoint()
        ask = getattr(api(who), method.lower())
        statuses[who] = ask(f"/api/v1/{address.format(**names)}", body).status_code
        transaction.savepoint_rollback(point)
    assert statuses == ROWS[row]


def test_what_is_open_takes_no_writing(cast, api):
    client = api("superuser")
    for row in [row for row in ROWS if ROWS[row] == OPEN]:
        address = "/api/v1/" + row.removeprefix("GET ").format(course=cast.course.slug)
        for method in ("post", "put", "patch", "delete"):
            assert getattr(client, method)(address, {}).status_code == 405

"""No GET and no HEAD changes a row, whoever sends it (reliability R39)."""

import hashlib

import pytest
from django.core.cache import caches
from django.db import connection

from tests.authoring import test_admin_rights as desk
from tests.guards import scene
from tests.guards.matrix import MATRIX
from tests.guards.test_matrix import address_of


def state() -> dict[str, str]:
    """Table → hash of its rows, whatever their order."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in scene.MAY_CHANGE:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sorted(repr([plain(value) for value in row]) for row in cursor.fetchall())
                found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def plain(value: object) -> object:
    """Bytes by what is in them: of a view on them `repr` tells only where it lies."""
    return bytes(value) if isinstance(value, memoryview) else value


def differences(before: dict[str, str]) -> list[str]:
    now = state()
    return [table for table in before if before[table] != now[table]]


def desk_addresses(stage: scene.Scene) -> list[str]:
    return [
        desk.address(model, page, desk.object_of(stage.cast, model))
        for model, pages in desk.MATRIX.items()
        for page in pages
    ]


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_reading_leaves_every_row_as_it_was(stage, verb):
    addresses = [address_of(stage, route, case) for route, cases in MATRIX.items() for case in cases]
    addresses += desk_addresses(stage)
    before = state()
    for role in scene.ROLES:
        for address in addresses:
            caches["throttles"].clear()
            scene.ask(stage, role, verb, address)
        assert differences(before) == [], f"changed while {role} was reading"


def test_what_is_changed_would_be_seen(stage):
    before = state()
    scene.ask(stage, "learner", "POST", "/account/preference/", {"tier": "basic"})
    assert differences(before) == ["accounts_user"]

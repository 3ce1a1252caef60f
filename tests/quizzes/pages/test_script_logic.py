"""What the script of a test reckons (static/js/attempt-clock.js, attempt-outbox.js), asked without a browser."""

import json
import shutil
import subprocess

import pytest
from django.conf import settings

from tests import browser

SCRIPTS = settings.ROOT / "static/js"
# What stands in for the device's storage.
STORE = "export class Store { rows() { return Promise.resolve(globalThis.rows ?? []); } put() {} remove() {} }"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What an expression is, in which `clock` and `box` hold the modules."""
    folder = tmp_path_factory.mktemp("logic")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "store.js").write_text(STORE)
    for name in ("attempt-clock.js", "attempt-outbox.js"):
        shutil.copy(SCRIPTS / name, folder)

    def answer(expression: str):
        script = folder / "ask.js"
        script.write_text(
            'import * as clock from "./attempt-clock.js";\nimport * as box from "./attempt-outbox.js";\n'
            f"console.log(JSON.stringify(await (async () => {{ {expression} }})()));"
        )
        return json.loads(subprocess.run([browser.node(), script], check=True, capture_output=True).stdout)

    return answer


@pytest.fixture(scope="module")
def left(ask):
    """Slots and revisions in the outbox after `sent` was answered by `reply`, with `now` in it meanwhile."""

    def after(sent, reply, now=None):
        put = "".join(f"outbox.put({json.dumps(item)});" for item in [*sent, *(now or [])])
        return ask(
            f'const outbox = new box.Outbox("7", "a", "/answers/"); {put}'
            f"outbox.settle({json.dumps(sent)}, {json.dumps(reply)});"
            "return outbox.items.map(({slot, rev}) => [slot, rev]);"
        )

    return after


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(0, "0:00"), (-5000, "0:00"), (1, "0:01"), (59_001, "1:00"), (754_321, "12:35"), (3_723_000, "1:02:03")],
)
def test_a_second_that_has_begun_is_shown_until_it_is_over(ask, ms, shown):
    assert ask(f"return clock.shown({ms});") == shown


@pytest.mark.parametrize(
    ("before", "after", "mark"),
    [
        (600_100, 599_900, 600_000),
        (60_000, 59_800, 0),  # told when it was reached
        (60_001, 60_000, 60_000),
        (31_000, 29_000, 30_000),
        (900_000, 200_000, 300_000),  # slept through ten minutes as well: the last counts
        (200_000, 900_000, 0),  # more time was given
        (1_500_000, 1_400_000, 0),
    ],
)
def test_ten_five_and_one_minute_and_thirty_seconds_are_announced(ask, before, after, mark):
    assert ask(f"return clock.passed({before}, {after});") == mark


def test_what_is_acknowledged_leaves_the_outbox(left):
    sent = [{"slot": 1, "rev": 3}, {"slot": 2, "rev": 1}]
    assert left(sent, {"accepted": {"1": 3, "2": 1}}) == []


def test_what_is_not_acknowledged_stays(left):
    assert left([{"slot": 1, "rev": 3}, {"slot": 2, "rev": 1}], {"accepted": {"1": 3}}) == [[2, 1]]
    assert left([{"slot": 1, "rev": 3}], {"accepted": {"1": 2}}) == [[1, 3]]


def test_what_was_changed_while_it_was_under_way_stays(left):
    assert left([{"slot": 1, "rev": 3}], {"accepted": {"1": 3}}, now=[{"slot": 1, "rev": 4}]) == [[1, 4]]


def test_a_newer_answer_of_another_device_ends_the_wait(left):
    assert left([{"slot": 1, "rev": 3}], {"accepted": {"1": 9}}, now=[{"slot": 1, "rev": 4}]) == []


def test_late_and_refused_answers_leave_unless_they_changed_meanwhile(left):
    sent = [{"slot": 1, "rev": 3}, {"slot": 2, "rev": 1}]
    reply = {"accepted": {}, "late": [1], "refused": {"2": "Too long."}}
    assert left(sent, reply) == []
    assert left(sent, reply, now=[{"slot": 2, "rev": 2}]) == [[2, 2]]


def test_only_ones_own_answers_of_this_attempt_are_taken_up(ask):
    rows = [
        ["7.a.1", {"item": {"slot": 1, "rev": 2}}],
        ["7.b.2", {"item": {"slot": 2, "rev": 2}}],
        ["77.a.3", {"item": {"slot": 3, "rev": 2}}],
    ]
    found = ask(
        f"globalThis.rows = {json.dumps(rows)};"
        'const outbox = new box.Outbox("7", "a", "/answers/");'
        "const isShared = await outbox.load();"
        "return [isShared, outbox.items.map(({slot}) => slot)];"
    )
    assert found == [True, [1]]


def test_what_was_answered_while_the_outbox_was_read_is_not_overwritten(ask):
    assert (
        ask(
            'globalThis.rows = [["7.a.1", {item: {slot: 1, rev: 2}}]];'
            'const outbox = new box.Outbox("7", "a", "/answers/");'
            "const loading = outbox.load(); outbox.put({slot: 1, rev: 5}); await loading;"
            "return outbox.get(1).rev;"
        )
        == 5
    )

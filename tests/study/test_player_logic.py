"""What the player reckons (static/js/player-logic.js), asked without a browser."""

import json
import shutil
import subprocess

import pytest
from django.conf import settings

from tests import browser

LOGIC = settings.ROOT / "static/js/player-logic.js"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What an expression is, in which `logic` holds the module."""
    folder = tmp_path_factory.mktemp("logic")
    shutil.copy(LOGIC, folder / "logic.mjs")

    def answer(expression: str):
        script = folder / "ask.mjs"
        script.write_text(
            f'import * as logic from "./logic.mjs";\nconsole.log(JSON.stringify((() => {{ {expression} }})()));'
        )
        return json.loads(subprocess.run([browser.node(), script], check=True, capture_output=True).stdout)

    return answer


@pytest.fixture(scope="module")
def heard(ask):
    """The stretches that count, of reports [time in the audio, time on the wall] at a speed; None is a silence."""

    def of(reports, rate=1):
        steps = "".join(
            "heard.stop();" if one is None else f"heard.step({one[0]}, {one[1]}, {rate});" for one in reports
        )
        return ask(f"const heard = new logic.Heard(); {steps} return heard.spans;")

    return of


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (754, "12:34"), (3723, "1:02:03")])
def test_a_clock_shows(ask, seconds, shown):
    assert ask(f"return logic.clock({seconds});") == shown


def test_what_was_played_counts(heard):
    assert heard([[10, 0], [10.25, 0.25], [10.5, 0.5]]) == [[10, 10.5]]


def test_a_jump_counts_nothing(heard):
    assert heard([[10, 0], [10.25, 0.25], [300, 0.5], [300.25, 0.75]]) == [[10, 10.25], [300, 300.25]]
    assert heard([[300, 0], [300.25, 0.25], [10, 0.5], [10.25, 0.75]]) == [[10, 10.25], [300, 300.25]]


def test_a_short_jump_counts_nothing_when_the_player_tells_of_it(heard):
    assert heard([[10, 0], [10.25, 0.25], None, [10.6, 0.4], [10.85, 0.65]]) == [[10, 10.25], [10.6, 10.85]]


def test_twice_the_speed_counts_twice_as_much_and_no_more(heard):
    assert heard([[0, 0], [20, 10]], rate=2) == [[0, 20]]
    assert heard([[0, 0], [22, 10]], rate=2) == []


def test_no_speed_counts_more_than_the_fastest(heard):
    assert heard([[0, 0], [60, 10]], rate=16) == []


def test_hearing_it_again_counts_once(heard):
    assert heard([[0, 0], [5, 5], None, [3, 6], [8, 11]]) == [[0, 8]]


@pytest.mark.parametrize(("silent", "back"), [(59, 0), (60, 3), (3599, 3), (3600, 10), (86_399, 10), (86_400, 20)])
def test_after_a_silence_it_goes_back(ask, silent, back):
    assert ask(f"return logic.rewind({silent});") == back


@pytest.mark.parametrize(
    ("wanted", "rate"), [(1, 1), (1.26, 1.25), (0.2, 0.5), (9, 3), (1.15, 1.15), ('"fast"', 1), (2.9999, 3)]
)
def test_a_speed_is_one_of_the_steps(ask, wanted, rate):
    assert ask(f"return logic.boundRate({wanted});") == rate


def test_the_whole_range_of_speeds_can_be_stepped_through(ask):
    steps = ask(
        "const seen = []; for (let rate = 0.5; rate < 3; rate = logic.boundRate(rate + logic.STEP)) seen.push(rate);"
        "return seen;"
    )
    assert steps == [round(0.5 + 0.05 * step, 2) for step in range(50)]


@pytest.mark.parametrize(("time", "index"), [(-1, -1), (0, 0), (4.9, 0), (5, 1), (99, 2)])
def test_the_sentence_at_a_time(ask, time, index):
    assert ask(f"return logic.indexAt([{{start: 0}}, {{start: 5}}, {{start: 9}}], {time});") == index


def test_sentences_are_found_in_the_text_in_their_order(ask):
    spans = ask('return logic.spansOf("Yes.No.Yes.", ["Yes.", "No.", "Not there", "Yes."]);')
    assert spans == [[0, 4], [4, 7], None, [7, 11]]


def test_a_search_minds_neither_case_nor_space(ask):
    assert ask('return logic.matches("TheGILandthegil", "the GIL");') == [[0, 6], [9, 15]]
    assert ask('return logic.matches("anything", "  ");') == []


def test_the_waveform_shows_loud_and_quiet(ask):
    path = ask("return logic.wavePath(new Uint8Array([255, 255, 0, 0]), 2);")
    assert path == "M100 1v30M300 15v2"
    assert ask("return logic.wavePath(new Uint8Array(), 1);") == "M200 15v2"


@pytest.mark.parametrize(
    ("fragment", "place"),
    [
        ("#t=754", {"seconds": 754, "part": ""}),
        ("#t=12.5,audiobook", {"seconds": 12.5, "part": "audiobook"}),
        ("#b-abc", None),
        ("#t=", None),
        ("#t=1e9", None),
    ],
)
def test_an_address_can_name_a_time(ask, fragment, place):
    assert ask(f'return logic.timeOf("{fragment}");') == place

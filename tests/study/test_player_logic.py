"""What the player reckons (static/js/player-logic.js) and when it sleeps (player-sleep.js), asked without a browser."""

import json
import shutil
import subprocess

import pytest
from django.conf import settings

from tests import browser

SCRIPTS = settings.ROOT / "static/js"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What an expression is, in which `logic` and `naps` hold the modules."""
    folder = tmp_path_factory.mktemp("logic")
    shutil.copy(SCRIPTS / "player-logic.js", folder / "logic.mjs")
    shutil.copy(SCRIPTS / "player-sleep.js", folder / "naps.mjs")

    def answer(expression: str):
        script = folder / "ask.mjs"
        script.write_text(
            'import * as logic from "./logic.mjs";\nimport * as naps from "./naps.mjs";\n'
            f"console.log(JSON.stringify((() => {{ {expression} }})()));"
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
    # Speech with a short pause, all rather loud: the difference is drawn large.
    assert ask("return logic.wavePath(new Uint8Array([200, 150, 200]), 3);") == "M67 1v30M200 13.5v5M333 1v30"


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


@pytest.fixture(scope="module")
def sleeps(ask):
    """Seconds that are left and the volume, at each [ms on the wall, seconds left of the chapter] while it plays."""

    def after(choice, ticks):
        return ask(
            "let at = 0; performance.now = () => at; const sleep = new naps.Sleep();"
            f"sleep.choose({json.dumps(choice)}); return {json.dumps(ticks)}.map(([now, chapter]) => {{"
            "at = now; const {left, volume} = sleep.step(chapter); return [left, volume]; });"
        )

    return after


def test_a_nap_of_minutes_counts_while_it_plays_and_fades_at_its_end(sleeps):
    assert sleeps("5", [(500, 90), (1000, 90)]) == [[299.5, 1], [299, 1]]
    # An hour of silence between two ticks is not an hour of playing.
    assert sleeps("5", [(3_600_000, 90)]) == [[298, 1]]
    ticks = [(2000 * number, 90) for number in range(1, 151)]
    found = sleeps("5", ticks)
    assert found[146] == [6, 0.75]
    assert found[149] == [0, 0]


@pytest.mark.parametrize(
    ("chapter_left", "left"),
    [
        ([9, 4, 0.2, -0.05], [9, 4, 0.2, -0.05]),
        # The end lay between two ticks: the next chapter, of a minute, has begun.
        ([0.4, 59.9], [0.4, 0]),
        # Somebody went back within the chapter, or on to the next.
        ([20, 50], [20, 50]),
    ],
)
def test_the_end_of_the_chapter_is_not_missed(sleeps, chapter_left, left):
    ticks = [(250 * (number + 1), seconds) for number, seconds in enumerate(chapter_left)]
    found = sleeps("chapter", ticks)
    assert [one for one, _volume in found] == left
    assert all(0 <= volume <= 1 for _left, volume in found)

"""How a share of a question becomes marks, in millionths of a point. Marks may fall below zero; shares cannot.

rules (quizzes.models.MarksRules.data):
    right, wrong, blank   ppm of the question's weight
    partial               "linear": the share of `right`; "table": as JEE Advanced, a quarter of `right` for each right
                          tick where nothing wrong was ticked (rule no_wrong), else linear; "none": as wrong
    floor                 "question": no question below 0; "test": not the sum of all; "none"
    certainty             right earns 1, 2, 3 and wrong 0, -2, -6 times the weight; shares lie between
    pass_ppm              of what is possible; None: nobody passes or fails
    formula               wrong costs 1 / (options - 1), so that guessing earns nothing on the average
"""

from typing import Any

from .result import FULL, JSON, State, Why

CERTAINTY = {1: (1, 0), 2: (2, -2), 3: (3, -6)}  # (right, wrong): certain pays from 80 %, rather sure from 67 %
SURE = max(CERTAINTY)
# The whole of a table: so many right ticks earn all of `right`.
TABLE = 4
PRESETS: dict[str, JSON] = {
    "plain": {"right": FULL, "wrong": 0, "blank": 0, "partial": "linear"},
    "jee": {"right": 4 * FULL, "wrong": -FULL, "blank": 0, "partial": "table"},
    "gate1": {"right": FULL, "wrong": -round(FULL / 3), "blank": 0, "partial": "linear"},
    "gate2": {"right": FULL, "wrong": -round(2 * FULL / 3), "blank": 0, "partial": "linear"},
    "formula": {"right": FULL, "wrong": 0, "blank": 0, "partial": "linear"},
}
PRACTICE: JSON = PRESETS["plain"] | {"floor": "test", "certainty": False, "pass_ppm": None, "formula": False}


def of_test(test: Any) -> JSON:
    """The rules of a mock test as its settings stand now."""
    if test.preset == "own":
        own = {"right": test.right_marks, "wrong": test.wrong_marks, "blank": test.blank_marks}
        rules: JSON = {name: round(value * FULL) for name, value in own.items()} | {"partial": "linear"}
    else:
        rules = PRESETS[test.preset]
    return rules | {
        "floor": test.floor,
        "certainty": test.with_certainty,
        "pass_ppm": None if test.pass_mark is None else test.pass_mark * FULL // 100,
        "formula": test.preset == "formula",
    }


def options_of(kind: str, body: JSON) -> int | None:
    """Among how many a guess chooses one; None where one cannot guess like that."""
    if kind == "truefalse":
        return 2
    return len(body["options"]) if kind == "single" else None


def marks(
    rules: JSON, grade_ppm: int, state: str, why: Why, weight_ppm: int, certainty: int | None, options: int | None
) -> int:
    if any(code == "void" for code, _datum in why):
        return possible(rules, weight_ppm)
    earned = _marks(rules, grade_ppm, state, why, weight_ppm, certainty, options)
    return max(0, earned) if rules["floor"] == "question" else earned


def possible(rules: JSON, weight_ppm: int) -> int:
    return SURE * weight_ppm if rules["certainty"] else times(weight_ppm, rules["right"])


def _marks(rules: JSON, ppm: int, state: str, why: Why, weight: int, certainty: int | None, options: int | None) -> int:
    if state == State.INVALID:
        return 0
    if state == State.BLANK:
        return 0 if rules["certainty"] else times(weight, rules["blank"])
    if state == State.MANUAL:
        return times(possible(rules, weight), ppm)  # a person's marks: nothing is taken off
    if rules["certainty"]:
        right, wrong = CERTAINTY[certainty or min(CERTAINTY)]
        return times(weight, wrong * FULL + (right - wrong) * ppm)
    if ppm >= FULL:
        return times(weight, rules["right"])
    if ppm <= 0 or rules["partial"] == "none":
        return _wrong(rules, weight, options)
    if rules["partial"] == "table" and (ticks := _ticks(why)):
        return times(weight, rules["right"] * ticks["right"] // max(TABLE, ticks["of"]))
    return times(times(weight, rules["right"]), ppm)


def _wrong(rules: JSON, weight: int, options: int | None) -> int:
    if rules["formula"]:
        return -times(weight, FULL // (options - 1)) if options and options > 1 else 0
    return times(weight, rules["wrong"])


def _ticks(why: Why) -> JSON | None:
    return next((datum for code, datum in why if code == "ticks" and datum["rule"] == "no_wrong"), None)


def times(weight: int, ppm: int) -> int:
    """weight x ppm / FULL, a half rounded away from zero."""
    product = abs(weight * ppm)
    rounded = (2 * product + FULL) // (2 * FULL)
    return rounded if weight * ppm >= 0 else -rounded

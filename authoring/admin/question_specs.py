"""Between what an author fills in and what a question is: (body, key) of each kind, see quizzes.grading.

`rows` maps the name of a row set to its rows, `own` holds the kind's single fields (question_forms). A row that still
says what it said keeps its part of the old body and key, so that nothing an import brought is lost by editing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from quizzes.grading import ids

Rows = dict[str, list[dict[str, Any]]]
Spec = tuple[dict[str, Any], dict[str, Any]]
FULL = 1.0


def written(kind: str, body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    """The rows and single fields that say `body` and `key`."""
    return READ[kind](body, key)


def spec(kind: str, rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    """The body and key that rows and fields say. old: those of the version being edited, or two empty ones."""
    return WRITE[kind](rows, own, old)


def _texts(options: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {str(option["id"]): str(option["text"]) for option in options}


def _listed(texts: list[str], old: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, str]]:
    """Options with ids: what stood there before keeps its id."""
    names = list(ids.new(texts))
    known: dict[str, list[str]] = {}
    for name, text in _texts(old).items():
        known.setdefault(text, []).append(name)
    # Only as a whole: a kept id could otherwise meet a new one.
    kept = [known[text].pop(0) if known.get(text) else "" for text in texts]
    if all(kept):
        names = kept
    return [{"id": name, "text": text} for name, text in zip(names, texts, strict=True)]


def _said(options: list[dict[str, str]], rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = {"feedback": {}, "misconceptions": {}}
    for option, row in zip(options, rows, strict=True):
        if row.get("feedback"):
            said["feedback"][option["id"]] = row["feedback"]
        if row.get("misconception"):
            said["misconceptions"][option["id"]] = row["misconception"]
    return said


# --- One of several, several of several, true or false ---


def _read_single(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    earned, feedback, tags = (key.get(name, {}) for name in ("options", "feedback", "misconceptions"))
    options = [
        {
            "text": text,
            "fraction": float(earned.get(name, 0)),
            "feedback": feedback.get(name, ""),
            "misconception": tags.get(name, ""),
        }
        for name, text in _texts(body.get("options", [])).items()
    ]
    return {"options": options}, {}


def _write_single(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    options = _listed([row["text"] for row in rows["options"]], old[0].get("options", []))
    earned = {option["id"]: row["fraction"] for option, row in zip(options, rows["options"], strict=True)}
    return {"options": options}, {"options": earned, **_said(options, rows["options"])}


def _read_multiple(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    right, feedback, tags = key.get("right", []), key.get("feedback", {}), key.get("misconceptions", {})
    options = [
        {
            "text": text,
            "is_right": name in right,
            "feedback": feedback.get(name, ""),
            "misconception": tags.get(name, ""),
        }
        for name, text in _texts(body.get("options", [])).items()
    ]
    return {"options": options}, {"rule": key.get("rule", "all")}


def _write_multiple(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    options = _listed([row["text"] for row in rows["options"]], old[0].get("options", []))
    pairs = zip(options, rows["options"], strict=True)
    right = [option["id"] for option, row in pairs if row["is_right"]]
    return {"options": options}, {"right": right, "rule": own["rule"], **_said(options, rows["options"])}


def _read_true_false(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    earned, feedback = key.get("options", {}), key.get("feedback", {})
    right = max(("true", "false"), key=lambda name: earned.get(name, 0)) if earned else ""
    return {}, {"right": right, "said_true": feedback.get("true", ""), "said_false": feedback.get("false", "")}


def _write_true_false(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    earned = {name: FULL if name == own["right"] else 0.0 for name in ("true", "false")}
    feedback = {name: own[f"said_{name}"] for name in ("true", "false") if own[f"said_{name}"]}
    return {}, {"options": earned, "feedback": feedback, "misconceptions": old[1].get("misconceptions", {})}


# --- Typed answers ---

NUMERIC = ("value", "kind", "tol", "to", "fraction", "feedback")


def _read_numeric(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    answers = [{name: answer.get(name, "") for name in NUMERIC} for answer in key.get("answers", [])]
    return {"answers": answers}, {
        "decimal": body.get("decimal", "."),
        "asks_unit": body.get("asks_unit", False),
        "unit": key.get("unit", ""),
        "unit_penalty": key.get("unit_penalty", 1),
        "sig_penalty": key.get("sig_penalty", 0),
    }


def _write_numeric(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    answers = [{name: row[name] for name in NUMERIC} for row in rows["answers"]]
    body = {"decimal": own["decimal"], "asks_unit": own["asks_unit"]}
    return body, {"unit": own["unit"], **_numbers(own, "unit_penalty", "sig_penalty"), "answers": answers}


def _numbers(own: Mapping[str, Any], *names: str) -> dict[str, float]:
    return {name: _plain(own[name] or 0) for name in names}


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else float(number)


def _read_short(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    rows = {name: [dict(row) for row in key.get(name, [])] for name in ("answers", "reject")}
    own = {"case": key.get("case", False), "accents": key.get("accents", False), "hints": key.get("hints", True)}
    return rows, own


def _write_short(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    answers = [{name: row[name] for name in ("text", "fraction", "feedback")} for row in rows["answers"]]
    reject = [{name: row[name] for name in ("text", "feedback")} for row in rows["reject"]]
    return {}, {"answers": answers, "reject": reject, **{name: own[name] for name in ("case", "accents", "hints")}}


def _read_formula(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    return {"answers": [dict(row) for row in key.get("answers", [])]}, {
        "vars": body.get("vars", []),
        "domain": body.get("domain", "real"),
    }


def _write_formula(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    answers = [{name: row[name] for name in ("expr", "fraction", "feedback")} for row in rows["answers"]]
    return {"vars": own["vars"], "domain": own["domain"]}, {"answers": answers}


# --- Gaps ---


def _gap_row(name: str, body: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"gap": name, "kind": body.get("kind", "short"), "weight": key.get("weight", 1), "tol": ""}
    if row["kind"] == "single":
        texts, earned = _texts(body.get("options", [])), key.get("options", {})
        row["right"] = [text for each, text in texts.items() if earned.get(each, 0) >= FULL]
        row["wrong"] = [text for each, text in texts.items() if earned.get(each, 0) < FULL]
        return row
    answers = key.get("answers", [])
    row["right"] = [str(answer.get("value", answer.get("text", ""))) for answer in answers]
    row["wrong"] = [each["text"] for each in key.get("reject", [])]
    if row["kind"] == "numeric" and answers:
        row["tol"] = str(answers[0].get("tol", ""))
    return row


def _gap(row: Mapping[str, Any]) -> Spec:
    weight = {"weight": _plain(1 if row["weight"] is None else row["weight"])}
    if row["kind"] == "single":
        options = _listed([*row["right"], *row["wrong"]])
        earned = {each["id"]: FULL if each["text"] in row["right"] else 0.0 for each in options}
        # Right ones first would tell: ids stand in no order.
        options.sort(key=lambda each: each["id"])
        return {"kind": "single", "options": options}, {"options": earned, **weight}
    if row["kind"] == "numeric":
        same = {"kind": "abs", "tol": row["tol"] or "0", "to": "", "fraction": 1, "feedback": ""}
        answers = [{"value": value, **same} for value in row["right"]]
        return {"kind": "numeric", "decimal": ".", "asks_unit": False}, {"unit": "", "answers": answers, **weight}
    answers = [{"text": text, "fraction": 1, "feedback": ""} for text in row["right"]]
    reject = [{"text": text, "feedback": ""} for text in row["wrong"]]
    return {"kind": "short"}, {"answers": answers, "reject": reject, **weight}


def _read_cloze(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    keys = key.get("gaps", {})
    gaps = [_gap_row(name, each, keys.get(name, {})) for name, each in body.get("gaps", {}).items()]
    return {"gaps": gaps}, {"text": body.get("text", "")}


def _write_cloze(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    bodies, keys = {}, {}
    before = {row["gap"]: row for row in _read_cloze(*old)[0]["gaps"]}
    for row in rows["gaps"]:
        name = row["gap"].strip()
        if (was := before.get(name)) and all(_same(row[field], was[field]) for field in was):
            bodies[name], keys[name] = old[0]["gaps"][name], old[1]["gaps"][name]
        else:
            bodies[name], keys[name] = _gap(row)
    return {"text": own["text"], "gaps": bodies}, {"gaps": keys}


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return one == other


# --- Pairs and order ---


def _read_matching(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    left, right = _texts(body.get("left", [])), _texts(body.get("right", []))
    pairs = key.get("pairs", {})
    extra = [{"text": text} for name, text in right.items() if name not in pairs.values()]
    belongs = [{"left": text, "right": right.get(pairs.get(name, ""), "")} for name, text in left.items()]
    return {"pairs": belongs, "targets": extra}, {"rule": key.get("rule", "part")}


def _write_matching(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    pairs, extra = rows["pairs"], [row["text"] for row in rows["targets"]]
    targets = list(dict.fromkeys([*(row["right"] for row in pairs if row["right"]), *extra]))
    left = _listed([row["left"] for row in pairs], old[0].get("left", []))
    right = _listed(targets, old[0].get("right", []))
    known = {each["text"]: each["id"] for each in right}
    belongs = {each["id"]: known[row["right"]] for each, row in zip(left, pairs, strict=True) if row["right"]}
    right.sort(key=lambda each: each["id"])
    return {"left": left, "right": right}, {"pairs": belongs, "rule": own["rule"]}


def _read_ordering(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    texts = _texts(body.get("items", []))
    order = [name for name in key.get("order", texts) if name in texts]
    items = [{"place": place, "text": texts[name]} for place, name in enumerate(order, 1)]
    return {"items": items}, {"rule": key.get("rule", "kendall")}


def _write_ordering(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    items = _listed([row["text"] for row in rows["items"]], old[0].get("items", []))
    order = [item["id"] for item in items]
    # Stored in the order of ids, which says nothing.
    items.sort(key=lambda item: item["id"])
    return {"items": items}, {"order": order, "rule": own["rule"]}


# --- Essay ---


def _read_essay(body: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Rows, dict[str, Any]]:
    rubric = [dict(row) for row in key.get("rubric", [])]
    return {"rubric": rubric}, {"words": body.get("words"), "sample": key.get("sample", "")}


def _write_essay(rows: Rows, own: Mapping[str, Any], old: Spec) -> Spec:
    names = iter(ids.new([row["title"] for row in rows["rubric"]]))
    rubric = [
        {
            "id": row["id"] or name,
            "title": row["title"],
            "levels": row["levels"],
            "weight": _plain(1 if row["weight"] is None else row["weight"]),
        }
        for row, name in zip(rows["rubric"], names, strict=True)
    ]
    return {"words": own["words"]}, {"rubric": rubric, "sample": own["sample"]}


READ: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[Rows, dict[str, Any]]]] = {
    "single": _read_single,
    "multiple": _read_multiple,
    "truefalse": _read_true_false,
    "numeric": _read_numeric,
    "short": _read_short,
    "cloze": _read_cloze,
    "matching": _read_matching,
    "ordering": _read_ordering,
    "formula": _read_formula,
    "essay": _read_essay,
}
WRITE: dict[str, Callable[[Rows, Mapping[str, Any], Spec], Spec]] = {
    "single": _write_single,
    "multiple": _write_multiple,
    "truefalse": _write_true_false,
    "numeric": _write_numeric,
    "short": _write_short,
    "cloze": _write_cloze,
    "matching": _write_matching,
    "ordering": _write_ordering,
    "formula": _write_formula,
    "essay": _write_essay,
}

"""Drafts of every kind whose texts are hard to write down, and that can be used."""

from typing import Any

from hypothesis import strategies as st

from lessons.texts import one_line
from quizzes.drafts import Draft, normal, text_of
from quizzes.exchange.checking import mistakes
from quizzes.models.questions import Kind

MARKS = [
    "=",
    "~",
    "#",
    "####",
    "{",
    "}",
    ":",
    "::",
    "\\",
    "\\n",
    "\\=",
    "->",
    "-\\>",
    "%50%",
    "%-100%",
    "//",
    "// [tag:x]",
    "$CATEGORY: x",
    "[markdown]",
    "[html] x",
    "[[3]]",
    "T",
    "TRUE",
    "*",
    "|",
    "]",
    "[",
    "```",
    "```python",
    "    indented",
    "~~~",
    "$\\frac{a}{b}$",
    "a\tb",
    "hard  ",
    "é 漢 🧵",
    "\u2028",
    "\u00a0",
    "## Flashcards",
    "",
]
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
PIECES = st.sampled_from(MARKS) | WORDS
LINES = st.lists(PIECES, min_size=1, max_size=3).map(" ".join) | st.lists(PIECES, min_size=1, max_size=3).map("".join)
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n".join).map(text_of).filter(bool)
STEMS = TEXTS.map(lambda text: text_of(text.replace("[[3]]", ""))).filter(bool)
SINGLES = LINES.map(one_line).filter(lambda text: text.strip() and len(text) < 60)
MAYBE = st.just("") | TEXTS
SHARES = st.sampled_from([0, 0, 0, 0.25, 0.5, 0.333333, 0.9])
NUMBERS = st.sampled_from(["9.81", "-4.5", "0", "1e3", "6.022e23", "0.3", "12345"])


def options(draw: Any, least: int = 2) -> list[dict[str, str]]:
    texts = draw(st.lists(TEXTS, min_size=least, max_size=5, unique_by=lambda text: "".join(text.split()).casefold()))
    return [{"id": f"x{place}", "text": text} for place, text in enumerate(texts)]


def notes(draw: Any, rows: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "feedback": {row["id"]: draw(MAYBE) for row in rows},
        "misconceptions": {row["id"]: draw(st.just("") | SINGLES) for row in rows},
    }


def single(draw: Any) -> tuple[dict, dict]:
    rows = options(draw)
    shares = {row["id"]: draw(SHARES) for row in rows}
    shares[draw(st.sampled_from(rows))["id"]] = 1
    return {"options": rows}, {"options": shares} | notes(draw, rows)


def truefalse(draw: Any) -> tuple[dict, dict]:
    rows = [{"id": "true"}, {"id": "false"}]
    shares = draw(st.sampled_from([{"true": 1, "false": 0}, {"true": 0, "false": 1}, {"true": 1, "false": 0.5}]))
    return {}, {"options": shares} | notes(draw, rows)


def multiple(draw: Any) -> tuple[dict, dict]:
    rows = options(draw)
    right = draw(st.lists(st.sampled_from([row["id"] for row in rows]), min_size=1, unique=True))
    rule = draw(st.sampled_from(["all", "plus_minus", "per_option", "capped", "no_wrong"]))
    return {"options": rows}, {"right": right, "rule": rule} | notes(draw, rows)


def numeric(draw: Any) -> tuple[dict, dict]:
    answers = draw(st.lists(st.deferred(lambda: NUMERIC_ANSWERS), min_size=1, max_size=3))
    answers[0] |= {"fraction": 1}
    unit = draw(st.sampled_from(["", "m/s", "kg"]))
    key = {"unit": unit, "answers": answers, "unit_penalty": draw(st.sampled_from([1, 0.25])) if unit else 1}
    key["sig_penalty"] = draw(st.sampled_from([0, 0.5])) if any(row["kind"] == "sig" for row in answers) else 0
    return {"decimal": draw(st.sampled_from([".", ","])), "asks_unit": bool(unit)}, key


@st.composite
def _numeric_answer(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["abs", "rel", "sig", "range"]))
    row = {"value": draw(NUMBERS), "kind": kind, "tol": "", "to": "", "fraction": draw(st.sampled_from([1, 0.5, 0]))}
    if kind == "range":
        row |= {"value": "9.7", "to": "9.9"}
    else:
        row["tol"] = draw(st.sampled_from(["3"] if kind == "sig" else ["0", "0.02", "1e-3"]))
    return row | {"feedback": draw(MAYBE)}


NUMERIC_ANSWERS = _numeric_answer()


def short(draw: Any) -> tuple[dict, dict]:
    words = draw(st.lists(SINGLES, min_size=1, max_size=4, unique_by=lambda text: "".join(text.split()).casefold()))
    rejected = draw(st.integers(0, len(words) - 1))
    answers = [{"text": text, "fraction": 1, "feedback": draw(MAYBE)} for text in words[rejected:]]
    for row in answers[1:]:
        row["fraction"] = draw(st.sampled_from([1, 0.5]))
    reject = [{"text": text, "feedback": draw(MAYBE)} for text in words[:rejected]]
    flags = {name: draw(st.booleans()) for name in ("case", "accents", "hints")}
    return {}, {"answers": answers, "reject": reject} | flags


def cloze(draw: Any) -> tuple[dict, dict]:
    gaps, keys = {}, {}
    for number in range(1, draw(st.integers(1, 3)) + 1):
        kind = draw(st.sampled_from(["short", "numeric", "single"]))
        body, key = KINDS[kind](draw)
        if kind == "short" and draw(st.booleans()):
            key = {"answers": [{"text": text, "fraction": 1, "feedback": ""} for text in ("osmosis", "a|b", "c\\")]}
        gaps[str(number)] = {"kind": kind} | body | ({"width": 9} if draw(st.booleans()) else {})
        keys[str(number)] = key | {"weight": draw(st.sampled_from([1, 2, 0.5]))}
    words = draw(TEXTS).replace("[[3]]", "")
    text = words + "".join(f"\n\nwith [[{number}]] in it" for number in gaps)
    return {"text": text, "gaps": gaps}, {"gaps": keys}


def matching(draw: Any) -> tuple[dict, dict]:
    left, right = options(draw), options(draw)
    pairs = {row["id"]: draw(st.sampled_from(right))["id"] for row in left}
    return {"left": left, "right": right}, {"pairs": pairs, "rule": draw(st.sampled_from(["part", "all"]))}


def ordering(draw: Any) -> tuple[dict, dict]:
    rows = options(draw)
    order = draw(st.permutations([row["id"] for row in rows]))
    rule = draw(st.sampled_from(["kendall", "exact", "place", "adjacent"]))
    return {"items": rows}, {"order": order, "rule": rule}


def formula(draw: Any) -> tuple[dict, dict]:
    exprs = draw(st.lists(st.sampled_from(["(x+1)^2", "2*x*y", "x/y", "-x", "x"]), min_size=1, unique=True, max_size=3))
    answers = [{"expr": expr, "fraction": 0.5, "feedback": draw(MAYBE)} for expr in exprs]
    answers[0]["fraction"] = 1
    return {"vars": ["x", "y"], "domain": draw(st.sampled_from(["real", "positive"]))}, {"answers": answers}


def essay(draw: Any) -> tuple[dict, dict]:
    titles = draw(
        st.lists(SINGLES | st.sampled_from(["Why (0 1)", "x2 (1 2) x3"]), min_size=1, max_size=3, unique=True)
    )
    rubric = [
        {"id": str(place), "title": title, "levels": draw(st.sampled_from([[0, 1], [0, 1, 2.5]])), "weight": weight}
        for place, (title, weight) in enumerate(zip(titles, [1, 2, 0.5], strict=False))
    ]
    return {"words": draw(st.none() | st.integers(1, 900))}, {"rubric": rubric, "sample": draw(MAYBE)}


KINDS = {
    "single": single,
    "truefalse": truefalse,
    "multiple": multiple,
    "numeric": numeric,
    "short": short,
    "cloze": cloze,
    "matching": matching,
    "ordering": ordering,
    "formula": formula,
    "essay": essay,
}


@st.composite
def drafts(draw: st.DrawFn, kind: str = "", concepts: tuple[str, ...] = ("",), lesson: str = "") -> Draft:
    """In their normal form."""
    kind = kind or draw(st.sampled_from(Kind.values))
    body, key = KINDS[kind](draw)
    made = Draft(
        kind=kind,
        name=draw(SINGLES),
        stem=draw(STEMS),
        body=body,
        key=key,
        explanation=draw(MAYBE),
        concept=draw(st.sampled_from(concepts)),
        difficulty=draw(st.integers(1, 3)),
        tags=tuple(draw(st.lists(SINGLES, max_size=2))),
        lesson=lesson,
        source_key=draw(st.sampled_from(["", "c1a2b3"])),
        is_spoken=draw(st.booleans()),
    )
    return normal(made)


def usable(draft: Draft) -> bool:
    return not mistakes(draft)

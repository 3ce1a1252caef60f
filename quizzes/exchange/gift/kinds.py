"""From answers and settings to the body and key of each kind (see quizzes.grading for their shapes)."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from quizzes import drafts
from quizzes.drafts import GAP
from quizzes.models.questions import Kind

from ..problems import MOST_OPTIONS, Unreadable, sized
from . import answers, escapes, numbers
from .answers import Answer, Block
from .settings import Settings

Data = dict[str, Any]
RULES = ("all", "plus_minus", "per_option", "capped", "no_wrong")
ORDER_RULES = ("kendall", "exact", "place", "adjacent")
MATCH_RULES = ("part", "all")
GAP_KINDS = (Kind.SHORT, Kind.NUMERIC, Kind.SINGLE)
RUBRIC = re.compile(r"(?P<title>.*) \((?P<levels>\d[\d. ]*)\)(?: x(?P<weight>\d+(?:\.\d+)?))?")
ARROW = re.compile(r"\\.|->", re.DOTALL)


def kind_of(block: Block, settings: Settings) -> Kind:
    """As a comment says, else as the answers look."""
    said = settings.choice("kind", Kind.values, "")
    return Kind(said) if said else _looks_like(block)


def _looks_like(block: Block) -> Kind:
    marks = {answer.mark for answer in block.answers}
    if block.is_number:
        return Kind.NUMERIC
    if block.verdict:
        return Kind.TRUE_FALSE
    if not block.answers:
        return Kind.ESSAY
    if marks == {"="}:
        return Kind.MATCHING if all(_arrow(answer) for answer in block.answers) else Kind.SHORT
    if marks == {"~"} and any((answer.weight or 0) > 0 for answer in block.answers):
        return Kind.MULTIPLE
    return Kind.SINGLE


def build(kind: Kind, block: Block, settings: Settings, stem: str) -> tuple[Data, Data]:
    if block.before.strip() and kind != Kind.NUMERIC and not block.verdict:
        raise Unreadable(block.line, _("Begin each answer with = if it is right, with ~ if it is wrong."))
    if kind == Kind.CLOZE:
        return _cloze(block, settings, stem)
    if kind not in (Kind.ESSAY, Kind.NUMERIC, Kind.TRUE_FALSE) and not block.answers:
        raise Unreadable(block.line, _("There are no answers here. Write them between the braces."))
    return BUILD[kind](block, settings)


def _share(answer: Answer) -> float:
    if answer.weight is None:
        return 1.0 if answer.mark != "~" else 0.0
    if not 0 <= answer.weight <= 100:
        raise Unreadable(
            answer.line,
            _("A wrong answer costs what the mock test says. Write it with ~ and a weight from 0 to 100, or without."),
        )
    return round(answer.weight / 100, 6)


def _options(block: Block) -> tuple[list[Data], Data]:
    options = [{"id": str(place), "text": answer.text()} for place, answer in enumerate(block.answers)]
    return options, {str(place): answer.feedback for place, answer in enumerate(block.answers)}


def _misconceptions(settings: Settings, names: Sequence[str]) -> Data:
    """`[misconception:2 sign error]`: of the second option."""
    found = {}
    for said in settings.all("misconception"):
        number, _space, tag = said.value.partition(" ")
        if not (number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(names) and tag.strip()):
            raise Unreadable(
                said.line, _("Write the number of an option and a name, such as [misconception:2 sign error].")
            )
        found[names[int(number) - 1]] = tag
    return found


def _single(block: Block, settings: Settings) -> tuple[Data, Data]:
    options, feedback = _options(block)
    shares = {str(place): _share(answer) for place, answer in enumerate(block.answers)}
    tags = _misconceptions(settings, list(shares))
    return {"options": options}, {"options": shares, "feedback": feedback, "misconceptions": tags}


def _multiple(block: Block, settings: Settings) -> tuple[Data, Data]:
    options, feedback = _options(block)
    weights = [answer.weight if answer.weight is not None else 100.0 * (answer.mark == "=") for answer in block.answers]
    right = [weight for weight in weights if weight > 0]
    if right and max(right) - min(right) > 0.01:
        raise Unreadable(
            block.line, _("All right answers of a question count the same here. Give them the same weight.")
        )
    rule = settings.choice("rule", RULES, rule_of([weight for weight in weights if weight <= 0]))
    named = [str(place) for place, weight in enumerate(weights) if weight > 0]
    tags = _misconceptions(settings, [option["id"] for option in options])
    return {"options": options}, {"right": named, "rule": rule, "feedback": feedback, "misconceptions": tags}


def rule_of(wrong: Sequence[float]) -> str:
    """The rule that counts as these weights of wrong options do."""
    if not any(wrong):
        return "capped"
    return "no_wrong" if all(weight <= -99.9 for weight in wrong) else "plus_minus"


def _true_false(block: Block, settings: Settings) -> tuple[Data, Data]:
    tags = _misconceptions(settings, ["true", "false"])
    if verdict := block.verdict:
        is_true, wrong, right = verdict
        good, bad = ("true", "false") if is_true else ("false", "true")
        verdict_shares = {good: 1, bad: 0}
        return {}, {"options": verdict_shares, "feedback": {good: right, bad: wrong}, "misconceptions": tags}
    if [answer.text().lower() for answer in block.answers] != ["true", "false"]:
        raise Unreadable(block.line, _("Write {T} or {F}."))
    both = dict(zip(("true", "false"), block.answers, strict=True))
    shares = {name: _share(answer) for name, answer in both.items()}
    feedback = {name: answer.feedback for name, answer in both.items()}
    return {}, {"options": shares, "feedback": feedback, "misconceptions": tags}


def _short(block: Block, settings: Settings) -> tuple[Data, Data]:
    rows = []
    for answer in _right_ones(block):
        if re.search(r"(?<!\\)\*", answer.words.replace("\\\\", "")):
            raise Unreadable(
                answer.line,
                _("A star does not stand for any text here: list the answers that count. Write \\* to mean a star."),
            )
        rows.append({"text": answer.text("*"), "fraction": _share(answer), "feedback": answer.feedback})
    rows += [{"text": said.value, "fraction": 0, "feedback": ""} for said in settings.all("reject")]
    flags = {"case": False, "accents": False, "hints": True}
    return {}, {"answers": rows} | {name: settings.flag(name, value) for name, value in flags.items()}


def _right_ones(block: Block) -> list[Answer]:
    for answer in block.answers:
        if answer.mark == "~":
            raise Unreadable(answer.line, _("Write = before each answer of this kind; %0% tells that it is wrong."))
    return block.answers


def _formula(block: Block, settings: Settings) -> tuple[Data, Data]:
    rows = [
        {"expr": answer.text("*"), "fraction": _share(answer), "feedback": answer.feedback}
        for answer in _right_ones(block)
    ]
    names = [name.strip() for name in settings.text("vars", "x").split(",") if name.strip()]
    return {"vars": names, "domain": settings.choice("domain", ("real", "positive"), "real")}, {"answers": rows}


def _numeric(block: Block, settings: Settings) -> tuple[Data, Data]:
    if not block.is_number:
        raise Unreadable(block.line, _("Begin the answers of a number with #, such as {#9.81:0.02}."))
    before = block.before.lstrip()[1:]
    rows = []
    for answer in block.answers or [answers.only_answer(block)]:
        if answer.mark == "~":
            raise Unreadable(
                answer.line, _("Feedback for all other numbers has no place here. Write it behind ####, for all.")
            )
        rows.append(numbers.read(answer.words, answer.line) | {"fraction": _share(answer), "feedback": answer.feedback})
    if block.answers and before.strip():
        raise Unreadable(block.line, _("Write = before each of several numbers."))
    numbers.set_tolerances(rows, settings)
    unit = settings.text("unit")
    body = {
        "decimal": settings.choice("decimal", (".", ","), "."),
        "asks_unit": settings.flag("asks_unit", bool(unit)),
    }
    penalties = {"unit_penalty": settings.number("unit_penalty", 1, 0, 1)}
    penalties["sig_penalty"] = settings.number("sig_penalty", 0, 0, 1)
    return body, {"unit": unit, "answers": rows} | penalties


def _arrow(answer: Answer) -> int:
    """Where the arrow ends; 0 without one."""
    return next((found.end() for found in ARROW.finditer(answer.raw) if found[0] == "->"), 0)


def _pairs(block: Block) -> list[tuple[str, str, int]]:
    pairs = []
    for answer in _right_ones(block):
        end = _arrow(answer)
        if not end:
            raise Unreadable(answer.line, _("Write each pair as “= left -> right”."))
        if answer.feedback:
            raise Unreadable(answer.line, _("A pair has no feedback of its own. Write it behind ####, for all."))
        left = answers.content(escapes.joined(answer.raw[: end - 2]), ">")
        right = answers.content(escapes.joined(answer.raw[end:]))
        pairs.append((sized(left, answer.line, _("This text")), sized(right, answer.line, _("This text")), answer.line))
    return pairs


def _matching(block: Block, settings: Settings) -> tuple[Data, Data]:
    pairs = _pairs(block)
    left = [{"id": f"l{place}", "text": text} for place, (text, _right, _line) in enumerate(pairs) if text]
    right = [{"id": f"r{place}", "text": text} for place, (_left, text, _line) in enumerate(pairs)]
    own = {f"l{place}": f"r{place}" for place, (text, _right, _line) in enumerate(pairs) if text}
    return {"left": left, "right": right}, {"pairs": own, "rule": settings.choice("rule", MATCH_RULES, "part")}


def _ordering(block: Block, settings: Settings) -> tuple[Data, Data]:
    pairs = _pairs(block)
    for place, (number, _text, line) in enumerate(pairs, 1):
        if number != str(place):
            raise Unreadable(line, _("Number the items in the right order: “= 1 -> first”, “= 2 -> second”."))
    items = [{"id": str(place), "text": text} for place, (_number, text, _line) in enumerate(pairs)]
    order = [item["id"] for item in items]
    return {"items": items}, {"order": order, "rule": settings.choice("rule", ORDER_RULES, "kendall")}


def _cloze(block: Block, settings: Settings, stem: str) -> tuple[Data, Data]:
    wanted = {str(int(number)): None for number in GAP.findall(stem)}
    bodies: Data = {}
    keys: Data = {}
    for number, inner, line in _pairs(block):
        if number not in wanted or number in bodies:
            raise Unreadable(
                line, _("Write one answer for each gap: [[1]] in the text, “= 1 -> word” between the braces.")
            )
        bodies[number], keys[number] = _gap(inner, line, settings.of_gap(number))
    missing = [f"[[{number}]]" for number in wanted if number not in bodies]
    if missing or not wanted:
        raise Unreadable(
            block.line,
            _("There is no answer for %(gaps)s. Write “= 1 -> word” for [[1]].")
            % {"gaps": ", ".join(missing) or "[[1]]"},
        )
    for number, line in settings.gaps().items():
        if number not in bodies:
            raise Unreadable(line, _("There is no gap %(number)s in the text.") % {"number": number})
    return {"text": stem, "gaps": bodies}, {"gaps": keys}


def _gap(inner: str, line: int, settings: Settings) -> tuple[Data, Data]:
    """inner: `word|other word`, or what would stand between the braces of a question."""
    if inner.startswith(("#", "=", "~")):
        block = answers.split(inner, line, is_whole=False)
        kind = kind_of(block, settings)
        if kind not in GAP_KINDS:
            raise Unreadable(line, _("A gap holds a word, a number (#) or a choice (= and ~)."))
        body, key = build(kind, block, settings, "")
    else:
        words = [re.sub(r"\\(.)", r"\1", word).strip() for word in re.split(r"(?<!\\)\|", inner)]
        if len(words) > MOST_OPTIONS or not all(words):
            raise Unreadable(line, _("Write the words that fill the gap, with | between them."))
        kind = Kind.SHORT
        body, key = _short(Block("", [], "", line), settings)
        key["answers"] = [*({"text": word, "fraction": 1, "feedback": ""} for word in words), *key["answers"]]
        settings.choice("kind", (Kind.SHORT,), Kind.SHORT)
    width = settings.number("width", 0, 1, 100)
    weight = settings.number("weight", 1, 0, 100)
    settings.finish(kind)
    own: Data = {"kind": kind.value} | body | ({"width": int(width)} if width else {})
    return own, key | {"weight": weight}


def _essay(block: Block, settings: Settings) -> tuple[Data, Data]:
    if block.answers or block.before.strip():
        raise Unreadable(block.line, _("An essay has no answers. Write {}; a sample goes into [sample:…]."))
    rubric = []
    for place, said in enumerate(settings.all("rubric")):
        found = RUBRIC.fullmatch(said.value)
        levels = found["levels"].split() if found else []
        if not found or not all(re.fullmatch(r"\d{1,3}(\.\d{1,2})?", level) for level in levels):
            raise Unreadable(
                said.line, _("Write a criterion with its levels, such as [rubric:Clear reasons (0 1 2 4) x2].")
            )
        numbers_of = [float(level) for level in levels]
        weight = float(found["weight"] or 1)
        rubric.append({"id": str(place), "title": found["title"], "levels": numbers_of, "weight": weight})
    words = settings.number("words", 0, 1, 20_000)
    rubric = rubric or [drafts.WHOLE]
    return {"words": int(words) or None}, {"rubric": rubric, "sample": settings.text("sample")}


BUILD: dict[Kind, Callable[[Block, Settings], tuple[Data, Data]]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.NUMERIC: _numeric,
    Kind.SHORT: _short,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.FORMULA: _formula,
    Kind.ESSAY: _essay,
}

"""Drafts → GIFT. What comes out is read back as the same drafts, and as far as GIFT goes by other readers too."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from quizzes import drafts
from quizzes.drafts import Draft
from quizzes.models.questions import Difficulty, Kind

from . import answers, comments, kinds, numbers
from .escapes import escaped, in_one_line, written
from .settings import Settings

Data = dict[str, Any]
Pairs = list[tuple[str, str]]
# What another reader would show otherwise than we do.
MARKDOWN = re.compile(r"[*_`<>&|$\[]|\\n")


def write(questions: Iterable[Draft], *, is_marked: bool = True) -> str:
    """is_marked: say where texts are Markdown, for readers that would not know."""
    return "\n".join(_question(drafts.normal(draft), is_marked) for draft in questions)


def _question(draft: Draft, is_marked: bool) -> str:
    kind = Kind(draft.kind)
    lines, said = block_of(kind, draft.body, draft.key)
    stem = f"{draft.stem}\n\n{draft.body['text']}" if kind == Kind.CLOZE else draft.stem
    if draft.explanation:
        lines = [*lines, f"####{written(draft.explanation)}"]
    inner = "\n".join(f"\t{line}" for line in lines)
    is_short = len(lines) == 1 and "\n" not in inner and len(inner) < 60
    braces = f"{{{inner.strip()}}}" if is_short else f"{{\n{inner}\n}}" if lines else "{}"
    block = answers.split(braces[1:-1], 1)
    if kinds.kind_of(block, _NOTHING_SAID) != kind:
        said = [("kind", kind.value), *said]
    stem = written(stem)
    is_said = stem.startswith("[markdown]") or not MARKDOWN.search(f"{stem}{inner}")
    marker = "[markdown]" if is_marked and not is_said else ""
    name = escaped(draft.name).replace("\\:", ":").replace(":", "\\:")
    comment = comments.written([*_about(draft), *said])
    question = f"::{name}:: {marker}{stem} {braces}\n"
    return f"{comment}\n{question}" if comment else question


def _about(draft: Draft) -> Pairs:
    pairs = [("concept", draft.concept)] if draft.concept else []
    if draft.difficulty != Difficulty.MEDIUM:
        pairs.append(("difficulty", Difficulty(draft.difficulty).name.lower()))
    pairs += [("tag", tag) for tag in draft.tags]
    pairs += [("source", draft.source_key)] if draft.source_key else []
    return pairs + ([("spoken", "yes")] if draft.is_spoken else [])


def block_of(kind: Kind, body: Data, key: Data) -> tuple[list[str], Pairs]:
    """The lines between the braces, and what comments must say besides."""
    return WRITE[kind](body, key)


def _answer(mark: str, text: str, feedback: str = "") -> str:
    return f"{mark}{text}" + (f"#{written(feedback)}" if feedback else "")


def _weighted(share: float, text: str) -> str:
    """`=` for a full share, `~` for none."""
    if share in (0, 1):
        mark = "=" if share else "~"
        # Text that begins like a weight has one put before it.
        return f"{mark}%{100 * int(share)}%{text}" if answers.WEIGHT.match(text) else mark + text
    return f"~%{_percent(share)}%{text}"


def _equal(share: float, text: str) -> str:
    """`=` whatever the share."""
    needs_weight = share != 1 or answers.WEIGHT.match(text)
    return f"=%{_percent(share)}%{text}" if needs_weight else f"={text}"


def _percent(share: float) -> str:
    return f"{round(share * 100, 4):.4f}".rstrip("0").rstrip(".")


def _tags(key: Data, names: Iterable[str]) -> Pairs:
    tags = key["misconceptions"]
    return [("misconception", f"{place} {tags[name]}") for place, name in enumerate(names, 1) if name in tags]


def _single(body: Data, key: Data) -> tuple[list[str], Pairs]:
    lines = [
        _answer("", _weighted(key["options"][row["id"]], written(row["text"])), key["feedback"].get(row["id"], ""))
        for row in body["options"]
    ]
    return lines, _tags(key, [row["id"] for row in body["options"]])


def _multiple(body: Data, key: Data) -> tuple[list[str], Pairs]:
    names = [row["id"] for row in body["options"]]
    right, wrong = len(key["right"]), len(names) - len(key["right"])
    cost = {"all": 1.0, "no_wrong": 1.0, "capped": 0.0}.get(key["rule"], 1 / max(wrong, 1))
    weights = {name: _percent(1 / right) if name in key["right"] else f"-{_percent(cost)}" for name in names}
    lines = []
    for row in body["options"]:
        weight, text = weights[row["id"]], written(row["text"])
        mark = f"~%{weight}%" if weight != "-0" else "~%0%" if answers.WEIGHT.match(text) else "~"
        lines.append(_answer(mark, text, key["feedback"].get(row["id"], "")))
    wrong_weights = [float(weight) for name, weight in weights.items() if name not in key["right"]]
    said = [("rule", key["rule"])] if kinds.rule_of(wrong_weights) != key["rule"] else []
    return lines, [*said, *_tags(key, names)]


def _true_false(body: Data, key: Data) -> tuple[list[str], Pairs]:
    shares, feedback = key["options"], key["feedback"]
    tags = _tags(key, ["true", "false"])
    if sorted(shares.values()) != [0, 1]:
        return [
            _answer("", _equal(shares[name], name.title()), feedback.get(name, "")) for name in ("true", "false")
        ], tags
    good, bad = ("true", "false") if shares["true"] else ("false", "true")
    said = [written(feedback.get(name, "")) for name in (bad, good)]
    while said and not said[-1]:
        said.pop()
    ending = "".join(f"#{text}" for text in said)
    return [good.upper() + ending], tags


def _short(body: Data, key: Data) -> tuple[list[str], Pairs]:
    rows = [*key["answers"], *({"fraction": 0} | row for row in key["reject"])]
    lines = [_answer("", _equal(row["fraction"], written(row["text"], "*")), row["feedback"]) for row in rows]
    said = [(name, "yes") for name in ("case", "accents") if key[name]]
    return lines, said + ([] if key["hints"] else [("hints", "no")])


def _formula(body: Data, key: Data) -> tuple[list[str], Pairs]:
    lines = [_answer("", _equal(row["fraction"], written(row["expr"], "*")), row["feedback"]) for row in key["answers"]]
    said = [("vars", ",".join(body["vars"]))]
    return lines, said + ([("domain", body["domain"])] if body["domain"] != "real" else [])


def _numeric(body: Data, key: Data) -> tuple[list[str], Pairs]:
    rows = key["answers"]
    lines = [_answer("", _equal(row["fraction"], numbers.written(row)), row["feedback"]) for row in rows]
    is_alone = len(rows) == 1 and rows[0]["fraction"] == 1
    lines = [f"#{lines[0][1:]}"] if is_alone else ["#", *lines]
    said: Pairs = [("unit", key["unit"])] if key["unit"] else []
    if body["asks_unit"] != bool(key["unit"]):
        said.append(("asks_unit", "yes" if body["asks_unit"] else "no"))
    if body["decimal"] != ".":
        said.append(("decimal", body["decimal"]))
    said += [
        (name, str(key[name])) for name, default in (("unit_penalty", 1), ("sig_penalty", 0)) if key[name] != default
    ]
    return lines, said + numbers.said_tolerances(rows)


def _matching(body: Data, key: Data) -> tuple[list[str], Pairs]:
    texts = {row["id"]: row["text"] for row in body["right"]}
    lines = [f"={_left(row['text'])} -> {written(texts[key['pairs'][row['id']]])}" for row in body["left"]]
    used = set(key["pairs"].values())
    lines += [f"= -> {written(row['text'])}" for row in body["right"] if row["id"] not in used]
    return lines, [("rule", key["rule"])] if key["rule"] != "part" else []


def _left(text: str) -> str:
    """Without an arrow that would be taken for the one that follows."""
    return written(text, ">" if "->" in text or "\\>" in text else "")


def _ordering(body: Data, key: Data) -> tuple[list[str], Pairs]:
    texts = {row["id"]: row["text"] for row in body["items"]}
    lines = [f"={place} -> {written(texts[item])}" for place, item in enumerate(key["order"], 1)]
    return lines, [("rule", key["rule"])] if key["rule"] != "kendall" else []


def _cloze(body: Data, key: Data) -> tuple[list[str], Pairs]:
    lines: list[str] = []
    said: Pairs = []
    for gap, inner in body["gaps"].items():
        own = key["gaps"][gap]
        text, pairs = _gap(Kind(inner["kind"]), inner, own)
        lines.append(f"={gap} -> {in_one_line(text)}")
        if "width" in inner:
            pairs.append(("width", str(inner["width"])))
        if own["weight"] != 1:
            pairs.append(("weight", str(own["weight"])))
        said += [(f"{gap}.{name}", value) for name, value in pairs]
    return lines, said


def _gap(kind: Kind, body: Data, key: Data) -> tuple[str, Pairs]:
    lines, said = block_of(kind, body, key)
    if kind == Kind.SHORT and _is_plain(key):
        words = (row["text"].replace("\\", "\\\\").replace("|", "\\|") for row in key["answers"])
        return "|".join(words), said
    text = "".join(lines) if lines[0] == "#" else " ".join(lines)
    if kinds.kind_of(answers.split(text, 1, is_whole=False), _NOTHING_SAID) != kind:
        said = [("kind", kind.value), *said]
    return text, said


def _is_plain(key: Data) -> bool:
    """Words alone say it all."""
    return (
        bool(key["answers"])
        and not key["reject"]
        and all(row["fraction"] == 1 and not row["feedback"] for row in key["answers"])
        and not key["answers"][0]["text"].startswith(("#", "=", "~"))
    )


def _essay(body: Data, key: Data) -> tuple[list[str], Pairs]:
    said: Pairs = [("words", str(body["words"]))] if body["words"] else []
    for row in key["rubric"]:
        levels = " ".join(str(level) for level in row["levels"])
        weight = f" x{row['weight']}" if row["weight"] != 1 else ""
        said.append(("rubric", f"{row['title']} ({levels}){weight}"))
    return [], said + ([("sample", key["sample"])] if key["sample"] else [])


WRITE: dict[Kind, Callable[[Data, Data], tuple[list[str], Pairs]]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT: _short,
    Kind.FORMULA: _formula,
    Kind.NUMERIC: _numeric,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.CLOZE: _cloze,
    Kind.ESSAY: _essay,
}


_NOTHING_SAID = Settings([], 0)

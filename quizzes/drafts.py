"""A question as plain data: what every importer produces, every exporter takes and the bank keeps.

In its normal form (`normal`) two drafts are equal when nothing has to be done. Ids of options are made from their
texts then, and nothing that learners get stands in an order that tells the key.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from lessons import texts
from lessons.texts import one_line

from .grading import ids
from .models import Question
from .models.questions import Difficulty, Kind

Data = dict[str, Any]
NAME_LENGTH = Question._meta.get_field("name").max_length or 120
# What an essay is marked by when nobody says it.
WHOLE: Data = {"id": "whole", "title": "The answer as a whole", "levels": [0, 1, 2, 3, 4], "weight": 1}
GAP = re.compile(r"\[\[(\d{1,2})\]\]")


@dataclass(frozen=True)
class Draft:
    """kind: of `Kind`. body, key: see quizzes.grading. concept: its name. lesson: its address; "" for none.

    line: where it stands in the file it came from, 0 for none. category: what a file called the group it was in.
    unsaid: fields that the file says nothing about; what the bank has stays.
    """

    kind: str
    name: str
    stem: str
    body: Data
    key: Data
    explanation: str = ""
    concept: str = ""
    difficulty: int = Difficulty.MEDIUM.value
    tags: tuple[str, ...] = ()
    lesson: str = ""
    source_key: str = ""
    is_spoken: bool = False
    line: int = field(default=0, compare=False, repr=False)
    category: str = field(default="", compare=False, repr=False)
    unsaid: frozenset[str] = field(default=frozenset(), compare=False, repr=False)


# What learners see or what earns marks: fields of a version and its key. The rest belongs to the question.
WORDING = ("kind", "stem", "body", "explanation")
ABOUT = ("name", "concept", "difficulty", "tags", "lesson", "source_key", "is_spoken")


def normal(draft: Draft) -> Draft:
    stem, body = text_of(draft.stem), draft.body
    if draft.kind == Kind.CLOZE:
        stem, text = split_gaps("\n\n".join(filter(None, (stem, text_of(str(body.get("text", "")))))))
        body = body | {"text": text}
    body, key = NORMAL[Kind(draft.kind)](body, draft.key)
    return replace(
        draft,
        name=one_line(draft.name)[:NAME_LENGTH].strip() or name_for(stem),
        stem=stem,
        body=body,
        key=key,
        explanation=text_of(draft.explanation),
        concept=one_line(draft.concept),
        tags=tuple(dict.fromkeys(filter(None, map(one_line, draft.tags)))),
        source_key=one_line(draft.source_key),
    )


def text_of(text: str) -> str:
    """Markdown in its normal form, without white space around."""
    return texts.normal(texts.INVISIBLE.sub("", texts.tidy(text)).strip())


def name_for(stem: str) -> str:
    """A name made from the words of a question that has none."""
    return one_line(re.sub(r"[`*_#$|>\[\]]+", " ", stem))[:60].strip() or _("Question")


def split_gaps(whole: str) -> tuple[str, str]:
    """(what is asked, the text with gaps): it begins with the first paragraph that has one."""
    found = GAP.search(whole)
    if not found:
        return whole, ""
    start = whole.rfind("\n\n", 0, found.start())
    start = 0 if start < 0 else start + 2
    return text_of(whole[:start]) or _("Fill in the gaps."), text_of(whole[start:])


def digest(draft: Draft) -> str:
    """Of what is asked and what is right, whatever the order of options, white space and case."""
    draft = normal(draft)
    parts = [draft.kind, draft.stem, *_substance(draft.kind, draft.body, draft.key)]
    plain = "\x1f".join("".join(part.split()).casefold() for part in parts)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def _substance(kind: str, body: Data, key: Data) -> list[str]:
    words = {row["id"]: row["text"] for name in ("options", "items", "right") for row in body.get(name, [])}
    match kind:
        case Kind.SINGLE:
            return sorted(f"{words[option]} {share}" for option, share in key["options"].items())
        case Kind.TRUE_FALSE:
            return [f"{option} {share}" for option, share in sorted(key["options"].items())]
        case Kind.MULTIPLE:
            return sorted(f"{text} {option in key['right']}" for option, text in words.items())
        case Kind.MATCHING:
            lefts = {row["id"]: row["text"] for row in body["left"]}
            paired = [f"{text} > {words.get(key['pairs'].get(left, ''), '')}" for left, text in lefts.items()]
            return sorted([*paired, *words.values()])
        case Kind.ORDERING:
            return [words[item] for item in key["order"]]
        case Kind.CLOZE:
            gaps = [
                part
                for gap, inner in sorted(body["gaps"].items())
                for part in (gap, *_substance(inner["kind"], inner, key["gaps"][gap]))
            ]
            return [body["text"], *gaps]
        case Kind.ESSAY:
            return []
    said = ("text", "expr", "value", "kind", "tol", "to", "fraction")
    return [key.get("unit", ""), *sorted(" ".join(str(row.get(name, "")) for name in said) for row in key["answers"])]


# --- The normal form of each kind -----------------------------------------------------------------------------------


def share_of(value: object) -> float | int:
    """A share in the steps that marks have: millionths."""
    return number_of(round(float(str(value)), 6))


def number_of(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() else number


def _renamed(rows: Iterable[Data]) -> tuple[list[Data], dict[str, str]]:
    """The options with ids made from their texts, and old id → new id."""
    rows = list(rows)
    words = [text_of(str(row["text"])) for row in rows]
    made = ids.new(words)
    return (
        [{"id": id, "text": text} for id, text in zip(made, words, strict=True)],
        {row["id"]: id for row, id in zip(rows, made, strict=True)},
    )


def _notes(key: Data, renamed: dict[str, str]) -> Data:
    """What is said about options: feedback and the misconception that each tells of."""
    feedback = key.get("feedback") or {}
    misconceptions = key.get("misconceptions") or {}
    return {
        "feedback": {new: text for old, new in renamed.items() if (text := text_of(str(feedback.get(old) or "")))},
        "misconceptions": {
            new: tag for old, new in renamed.items() if (tag := one_line(str(misconceptions.get(old) or "")))
        },
    }


def _single(body: Data, key: Data) -> tuple[Data, Data]:
    options, renamed = _renamed(body.get("options", []))
    shares = key.get("options", {})
    key = {"options": {new: share_of(shares.get(old, 0)) for old, new in renamed.items()}} | _notes(key, renamed)
    return {"options": options}, key


def _true_false(body: Data, key: Data) -> tuple[Data, Data]:
    own = {"true": "true", "false": "false"}
    shares = key.get("options", {})
    return {}, {"options": {option: share_of(shares.get(option, 0)) for option in own}} | _notes(key, own)


def _multiple(body: Data, key: Data) -> tuple[Data, Data]:
    options, renamed = _renamed(body.get("options", []))
    right = [new for old, new in renamed.items() if old in key.get("right", [])]
    return {"options": options}, {"right": right, "rule": key.get("rule") or "all"} | _notes(key, renamed)


def _numeric(body: Data, key: Data) -> tuple[Data, Data]:
    answers = []
    for row in key.get("answers", []):
        kind = row.get("kind") or "abs"
        answers.append(
            {
                "value": one_line(str(row["value"])),
                "kind": kind,
                "tol": "" if kind == "range" else one_line(str(row.get("tol") or "0")),
                "to": one_line(str(row.get("to") or "")) if kind == "range" else "",
                "fraction": share_of(row.get("fraction", 1)),
                "feedback": text_of(str(row.get("feedback") or "")),
            }
        )
    unit = one_line(str(key.get("unit") or ""))
    return (
        {"decimal": body.get("decimal") or ".", "asks_unit": bool(body.get("asks_unit", bool(unit)))},
        {
            "unit": unit,
            "unit_penalty": share_of(key.get("unit_penalty", 1)),
            "sig_penalty": share_of(key.get("sig_penalty", 0)),
            "answers": answers,
        },
    )


def _short(body: Data, key: Data) -> tuple[Data, Data]:
    answers: list[Data] = []
    reject: list[Data] = []
    for row in [*key.get("answers", []), *({"fraction": 0} | row for row in key.get("reject", []))]:
        said = {"text": one_line(str(row["text"])), "feedback": text_of(str(row.get("feedback") or ""))}
        share = share_of(row.get("fraction", 1))
        # What earns nothing is a rejected word: only its name differs.
        (answers if share else reject).append({"text": said["text"], "fraction": share} | said if share else said)
    flags = {name: bool(key.get(name, name == "hints")) for name in ("case", "accents", "hints")}
    return {}, {"answers": answers, "reject": reject} | flags


def _cloze(body: Data, key: Data) -> tuple[Data, Data]:
    gaps: Data = {}
    keys: Data = {}
    for gap in sorted(body.get("gaps", {}), key=int):
        inner, own = body["gaps"][gap], key.get("gaps", {}).get(gap, {})
        kind = Kind(inner["kind"])
        inner_body, inner_key = NORMAL[kind](inner, own)
        gaps[gap] = {"kind": kind.value} | inner_body
        if inner.get("width"):
            gaps[gap]["width"] = int(inner["width"])
        keys[gap] = inner_key | {"weight": number_of(own.get("weight", 1))}
    return {"text": text_of(str(body.get("text", ""))), "gaps": gaps}, {"gaps": keys}


def _matching(body: Data, key: Data) -> tuple[Data, Data]:
    left, renamed = _renamed(body.get("left", []))
    # Two targets that read the same are one.
    words = {row["id"]: text_of(str(row["text"])) for row in body.get("right", [])}
    distinct = list(dict.fromkeys(words.values()))
    targets = dict(zip(distinct, ids.new(distinct), strict=True))
    pairs = {
        new: targets[words[target]]
        for old, new in renamed.items()
        if (target := key.get("pairs", {}).get(old)) in words
    }
    right = sorted(({"id": id, "text": text} for text, id in targets.items()), key=_id)
    return {"left": left, "right": right}, {"pairs": pairs, "rule": key.get("rule") or "part"}


def _ordering(body: Data, key: Data) -> tuple[Data, Data]:
    words = {row["id"]: row for row in body.get("items", [])}
    in_order = [words[id] for id in key.get("order", []) if id in words]
    items, _renaming = _renamed([*in_order, *(row for id, row in words.items() if id not in key.get("order", []))])
    # Made in the right order, stored in one that does not tell it.
    return {"items": sorted(items, key=_id)}, {
        "order": [row["id"] for row in items[: len(in_order)]],
        "rule": key.get("rule") or "kendall",
    }


def _formula(body: Data, key: Data) -> tuple[Data, Data]:
    answers = [
        {
            "expr": one_line(str(row["expr"])),
            "fraction": share_of(row.get("fraction", 1)),
            "feedback": text_of(str(row.get("feedback") or "")),
        }
        for row in key.get("answers", [])
    ]
    names = [one_line(str(name)) for name in body.get("vars") or ["x"]]
    return {"vars": names, "domain": body.get("domain") or "real"}, {"answers": answers}


def _essay(body: Data, key: Data) -> tuple[Data, Data]:
    rows: Sequence[Data] = key.get("rubric") or []
    titles = [one_line(str(row["title"])) for row in rows]
    rubric = [
        {
            "id": id,
            "title": title,
            "levels": [number_of(level) for level in row.get("levels") or [0, 1]],
            "weight": number_of(row.get("weight", 1)),
        }
        for id, title, row in zip(ids.new(titles), titles, rows, strict=True)
    ]
    words = body.get("words")
    return {"words": int(words) if words else None}, {"rubric": rubric, "sample": text_of(str(key.get("sample") or ""))}


def _id(row: Data) -> str:
    return str(row["id"])


NORMAL: dict[Kind, Callable[[Data, Data], tuple[Data, Data]]] = {
    Kind.SINGLE: _single,
    Kind.TRUE_FALSE: _true_false,
    Kind.MULTIPLE: _multiple,
    Kind.NUMERIC: _numeric,
    Kind.SHORT: _short,
    Kind.CLOZE: _cloze,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.FORMULA: _formula,
    Kind.ESSAY: _essay,
}

"""Tables (CSV, TSV) ↔ drafts: one question a row, the columns known by their names.

`right` and `wrong` hold answers with ` | ` between them. What a row cannot say is written in the column `gift`, and
where that is filled it counts.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from quizzes import drafts
from quizzes.drafts import Draft
from quizzes.models.questions import Difficulty, Kind

from . import gift
from .gift import numbers
from .naming import distinct
from .problems import (
    MOST_CHARACTERS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    MOST_TEXT,
    Problem,
    Problems,
    Unreadable,
    sized,
    too_large,
)

COLUMNS = (
    "name",
    "kind",
    "question",
    "right",
    "wrong",
    "explanation",
    "concept",
    "difficulty",
    "tags",
    "lesson",
    "gift",
)
ALSO = {
    "stem": "question",
    "text": "question",
    "type": "kind",
    "answer": "right",
    "answers": "right",
    "correct": "right",
    "correct answer": "right",
    "distractors": "wrong",
    "key concept": "concept",
    "title": "name",
}
OPTION = re.compile(r"(?:option|choice|answer)\s*([a-z]|\d{1,2})|([a-f])")
DELIMITERS = ",;\t|"
DIFFICULTIES = {difficulty.name.lower(): difficulty.value for difficulty in Difficulty}
MOST_CELL = 100_000
Row = dict[str, str]


# --- Reading --------------------------------------------------------------------------------------------------------


def read(text: str) -> tuple[list[Draft], list[Problem]]:
    if len(text) > MOST_CHARACTERS:
        return [], [too_large()]
    problems = Problems()
    found: list[Draft] = []
    for line, row in _rows(text, problems):
        try:
            found.append(_draft(row, line))
        except Unreadable as unreadable:
            problems.tell(line, unreadable.problem.sentence)
        if len(found) + len(problems) > MOST_QUESTIONS:
            problems.append(too_large())
            break
    return distinct(found), sorted(problems)


def preview(text: str, most: int = 5) -> tuple[list[str], list[list[str]]]:
    """The header and the first rows as they stand."""
    rows = [[_shown(cell) for cell in row] for row in _reader(text[:MOST_CELL])][: most + 1]
    return (rows[0], rows[1:]) if rows else ([], [])


def _reader(text: str) -> Any:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    return csv.reader(io.StringIO(text), delimiter=delimiter)


def _rows(text: str, problems: Problems) -> Iterable[tuple[int, Row]]:
    reader = _reader(text)
    try:
        header = [_column(cell) for cell in next(reader, [])]
        if "question" not in header and "gift" not in header:
            problems.tell(
                1, _("The first line must name the columns. Known are: %(known)s.") % {"known": ", ".join(COLUMNS)}
            )
            return
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, {name: _shown(cell).strip() for name, cell in zip(header, cells, strict=False) if name}
            line = reader.line_num + 1
    except csv.Error:
        problems.tell(reader.line_num, _("This line is no line of a table. Check its quotes."))


def _column(cell: str) -> str:
    name = " ".join(cell.strip().lower().replace("_", " ").split())
    if option := OPTION.fullmatch(name):
        return f"option {option[1] or option[2]}"
    return name if name in COLUMNS else ALSO.get(name, "")


def _shown(cell: str) -> str:
    """Without the mark that keeps spreadsheets from taking text for a formula."""
    return cell[1:] if re.match(r"'+[=+\-@]", cell) else cell


def _draft(row: Row, line: int) -> Draft:
    if row.get("gift"):
        found, problems = gift.read(row["gift"])
        if problems or len(found) != 1:
            sentence = problems[0].sentence if problems else _("Write one question into this cell.")
            raise Unreadable(line, sentence)
        return replace(found[0], line=line, lesson=row.get("lesson", ""))
    right, wrong = _right_and_wrong(row)
    kind = _kind(row, right, wrong, line)
    if len(right) + len(wrong) > MOST_OPTIONS:
        raise Unreadable(line, _("There are too many answers. Keep to %(most)d.") % {"most": MOST_OPTIONS})
    if not right:
        raise Unreadable(line, _("No right answer is told. Write it into the column “right”."))
    for text in (*right, *wrong):
        sized(text, line, _("This answer"))
    body, key = READ[kind](right, wrong, line)
    said = row.get("difficulty", "").lower()
    if said and said not in DIFFICULTIES:
        raise Unreadable(
            line,
            _("“%(value)s” is no difficulty. Write one of: %(known)s.")
            % {"value": said[:40], "known": ", ".join(DIFFICULTIES)},
        )
    if not row.get("question"):
        raise Unreadable(line, _("Nothing is asked here. Write the column “question”."))
    draft = Draft(
        kind=kind.value,
        name=row.get("name", ""),
        stem=sized(row["question"], line, _("This question")),
        body=body,
        key=key,
        explanation=sized(row.get("explanation", ""), line, _("The explanation"), MOST_TEXT),
        concept=row.get("concept", ""),
        difficulty=DIFFICULTIES.get(said, Difficulty.MEDIUM.value),
        tags=tuple(_split(row.get("tags", ""))),
        lesson=row.get("lesson", ""),
        line=line,
        unsaid=frozenset() if said else frozenset({"difficulty"}),
    )
    return drafts.normal(draft)


def _split(cell: str) -> list[str]:
    parts = re.findall(r"(?:\\.|[^|\\]|\\$)+", cell, re.DOTALL)
    return [plain for part in parts if (plain := re.sub(r"\\([\\|])", r"\1", part).strip())]


def _right_and_wrong(row: Row) -> tuple[list[str], list[str]]:
    """Answers in two columns, or options in columns of their own and the letter, number or text of the right ones."""
    right, wrong = _split(row.get("right", "")), _split(row.get("wrong", ""))
    options = {name.removeprefix("option "): text for name, text in row.items() if name.startswith("option ") and text}
    if not options:
        return right, wrong
    texts = list(options.values())
    named = [name for part in right for name in re.split(r"[,;\s]+", part.lower()) if name]
    if right and all(name in options for name in named):
        chosen = [options[name] for name in named]
    else:
        chosen = [text for text in right if text in texts]
    return chosen, [text for text in texts if text not in chosen] + wrong


def _kind(row: Row, right: list[str], wrong: list[str], line: int) -> Kind:
    said = row.get("kind", "").lower()
    if said:
        if said not in READ:
            known = ", ".join(READ)
            raise Unreadable(
                line,
                _("A row cannot hold the kind “%(kind)s”. Write one of: %(known)s; or use the column “gift”.")
                % {"kind": said[:40], "known": known},
            )
        return Kind(said)
    if not wrong and [text.lower() for text in right] in (["true"], ["false"]):
        return Kind.TRUE_FALSE
    if wrong:
        return Kind.SINGLE if len(right) == 1 else Kind.MULTIPLE
    return Kind.NUMERIC if all(numbers.is_number(text) for text in right) else Kind.SHORT


Parts = tuple[dict[str, Any], dict[str, Any]]


def _options(right: list[str], wrong: list[str]) -> list[dict[str, str]]:
    return [{"id": str(place), "text": text} for place, text in enumerate([*right, *wrong])]


def _single(right: list[str], wrong: list[str], line: int) -> Parts:
    options = _options(right, wrong)
    return {"options": options}, {"options": {row["id"]: int(int(row["id"]) < len(right)) for row in options}}


def _multiple(right: list[str], wrong: list[str], line: int) -> Parts:
    return {"options": _options(right, wrong)}, {"right": [str(place) for place in range(len(right))]}


def _true_false(right: list[str], wrong: list[str], line: int) -> Parts:
    if len(right) != 1 or right[0].lower() not in ("true", "false"):
        raise Unreadable(line, _("Write true or false into the column “right”."))
    return {}, {"options": {name: int(name == right[0].lower()) for name in ("true", "false")}}


def _short(right: list[str], wrong: list[str], line: int) -> Parts:
    rejected = [{"text": text, "feedback": ""} for text in wrong]
    return {}, {"answers": [{"text": text, "fraction": 1} for text in right], "reject": rejected}


def _numeric(right: list[str], wrong: list[str], line: int) -> Parts:
    return {}, {"answers": [numbers.read(text, line) | {"fraction": 1} for text in right]}


def _ordering(right: list[str], wrong: list[str], line: int) -> Parts:
    items = _options(right, [])
    return {"items": items}, {"order": [row["id"] for row in items]}


def _matching(right: list[str], wrong: list[str], line: int) -> Parts:
    pairs = [text.partition("->")[::2] for text in right]
    if not all(left.strip() and target.strip() for left, target in pairs):
        raise Unreadable(line, _("Write pairs as “left -> right”, with | between them."))
    left = [{"id": f"l{place}", "text": text} for place, (text, _target) in enumerate(pairs)]
    targets = [{"id": f"r{place}", "text": text} for place, text in enumerate([*(text for _l, text in pairs), *wrong])]
    return {"left": left, "right": targets}, {"pairs": {f"l{place}": f"r{place}" for place in range(len(pairs))}}


READ: dict[str, Callable[[list[str], list[str], int], Parts]] = {
    Kind.SINGLE: _single,
    Kind.MULTIPLE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.NUMERIC: _numeric,
    Kind.SHORT: _short,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
}


# --- Writing --------------------------------------------------------------------------------------------------------


def write(questions: Iterable[Draft], *, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for draft in questions:
        writer.writerow({name: _safe(cell) for name, cell in _cells(drafts.normal(draft)).items()})
    return out.getvalue()


def _safe(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{cell}" if re.match(r"'*[=+\-@]", cell) else cell


def _cells(draft: Draft) -> Row:
    right, wrong = _plain_answers(draft)
    row = {
        "name": draft.name,
        "kind": draft.kind,
        "question": draft.stem,
        "right": _joined(right),
        "wrong": _joined(wrong),
        "explanation": draft.explanation,
        "concept": draft.concept,
        "difficulty": Difficulty(draft.difficulty).name.lower(),
        "tags": _joined(draft.tags),
        "lesson": draft.lesson,
        "gift": "",
    }
    if not (right and _says_it_all(row, draft)):
        row["gift"] = gift.write([draft], is_marked=False).rstrip("\n")
    return row


def _says_it_all(row: Row, draft: Draft) -> bool:
    try:
        return _draft({name: cell.strip() for name, cell in row.items()}, 0) == draft
    except Unreadable:
        return False


def _joined(texts: Iterable[str]) -> str:
    return " | ".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def _plain_answers(draft: Draft) -> tuple[list[str], list[str]]:
    """What the columns `right` and `wrong` say; nothing for kinds that they cannot hold."""
    body, key = draft.body, draft.key
    texts = {row["id"]: row["text"] for name in ("options", "items", "right") for row in body.get(name, [])}
    match draft.kind:
        case Kind.SINGLE:
            return _divided(texts, lambda option: bool(key["options"][option] == 1))
        case Kind.MULTIPLE:
            return _divided(texts, lambda option: option in key["right"])
        case Kind.TRUE_FALSE:
            return [name for name, share in key["options"].items() if share == 1], []
        case Kind.SHORT:
            return [row["text"] for row in key["answers"]], [row["text"] for row in key["reject"]]
        case Kind.NUMERIC:
            return [numbers.written(row) for row in key["answers"]], []
        case Kind.ORDERING:
            return [texts[item] for item in key["order"]], []
        case Kind.MATCHING:
            used = set(key["pairs"].values())
            pairs = [f"{row['text']} -> {texts[key['pairs'][row['id']]]}" for row in body["left"]]
            return pairs, [text for option, text in texts.items() if option not in used]
    return [], []


def _divided(texts: dict[str, str], is_right: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    right = [text for option, text in texts.items() if is_right(option)]
    return right, [text for option, text in texts.items() if not is_right(option)]

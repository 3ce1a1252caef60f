"""Numbers in GIFT: `9.81`, `9.81:0.02`, `9.7..9.9`; other tolerances stand in comments."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ..problems import Unreadable
from .settings import Settings

NUMBER = r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?"
RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})")
ALONE = re.compile(rf"({NUMBER})(?:\s*:\s*({NUMBER}))?")
TOLERANCE = re.compile(rf"(\d{{1,2}}) (abs|rel|sig) ({NUMBER})")


def read(words: str, line: int) -> dict[str, Any]:
    """value, kind, tol and to of one answer."""
    text = words.replace("\\:", ":").replace("−", "-").strip()
    if found := RANGE.fullmatch(text):
        return {"value": found[1], "kind": "range", "tol": "", "to": found[2]}
    if found := ALONE.fullmatch(text):
        return {"value": found[1], "kind": "abs", "tol": found[2] or "0", "to": ""}
    raise Unreadable(
        line,
        _("“%(text)s” is no number. Write one like 9.81, with a tolerance 9.81:0.02, or a range 9.7..9.9.")
        % {"text": text[:60]},
    )


def set_tolerances(rows: list[dict[str, Any]], settings: Settings) -> None:
    """`[sig:3]`, `[rel:0.01]` for all answers, `[tolerance:2 sig 3]` for the second."""
    for kind in ("sig", "rel"):
        if tolerance := settings.text(kind):
            if not re.fullmatch(r"\d{1,2}" if kind == "sig" else NUMBER, tolerance):
                raise Unreadable(
                    settings.line_of(kind), _("Write a number, such as [sig:3] or [rel:0.01]: figures, or a share.")
                )
            for row in rows:
                if row["kind"] != "range":
                    row |= {"kind": kind, "tol": tolerance}
    for said in settings.all("tolerance"):
        found = TOLERANCE.fullmatch(said.value)
        if not found or not 1 <= int(found[1]) <= len(rows) or rows[int(found[1]) - 1]["kind"] == "range":
            raise Unreadable(
                said.line, _("Write the number of an answer, rel or sig, and how much: [tolerance:2 sig 3].")
            )
        rows[int(found[1]) - 1] |= {"kind": found[2], "tol": found[3]}


def said_tolerances(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The keys that `set_tolerances` reads back."""
    alone = [row for row in rows if row["kind"] != "range"]
    said = {(row["kind"], row["tol"]) for row in alone}
    if len(said) == 1 and (one := said.pop())[0] in ("sig", "rel"):
        return [one]
    return [
        ("tolerance", f"{place} {row['kind']} {row['tol']}")
        for place, row in enumerate(rows, 1)
        if row["kind"] in ("sig", "rel")
    ]


def written(row: dict[str, Any]) -> str:
    """What others make of it as well: each tolerance as the nearest one in absolute terms."""
    if row["kind"] == "range":
        return f"{row['value']}..{row['to']}"
    tolerance = _absolute(row)
    return f"{row['value']}:{tolerance}" if tolerance not in ("", "0") else str(row["value"])


def _absolute(row: dict[str, Any]) -> str:
    if row["kind"] == "abs":
        return str(row["tol"])
    try:
        value, tolerance = Decimal(row["value"]), Decimal(row["tol"])
        if row["kind"] == "rel":
            return str((abs(value) * tolerance).normalize())
        places = value.adjusted() - int(tolerance) + 1 if value else 0
        return str((Decimal(5) * Decimal(10) ** (places - 1)).normalize())
    except (InvalidOperation, ValueError):
        return ""


def is_number(words: str) -> bool:
    try:
        read(words, 0)
    except Unreadable:
        return False
    return True

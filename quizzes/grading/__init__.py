"""Grading: what an answer earns, in which state, and why. Pure: no database, no clock, no chance.

    grade(kind, body, key, response) == grade_text(kind, body, key, canonical(kind, body, response))

body, key and response of each kind:

    single      {"options": [{"id", "text"}]} · {"options": {id: fraction}, "feedback": {}, "misconceptions": {}} · id
    truefalse   {} · as single, the ids are "true" and "false" · "true" or "false"
    multiple    as single · {"right": [ids], "rule", "feedback", "misconceptions"} · [ids]
    numeric     {"decimal": ".", "asks_unit"} · {"unit", "unit_penalty", "sig_penalty", "answers": [{"value", "kind",
                "tol", "to", "fraction", "feedback"}]} · text
    short       {} · {"answers": [{"text", "fraction", "feedback"}], "reject": [{"text", "feedback"}], "case",
                "accents", "hints"} · text
    cloze       {"text", "gaps": {"1": {"kind", …}}} · {"gaps": {"1": {…, "weight"}}} · {"1": response}
    matching    {"left": [{"id", "text"}], "right": […]} · {"pairs": {left: right}, "rule"} · {left: right}
    ordering    {"items": [{"id", "text"}]} · {"order": [ids], "rule"} · [ids]
    formula     {"vars", "domain"} · {"answers": [{"expr", "fraction", "feedback"}]} · text
    essay       {"words"} · {"rubric": [{"id", "title", "levels", "weight"}], "sample"} · text
"""

from .batch import batch, grade, grade_revision, grade_text
from .canonical import canonical, digest, response_of
from .hostile import Refused, refuse
from .mistakes import Mistake, mistakes
from .result import FULL, Grade, State
from .unreadable import unreadable

__all__ = [
    "FULL",
    "Grade",
    "Mistake",
    "Refused",
    "State",
    "batch",
    "canonical",
    "digest",
    "grade",
    "grade_revision",
    "grade_text",
    "mistakes",
    "refuse",
    "response_of",
    "unreadable",
]

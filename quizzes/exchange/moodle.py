"""Moodle XML → drafts. Pictures and kinds that we have no like of are told; nothing outside the file is ever read."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from quizzes import drafts
from quizzes.drafts import NAME_LENGTH, Draft
from quizzes.models.questions import Kind

from . import moodle_gaps
from .html import has_picture, to_markdown
from .moodle_gaps import Pieces
from .naming import distinct
from .problems import MOST_CHARACTERS, MOST_OPTIONS, MOST_QUESTIONS, Problem, Problems, Unreadable, sized, too_large

QUESTION = re.compile(r"<question[\s>]")
HIDDEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
UNSAID = frozenset({"difficulty"})


def read(text: str) -> tuple[list[Draft], list[Problem]]:
    if len(text) > MOST_CHARACTERS:
        return [], [too_large()]
    try:
        # As bytes: a declared encoding is one of bytes.
        declared = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text.removeprefix("\ufeff"))
        ahead = text[: text.find(declared)].count("\n")
        root = fromstring(declared, forbid_dtd=True)
    except DefusedXmlException:
        return [], [
            Problem(0, _("This file defines entities or a DTD. Export it from Moodle again: its own has none."))
        ]
    except (ParseError, ValueError) as error:
        line = getattr(error, "position", (0, 0))[0]
        return [], [Problem(line, _("This is not valid XML. Export it from Moodle again as “Moodle XML format”."))]
    if root.tag != "quiz":
        return [], [Problem(1, _("This is no file of questions from Moodle: it must begin with <quiz>."))]
    problems = Problems()
    found: list[Draft] = []
    category = ""
    nodes = root.findall("question")
    if len(nodes) > MOST_QUESTIONS:
        return [], [too_large()]
    for node, line in zip(nodes, _lines(declared, ahead), strict=False):
        if node.get("type") == "category":
            category = _plain(node, "category").rsplit("/", 1)[-1].strip()
            continue
        try:
            found.append(_draft(node, line, category))
        except Unreadable as unreadable:
            problems.tell(line, unreadable.problem.sentence)
    return distinct(found), sorted(problems)


def _lines(text: str, ahead: int) -> Iterator[int]:
    """The line of each question; what only looks like one, in a text, does not count."""
    bare = HIDDEN.sub(lambda hidden: "\n" * hidden[0].count("\n"), text)
    line, end = ahead + 1, 0
    for found in QUESTION.finditer(bare):
        line += bare.count("\n", end, found.start())
        end = found.start()
        yield line


def _draft(node: Element, line: int, category: str) -> Draft:
    kind = node.get("type") or ""
    name = _plain(node, "name")
    if kind not in READ:
        known = ", ".join(READ)
        raise Unreadable(
            line,
            _("“%(name)s” is of the kind “%(kind)s”, which is not known here. Known are: %(known)s.")
            % {"name": name[:60], "kind": kind[:40], "known": known},
        )
    for text in node.iter("text"):
        if has_picture(text.text or ""):
            raise Unreadable(
                line,
                _("“%(name)s” holds a picture or a recording. Describe it in words, and import the question again.")
                % {"name": name[:60]},
            )
    own, stem, body, key = READ[kind](node, line)
    draft = Draft(
        kind=own.value,
        name=name[:NAME_LENGTH],
        stem=sized(stem, line, _("This question")),
        body=body,
        key=key,
        explanation=sized(_text(node.find("generalfeedback")), line, _("The explanation")),
        tags=tuple(_plain(tag) for tag in node.findall("tags/tag")),
        line=line,
        category=category,
        unsaid=UNSAID,
    )
    return drafts.normal(draft)


def _plain(node: Element, path: str = "") -> str:
    """The words of a name or a tag."""
    found = node.find(f"{path}/text" if path else "text")
    return " ".join((found.text or "").split()) if found is not None else ""


def _text(node: Element | None) -> str:
    """The text of a node as Markdown."""
    if node is None:
        return ""
    found = node.find("text")
    text = (found.text or "") if found is not None else ""
    return text if node.get("format") in ("markdown", "plain_text") else to_markdown(text)


def _stem(node: Element) -> str:
    return _text(node.find("questiontext"))


def _fraction(node: Element, line: int) -> float:
    try:
        share = float(node.get("fraction") or 0) / 100
    except ValueError:
        share = float("nan")
    if not -1 <= share <= 1:
        raise Unreadable(line, _("An answer has a share that is no number from -100 to 100."))
    return share


def _answers(node: Element, line: int) -> list[tuple[str, float, str]]:
    """(text, share, feedback)."""
    found = [
        (sized(_text(answer), line, _("This answer")), _fraction(answer, line), _text(answer.find("feedback")))
        for answer in node.findall("answer")
    ]
    if len(found) > MOST_OPTIONS:
        raise Unreadable(line, _("There are more than %(most)d answers.") % {"most": MOST_OPTIONS})
    return found


Read = tuple[Kind, str, dict[str, Any], dict[str, Any]]


def _choice(node: Element, line: int) -> Read:
    answers = _answers(node, line)
    options = [{"id": str(place), "text": text} for place, (text, _share, _feedback) in enumerate(answers)]
    feedback = {str(place): said for place, (_text, _share, said) in enumerate(answers)}
    shares = [share for _text, share, _feedback in answers]
    if (node.findtext("single") or "true").strip().lower() in ("true", "1"):
        # What a wrong answer costs is said by the test.
        key: dict[str, Any] = {"options": {str(place): max(share, 0) for place, share in enumerate(shares)}}
        return Kind.SINGLE, _stem(node), {"options": options}, key | {"feedback": feedback}
    right = [share for share in shares if share > 0]
    if right and max(right) - min(right) > 0.001:
        raise Unreadable(line, _("Its right answers count differently. Here they count the same: give equal shares."))
    wrong = [share for share in shares if share <= 0]
    rule = "capped" if not any(wrong) else "no_wrong" if min(wrong) <= -0.999 and all(wrong) else "plus_minus"
    key = {"right": [str(place) for place, share in enumerate(shares) if share > 0], "rule": rule}
    return Kind.MULTIPLE, _stem(node), {"options": options}, key | {"feedback": feedback}


def _true_false(node: Element, line: int) -> Read:
    answers = {text.strip().lower(): (share, said) for text, share, said in _answers(node, line)}
    if set(answers) != {"true", "false"}:
        raise Unreadable(line, _("True or false needs the two answers “true” and “false”."))
    key = {"options": {name: share for name, (share, _said) in answers.items()}}
    return Kind.TRUE_FALSE, _stem(node), {}, key | {"feedback": {name: said for name, (_, said) in answers.items()}}


def _short(node: Element, line: int) -> Read:
    rows = []
    for answer in node.findall("answer"):
        words, share = _plain(answer), _fraction(answer, line)
        if words == "*" and share <= 0:
            continue  # feedback for all others: we have no place for it
        if re.search(r"(?<!\\)\*", words):
            raise Unreadable(line, _("An answer holds a star for any text. List the answers that count instead."))
        feedback = _text(answer.find("feedback"))
        rows.append({"text": words.replace("\\*", "*"), "fraction": max(share, 0), "feedback": feedback})
    return Kind.SHORT, _stem(node), {}, {"answers": rows, "case": (node.findtext("usecase") or "0").strip() == "1"}


def _numerical(node: Element, line: int) -> Read:
    rows = []
    for answer in node.findall("answer"):
        words, share = _plain(answer), _fraction(answer, line)
        if words == "*":
            continue
        tolerance = (answer.findtext("tolerance") or "0").strip()
        if not all(re.fullmatch(r"[+-]?\d{0,40}\.?\d{1,40}([eE][+-]?\d{1,3})?", each) for each in (words, tolerance)):
            raise Unreadable(line, _("An answer or its tolerance is no number."))
        feedback = _text(answer.find("feedback"))
        rows.append({"value": words, "kind": "abs", "tol": tolerance, "fraction": max(share, 0), "feedback": feedback})
    unit = ""
    if (node.findtext("unitgradingtype") or "0").strip() != "0":
        names = (each.findtext("unit_name") for each in node.findall("units/unit"))
        unit = next(filter(None, names), "")
    return Kind.NUMERIC, _stem(node), {"asks_unit": bool(unit)}, {"unit": unit, "answers": rows}


def _matching(node: Element, line: int) -> Read:
    pairs = [(_text(each), _plain(each, "answer")) for each in node.findall("subquestion")]
    left = [{"id": f"l{place}", "text": text} for place, (text, _right) in enumerate(pairs) if text]
    right = [{"id": f"r{place}", "text": text} for place, (_left, text) in enumerate(pairs)]
    own = {f"l{place}": f"r{place}" for place, (text, _right) in enumerate(pairs) if text}
    return Kind.MATCHING, _stem(node), {"left": left, "right": right}, {"pairs": own}


def _ordering(node: Element, line: int) -> Read:
    items = [{"id": str(place), "text": text} for place, (text, *_rest) in enumerate(_answers(node, line))]
    return Kind.ORDERING, _stem(node), {"items": items}, {"order": [item["id"] for item in items]}


def _essay(node: Element, line: int) -> Read:
    key = {"rubric": [drafts.WHOLE], "sample": _text(node.find("graderinfo"))}
    return Kind.ESSAY, _stem(node), {"words": None}, key


def _cloze(node: Element, line: int) -> Read:
    found = node.find("questiontext/text")
    pieces = moodle_gaps.embedded((found.text if found is not None else "") or "", line)
    return _gaps(pieces)


def _choices(tag: str) -> Callable[[Element, int], Read]:
    def read_choices(node: Element, line: int) -> Read:
        found = node.find("questiontext/text")
        words = [(_plain(each), (each.findtext("group") or "1").strip()) for each in node.findall(tag)]
        return _gaps(moodle_gaps.placed((found.text if found is not None else "") or "", words, line))

    return read_choices


def _gaps(pieces: Pieces) -> Read:
    text = re.sub(r"\x02(\d+)\x03", r"[[\1]]", to_markdown(pieces.html))
    return Kind.CLOZE, "", {"text": text, "gaps": pieces.bodies}, {"gaps": pieces.keys}


READ: dict[str, Callable[[Element, int], Read]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
    "gapselect": _choices("selectoption"),
    "ddwtos": _choices("dragbox"),
}

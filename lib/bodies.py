"""Reading JSON that somebody sends: small enough, flat enough, with numbers that exist."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from . import problems

LARGEST = 1024 * 1024  # bytes; a note of 10,000 characters and 2,000 block keys stay far below
DEEPEST = 20  # brackets within brackets; ours need three
LONGEST_INTEGER = 20  # digits
# Strings are taken as wholes, so that brackets within them do not count. Possessive, and an open string matches too:
# nothing is ever tried twice.
BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|([\[{])|([\]}])', re.DOTALL)


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise problems.TooLarge()
        try:
            text = raw.decode("utf-8")
            if is_too_deep(text):
                raise ParseError(_("The body nests too deep. Send at most %(most)d levels.") % {"most": DEEPEST})
            body = json.loads(text, parse_float=_finite, parse_int=_short, parse_constant=_no_constant)
            if "\\ud" in text.lower():
                json.dumps(body, ensure_ascii=False).encode()  # half of a pair is no letter, nor can it be answered
            return body
        except ValueError as error:
            raise ParseError(_("The body is not JSON: %(reason)s.") % {"reason": error}) from error


def is_too_deep(text: str) -> bool:
    """Whether brackets nest more than `DEEPEST`. Asked before parsing: the parser itself dies of 100,000 of them."""
    depth = 0
    for match in BRACKET.finditer(text):
        if match[1]:
            depth += 1
            if depth > DEEPEST:
                return True
        elif match[2]:
            depth -= 1
    return False


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _too_large(digits)
    return number


def _short(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER:
        raise _too_large(digits)
    return int(digits)


def _too_large(digits: str) -> ValueError:
    return ValueError(_("the number %(digits)s is too large") % {"digits": digits[:LONGEST_INTEGER]})


def _no_constant(name: str) -> float:
    raise ValueError(_("%(name)s is not a number in JSON") % {"name": name})

"""A response as text: equal answers have equal texts, so each distinct one is graded once.

Sets are sorted, maps keyed, options named by their ids, never by their places on the screen. A text that begins with
[, { or " is JSON, any other stands for itself; the empty text is a blank. {"?": code} stands for a response that has no
normal form: it is graded invalid.
"""

import hashlib
import json
from typing import Any

from .kinds import KINDS
from .result import JSON, Unreadable

# Of what `normal` raises. They have no datum, so that all unreadable responses of a sort are one.
CODES = frozenset({"option", "options", "text", "long", "pairs", "order", "gaps"})
IS_JSON = frozenset('[{"')
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(kind: str, body: JSON, response: Any) -> str:
    """ "" for a blank. The response must have passed `hostile.refuse` if a stranger sent it."""
    try:
        given = normal(kind, body, response)
    except Unreadable as problem:
        return _encode({"?": problem.code})
    if given is None:
        return ""
    if isinstance(given, str) and given[0] not in IS_JSON:
        return given
    return _encode(given)


def normal(kind: str, body: JSON, response: Any) -> Any:
    """None for a blank. Raises Unreadable."""
    if (code := mark_of(response)) is not None:
        raise Unreadable(code)
    return KINDS[kind].normal(body, response)


def mark_of(response: Any) -> str | None:
    if isinstance(response, dict) and len(response) == 1 and "?" in response:
        code = response["?"]
        return code if isinstance(code, str) and code in CODES else None
    return None


def response_of(text: str) -> Any:
    """The response in its normal form, None for a blank."""
    if not text:
        return None
    return json.loads(text) if text[0] in IS_JSON else text


def digest(text: str) -> str:
    """BLAKE2b-128 of the canonical text, as hex."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

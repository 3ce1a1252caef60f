"""What people type, brought into one form: the same letters, however they were entered."""

import re
import unicodedata

from .result import Unreadable

# Characters that nobody sees: they come along when text is copied from a page.
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
SLASHED = re.compile("[¼-¾⅐-⅞↉]")


def clean(text: str, most: int) -> str | None:
    """NFKC and single spaces; None if nothing is left. Raises Unreadable if it is longer than `most` characters."""
    if len(text) > 4 * most and len(text := text.strip()) > 4 * most:
        raise Unreadable("long")  # not worth normalising
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(UNSEEN))
    text = " ".join(text.split())
    if len(text) > most:
        raise Unreadable("long")
    return text or None


def clean_mathematics(text: str, most: int, raised: str) -> str | None:
    """As `clean`, for numbers and formulas, where NFKC alone would turn 10² into 102 and 2½ into 21/2.

    raised: how superscripts are written, such as "^%s".
    """
    if len(text) > 4 * most and len(text := text.strip()) > 4 * most:
        raise Unreadable("long")
    if not text.isascii():
        text = RAISED.sub(lambda found: raised % found[0].translate(SUPERSCRIPTS), text)
        text = SLASHED.sub(lambda found: " " + unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFKC", text.translate(UNSEEN)).translate(DASHES).replace("\u2044", "/")
        text = "".join(map(_digit, text))
    return clean(text, most)


def _digit(letter: str) -> str:
    """Digits of other scripts (٣, ३) as those of this one."""
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)

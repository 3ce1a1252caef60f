"""Names of signs, for texts about mathematics and code. Engines know the common ones (+ = % § °); these they drop."""

from collections.abc import Mapping

GREEK = (  # α to ω; sigma twice, at the end of a word it has a form of its own
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon"
    " phi chi psi omega"
)

ENGLISH: Mapping[str, str] = {
    **{chr(0x3B1 + place): name for place, name in enumerate(GREEK.split())},
    **{chr(0x391 + place): f"capital {name}" for place, name in enumerate(GREEK.split()) if place != 17},
    "ϵ": "epsilon",
    "ϕ": "phi",
    "→": "to",
    "⇒": "implies",
    "⇔": "if and only if",
    "↔": "if and only if",
    "≤": "is at most",
    "≥": "is at least",
    "≠": "is not equal to",
    "≈": "is about",
    "≡": "is equivalent to",
    "−": "minus",
    "±": "plus or minus",
    "×": "times",
    "⋅": "times",
    "÷": "divided by",
    "∞": "infinity",
    "√": "the square root of",
    "∑": "the sum of",
    "∏": "the product of",
    "∫": "the integral of",
    "∂": "partial",
    "∆": "delta",
    "∈": "in",
    "∉": "not in",
    "⊂": "is a subset of",
    "⊆": "is a subset of",
    "∪": "union",
    "∩": "intersection",
    "∅": "the empty set",
    "∀": "for all",
    "∃": "there exists",
    "¬": "not",
    "∧": "and",
    "∨": "or",
    "∝": "is proportional to",
    "⁰": "to the power of zero",
    "¹": "to the power of one",
    "²": "squared",
    "³": "cubed",
    "⁴": "to the power of four",
    "½": "one half",
    "⅓": "one third",
    "⅔": "two thirds",
    "¼": "one quarter",
    "¾": "three quarters",
    "‰": "per mille",
}

NAMES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH}

# Seen, not said; nobody misses them.
SILENT = frozenset("™®•·†‡¶′″‴‵¨´˙¸˚ˆ˜`^|")
# Letters that Unicode does not take apart, for engines that know only the plain ones.
PLAIN_LETTERS: Mapping[str, str] = {
    "ł": "l",
    "Ł": "L",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ð": "th",
    "Ð": "Th",
    "þ": "th",
    "Þ": "Th",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
    "Œ": "Oe",
    "ı": "i",
    "ħ": "h",
    "Ħ": "H",
    "ŋ": "ng",
}

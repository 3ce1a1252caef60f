"""The sanitiser. It runs last: nothing may decode, join or rewrite its output."""

import nh3
from django.utils.safestring import SafeString, mark_safe

TEXT = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h3", "h4", "h5", "h6", "hr",
    "i", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul", "var",
}  # fmt: skip
# A word that opens its definition: opening a popover is all that such a button can do.
TERM = {"button", "term-definition"}
# Presentation MathML only: no annotation-xml, mglyph or other doors between HTML and MathML.
MATH = {
    "math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "ms", "mspace",
    "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
MATH_ATTRIBUTES = {
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle", "fence", "form",
    "height", "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation",
    "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "width",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "button": {"class", "popovertarget"},
    "code": {"class"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "ol": {"start"},
    "pre": {"class", "tabindex"},
    "span": {"class"},
    "td": {"align"},
    "th": {"align", "scope"},
} | dict.fromkeys(MATH, MATH_ATTRIBUTES)
SCHEMES = {"http", "https", "mailto"}


def clean(html: str) -> SafeString:
    """`html` with everything removed that could run, load, submit or leave its place.

    No `id`, `style`, `data-*`, `hx-*` or event attribute survives; relative links stay, foreign ones are marked.
    """
    safe = nh3.clean(
        html,
        tags=TEXT | TERM | MATH,
        attributes=ATTRIBUTES,
        set_tag_attribute_values={"button": {"type": "button"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        generic_attribute_prefixes=None,
    )
    return mark_safe(safe)

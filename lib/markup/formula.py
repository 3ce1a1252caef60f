"""TeX formulas → MathML, which browsers show and read aloud without script or fonts of ours."""

import logging
from html import escape

from latex2mathml import converter

log = logging.getLogger(__name__)

LONGEST_FORMULA = 2_000  # characters


def mathml(tex: str, *, display: bool) -> str:
    """MathML for `tex`; the source as code where it is not TeX that we understand."""
    if len(tex) <= LONGEST_FORMULA:
        try:
            return str(converter.convert(tex.strip(), display="block" if display else "inline"))
        except Exception:  # the converter raises whatever it meets; an author's typo must not cost the page
            log.info("formula not understood: %.80s", tex)
    return f"<code>{escape(tex)}</code>"

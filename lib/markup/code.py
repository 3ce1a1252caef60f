"""Code in colours."""

from html import escape

from pygments import highlight as pygmentize
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Past this many characters colours cost more than they help.
LONGEST_HIGHLIGHTED = 20_000
FORMATTER = HtmlFormatter(nowrap=True)


def highlight(source: str, language: str) -> str:
    """HTML spans for `source`; escaped text where the language is unknown."""
    if not language or len(source) > LONGEST_HIGHLIGHTED:
        return escape(source)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(source)
    return str(pygmentize(source, lexer, FORMATTER))

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .clean import clean
from .code import highlight
from .formula import mathml
from .terms import Terms, link_terms

SPACES = re.compile(r"\s+")
UNSPOKEN = re.compile(r"[<>\"'=&]")


@dataclass(frozen=True)
class Rendered:
    """One top-level block: paragraph, list, table, code, heading, …"""

    html: SafeString
    text: str  # its plain words


def render(text: str, *, terms: Terms | None = None) -> list[Rendered]:
    """The blocks of a Markdown text, sanitised one by one.

    terms: link the first use of each; hand the same object to all texts of a page.
    """
    env: dict[str, Any] = {"terms": terms}
    tokens = PARSER.parse(text, env)
    return [
        Rendered(clean(PARSER.renderer.render(group, PARSER.options, env)), _words(group)) for group in _blocks(tokens)
    ]


def joined(text: str, *, terms: Terms | None = None) -> SafeString:
    """All blocks of a text as one piece."""
    env: dict[str, Any] = {"terms": terms}
    return clean(PARSER.render(text, env))


def inline(text: str) -> SafeString:
    """One line of Markdown (a card's front, a turn's first words) without a paragraph around it."""
    return clean(PARSER.renderInline(text))


def texts(text: str) -> list[str]:
    """The plain words of each block, as many as `render` gives."""
    return [_words(group) for group in _blocks(PARSER.parse(text, {}))]


def plain(text: str) -> str:
    """The words of a Markdown text, without any marks, blocks on lines of their own."""
    return "\n".join(filter(None, texts(text)))


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Tokens grouped by top-level element."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _words(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.children:
            parts.append(_words(token.children))
        elif token.type in ("softbreak", "hardbreak", "td_close", "th_close", "paragraph_close"):
            parts.append(" ")
        elif token.type in ("text", "term", "code_inline", "fence", "code_block", "math_inline", "math_block"):
            parts.append(token.content)
    return SPACES.sub(" ", "".join(parts)).strip()


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    parser.use(
        dollarmath_plugin,
        allow_space=False,
        allow_digits=False,
        renderer=lambda tex, options: mathml(tex, display=options["display_mode"]),
    )
    parser.core.ruler.after("inline", "terms", link_terms)
    for rule in (table_open, table_close, th_open, th_close, td_open, fence, code_block, term, math_inline, math_block):
        parser.add_render_rule(rule.__name__, rule)
    return parser


# Render rules, named for the tokens they write. Their output still goes through `clean`.


def table_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    # A wide table scrolls inside its own region, which the keyboard can reach. Its headings tell it from others.
    end = next((at for at in range(index, len(tokens)) if tokens[at].type == "thead_close"), index)
    heads = ", ".join(filter(None, (_words([token]) for token in tokens[index:end] if token.type == "inline")))
    label = _("Table: %(heads)s") % {"heads": UNSPOKEN.sub("", heads)} if heads else _("Table")
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label, quote=True)}"><table>'


def table_close(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "</table></div>"


def th_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    # The empty corner above the names of rows heads nothing, and is announced as nothing only when it is no heading.
    cell = 'th scope="col"' if tokens[index + 1].content else "td"
    return f"<{cell}{_align(tokens[index])}>"


def th_close(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "</th>" if tokens[index - 1].content else "</td>"


def td_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f"<td{_align(tokens[index])}>"


def _align(token: Token) -> str:
    # The parser writes a style attribute, which our policy forbids.
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f' align="{side}"' if side in ("left", "center", "right") else ""


def fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    language = (token.info.split() or [""])[0]
    return _code(highlight(token.content, language), language)


def code_block(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return _code(escape(tokens[index].content), "")


def _code(html: str, language: str) -> str:
    name = f' class="language-{escape(language, quote=True)}"' if language else ""
    return f'<pre class="highlight" tabindex="0"><code{name}>{html}</code></pre>'


def term(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    target = escape(token.meta["target"], quote=True)
    button = f'<button type="button" class="term" popovertarget="{target}">{escape(token.content)}</button>'
    return f"<term-definition>{button}</term-definition>"


def math_inline(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return mathml(tokens[index].content, display=False)


def math_block(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    formula = mathml(tokens[index].content, display=True)
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(_("Formula"))}">{formula}</div>'


PARSER = _parser()

"""Text with gaps: `[[1]]` in Markdown, code included, is where something else goes."""

import re

from django.utils.safestring import SafeString, mark_safe

from .render import joined

MOST = 99  # gaps in a text
MARK = re.compile(r"\[\[([1-9]\d?)\]\]")
# One character stands for each gap on its way through the parser, so that no colouring of code can cut it in two.
FIRST = 0xE000
PLACE = re.compile(f"([{chr(FIRST)}-{chr(FIRST + MOST)}])")
# As our sanitiser writes tags: what is between double quotes may hold anything else.
TAG = re.compile(r"""(</?[a-zA-Z](?:[^">]|"[^"]*")*>)""")


def with_gaps(text: str) -> list[SafeString | int]:
    """Sanitised pieces of a text and, between them, the numbers of its gaps.

    A gap inside an attribute (the name of a table, the title of a link) is left out: nothing may be put in there.
    """
    marked = MARK.sub(lambda match: chr(FIRST + int(match[1])), PLACE.sub("", text))
    pieces: list[SafeString | int] = []
    html: list[str] = []
    for number, part in enumerate(TAG.split(joined(marked))):
        is_tag = number % 2
        if is_tag:
            html.append(PLACE.sub("", part))
            continue
        for piece in PLACE.split(part):
            if PLACE.fullmatch(piece):
                # Cut only between tags, from text that was sanitised as a whole.
                pieces += [mark_safe("".join(html)), ord(piece) - FIRST]
                html = []
            else:
                html.append(piece)
    return [*pieces, mark_safe("".join(html))]

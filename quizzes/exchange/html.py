"""HTML as other platforms write it → Markdown. What Markdown has no word for comes over as its text."""

import re
from html.parser import HTMLParser

import nh3

TAGS = {"p", "div", "br", "b", "strong", "i", "em", "code", "pre", "ul", "ol", "li", "blockquote", "sub", "sup"}
PICTURE = re.compile(r"<(?:img|svg|video|audio|object|embed|iframe|canvas)\b", re.IGNORECASE)
SPECIAL = re.compile(r"([\\`*_\[\]$]|^#)")
# Formulas, as Moodle writes them.
FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)
INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*"}


def has_picture(text: str) -> bool:
    return bool(PICTURE.search(text)) or "@@PLUGINFILE@@" in text


def to_markdown(text: str) -> str:
    """Scripts, styles and what is hidden in attributes are gone."""
    writer = _Writer()
    writer.feed(nh3.clean(text, tags=TAGS, attributes={}, strip_comments=True, link_rel=None))
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(writer.out)).strip()


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int | None] = []  # of an ordered one the last number
        self.is_code = False
        self.is_pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.is_pre = True
            self.out.append("\n\n```\n")
        elif tag == "code" and not self.is_pre:
            self.is_code = True
            self.out.append("`")
        elif tag in INLINE and not (self.is_code or self.is_pre):
            self.out.append(INLINE[tag])
        elif tag == "br":
            self.out.append("\n")
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
            self.out.append("\n")
        elif tag == "li":
            self._item()
        elif tag in ("p", "div"):
            self.out.append("\n\n")
        elif tag == "blockquote":
            self.out.append("\n\n> ")
        elif tag in ("sub", "sup"):
            self.out.append("_" if tag == "sub" else "^")

    def _item(self) -> None:
        depth = "  " * max(len(self.lists) - 1, 0)
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        self.out.append(f"\n{depth}{'-' if number is None else f'{number + 1}.'} ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.is_pre = False
            self.out.append("\n```\n\n")
        elif tag == "code" and not self.is_pre:
            self.is_code = False
            self.out.append("`")
        elif tag in INLINE and not (self.is_code or self.is_pre):
            self.out.append(INLINE[tag])
        elif tag in ("ul", "ol"):
            if self.lists:
                self.lists.pop()
            self.out.append("\n\n")
        elif tag in ("p", "div", "blockquote"):
            self.out.append("\n\n")

    def handle_data(self, data: str) -> None:
        if self.is_pre:
            self.out.append(data)
        elif self.is_code:
            self.out.append(data.replace("`", "'"))
        else:
            self._prose(re.sub(r"\s+", " ", data))

    def _prose(self, text: str) -> None:
        end = 0
        for formula in FORMULA.finditer(text):
            self.out.append(SPECIAL.sub(r"\\\1", text[end : formula.start()]))
            self.out.append(f"${next(filter(None, formula.groups())).strip()}$")
            end = formula.end()
        self.out.append(SPECIAL.sub(r"\\\1", text[end:]))

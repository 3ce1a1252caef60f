"""Markdown as authors write it."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

FENCE = re.compile(r" {0,3}(```+|~~~+)")
HEADING = re.compile(r" {0,3}(#{1,6})(?:\s|$)")


class MarkdownField(models.TextField):
    """Markdown; headings in it begin at level `headings_from`, since those above belong to the page.

    The same rule keeps the course folder readable: there, `##` and `###` separate the parts.
    """

    def __init__(self, *args: Any, headings_from: int = 4, **kwargs: Any) -> None:
        self.headings_from = headings_from
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        text = super().clean(value, model_instance)
        text = tidy(text)
        for number, level in headings(text):
            if level < self.headings_from:
                raise ValidationError(
                    _("Line %(line)d: begin headings here with %(marks)s or more."),
                    code="heading",
                    params={"line": number, "marks": "#" * self.headings_from},
                )
        return text


def tidy(text: str) -> str:
    """Unix line ends, no blank lines around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def headings(text: str) -> list[tuple[int, int]]:
    """Line number (from 1) and level of each `#` heading outside fenced code."""
    found, fence = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := HEADING.match(line):
            found.append((number, len(heading[1])))
    return found

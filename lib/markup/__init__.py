"""Markdown → safe HTML, block by block. The only door through which authors' text reaches a page."""

from .gaps import with_gaps
from .render import Rendered, inline, joined, plain, render, texts
from .speech import spoken
from .terms import Term, Terms

__all__ = ["Rendered", "Term", "Terms", "inline", "joined", "plain", "render", "spoken", "texts", "with_gaps"]

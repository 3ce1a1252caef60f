"""Markdown → safe HTML, block by block. The only door through which authors' text reaches a page."""

from .render import Rendered, inline, joined, plain, render, texts
from .terms import Term, Terms

__all__ = ["Rendered", "Term", "Terms", "inline", "joined", "plain", "render", "texts"]

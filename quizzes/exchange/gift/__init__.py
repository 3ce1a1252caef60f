"""GIFT, the text format for questions that Moodle and others share. docs/course-format.md has it for authors."""

from .reader import read
from .writer import write

__all__ = ["read", "write"]

"""The desk: pages that show more than one app's data. Django finds them by importing this package."""

from . import courses, lessons, people

__all__ = ["courses", "lessons", "people"]

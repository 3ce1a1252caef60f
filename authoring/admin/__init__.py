"""The desk: pages that show more than one app's data. Django finds them by importing this package."""

from . import accommodations, attempts, courses, lessons, mock_tests, people, questions, regrades, reports, similarity

__all__ = [
    "accommodations",
    "attempts",
    "courses",
    "lessons",
    "mock_tests",
    "people",
    "questions",
    "regrades",
    "reports",
    "similarity",
]

from .addresses import CourseAddress, LessonAddress
from .people import Teaching
from .publishing import Publishable, PublishableQuerySet, State
from .search import SearchEntry, SearchState, SearchWord
from .tree import Chapter, Course, CourseQuerySet, Lesson, LessonQuerySet, Level, Track

__all__ = [
    "Chapter",
    "Course",
    "CourseAddress",
    "CourseQuerySet",
    "Lesson",
    "LessonAddress",
    "LessonQuerySet",
    "Level",
    "Publishable",
    "PublishableQuerySet",
    "SearchEntry",
    "SearchState",
    "SearchWord",
    "State",
    "Teaching",
    "Track",
]

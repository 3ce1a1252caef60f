from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses import search
from courses.models import Course


class Command(BaseCommand):
    help = "Bring the search index up to date: courses changed since they were indexed, or all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every course and lesson, changed or not")

    def handle(self, *args: Any, **options: Any) -> None:
        courses = Course.objects.all() if options["all"] else search.stale_courses()
        done = 0
        for pk in list(courses.values_list("pk", flat=True)):
            # Thousands of courses take minutes: one that is deleted meanwhile is no error.
            if course := Course.objects.filter(pk=pk).first():
                search.reindex(course, everything=options["all"])
                done += 1
        self.stdout.write(f"Indexed {done} courses.")

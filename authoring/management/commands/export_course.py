from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from authoring import folder, stored, tree
from authoring.problems import CourseFolderError
from courses.models import Course


class Command(BaseCommand):
    help = "Write a course as a folder, DIR/SLUG or DIR itself when it has that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the course's address")
        parser.add_argument("target", type=Path, metavar="DIR")
        parser.add_argument("--force", action="store_true", help="replace the course in a folder that is not empty")

    def handle(self, *args: Any, slug: str, target: Path, force: bool, **options: Any) -> None:
        course = Course.objects.select_related("track").filter(slug=slug).first()
        if not course:
            raise CommandError(_("There is no course with the address “%(slug)s”.") % {"slug": slug})
        # The folder's name is the course's address, so that it can be imported as it is.
        if target.resolve().name != slug:
            target /= slug
        self.write(course, target, force=force)
        self.stdout.write(_("Written to %(target)s.") % {"target": target})

    def write(self, course: Course, target: Path, *, force: bool) -> None:
        if target.exists() and not target.is_dir():
            raise CommandError(_("%(target)s is a file. Name a folder.") % {"target": target})
        if target.is_dir() and any(target.iterdir()) and not force:
            raise CommandError(
                _("%(target)s is not empty. Add --force to replace the course in it.") % {"target": target}
            )
        try:
            files = folder.write(stored.read(course).text)
        except CourseFolderError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("This course cannot be written as a folder. Nothing was written."))
        try:
            tree.write_disk(files, target)
        except OSError as error:
            raise CommandError(_("%(target)s cannot be written: %(why)s.") % {"target": target, "why": error.strerror})

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authoring import apply, archive, plan, tree
from authoring.plan import Plan
from authoring.problems import CourseFolderError
from authoring.texts import CourseText


class Command(BaseCommand):
    help = (
        "Make a course what its folder (or a zip of it) says. All problems are told at once; then nothing is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the course folder, or a zip of it")
        parser.add_argument("--dry-run", action="store_true", help="only show what would be done")

    def handle(self, *args: Any, folder: Path, dry_run: bool, **options: Any) -> None:
        try:
            course = read(folder)
            done = plan.plan(course) if dry_run else apply.apply(course)
        except CourseFolderError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("%(headline)s. Nothing was written.") % {"headline": error.headline})
        self.show(done, is_dry=dry_run)

    def show(self, done: Plan, *, is_dry: bool) -> None:
        for change in done.changes:
            place = f"{change.place}: " if change.place else ""
            details = f" ({', '.join(change.details)})" if change.details else ""
            self.stdout.write(f"{change.action.label:<8} {change.noun:<18} {place}{change.name}{details}")
        if done.warning:
            self.stdout.write(done.warning)
        count = len(done.changes)
        if done.is_empty:
            self.stdout.write(_("%(slug)s is up to date: nothing to do.") % {"slug": done.slug})
        elif is_dry:
            said = ngettext("%(count)d change to %(slug)s. ", "%(count)d changes to %(slug)s. ", count)
            self.stdout.write(
                said % {"count": count, "slug": done.slug} + _("This was a dry run: nothing was written.")
            )
        else:
            said = ngettext(
                "%(count)d change to %(slug)s is written.", "%(count)d changes to %(slug)s are written.", count
            )
            self.stdout.write(said % {"count": count, "slug": done.slug})


def read(path: Path) -> CourseText:
    path = path.resolve()
    if path.is_dir():
        return plan.checked(tree.read_disk(path), path.name)
    try:
        with path.open("rb") as stream:
            slug, files = archive.read(stream, path.name)
    except OSError as error:
        raise CommandError(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror})
    return plan.checked(files, slug)

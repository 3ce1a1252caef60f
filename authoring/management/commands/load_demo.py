from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authoring import demo
from authoring.problems import CourseFolderError


class Command(BaseCommand):
    help = "Load the demo courses and make the demo's people. Safe to repeat; what somebody edited is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        said = {
            "loaded": _("%(slug)s: loaded."),
            "unchanged": _("%(slug)s: there already."),
            "edited": _("%(slug)s: edited here, so left alone. To replace it, run import_course demo/%(slug)s."),
        }
        try:
            for slug, outcome in demo.load():
                self.stdout.write(said[outcome] % {"slug": slug})
        except CourseFolderError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(_("%(headline)s in a demo course.") % {"headline": error.headline})
        demo.people()
        if number := demo.speak():
            said_now = ngettext(
                "%(number)d lesson is being spoken in the background.",
                "%(number)d lessons are being spoken in the background.",
                number,
            )
            self.stdout.write(said_now % {"number": number})
        self.stdout.write(_("The demo's sign-ins are in %(name)s in the data folder.") % {"name": demo.SIGN_INS})

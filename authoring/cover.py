"""The picture of a course, as the file cover.png of its folder."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from courses import covers
from courses.models import Course

from .problems import Tell

PNG = b"\x89PNG\r\n\x1a\n"
NAME = "cover.png"


def parse(data: bytes, tell: Tell) -> bytes | None:
    """The picture as it would be stored: two files with the same pixels are the same cover."""
    width, height = (int.from_bytes(data[start : start + 4]) for start in (16, 20))
    if not data.startswith(PNG):
        tell(0, _("This is not a PNG picture."), _("Save the picture as PNG."))
    elif max(width, height) > covers.LARGEST_SIDE:
        wrong = _("The picture has %(width)d × %(height)d pixels.") % {"width": width, "height": height}
        tell(0, wrong, _("Make it at most %(side)d × %(side)d.") % {"side": covers.LARGEST_SIDE})
    else:
        try:
            picture = covers.redraw(ContentFile(data, NAME))
            return covers.written(picture, "PNG", optimize=False, compress_level=9)
        except ValidationError as error:
            tell(0, " ".join(error.messages), _("Open it in a picture editor and save it as PNG."))
    return None


def read(course: Course) -> bytes | None:
    """What is stored; None for the drawn cover."""
    if not course.cover:
        return None
    try:
        with course.cover.open("rb") as stored:
            return stored.read()
    except OSError:
        # A lost file is no reason to keep the rest of the course from its author.
        return None


def store(course: Course, data: bytes | None) -> None:
    name = covers.keep(ContentFile(data, NAME)) if data else ""
    Course.objects.filter(pk=course.pk).update(cover=name)

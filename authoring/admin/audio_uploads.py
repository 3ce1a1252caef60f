"""Recordings that arrive in pieces: the script on the page begins, sends pieces from where it is told, and ends.

What breaks goes on where it stopped, after a reload too (static/js/admin-audio.js).
"""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Lesson
from media import uploads
from media.models import Upload

from .. import sound

if TYPE_CHECKING:
    from courses.desk import PublishableAdmin

    Page = PublishableAdmin
else:
    Page = object

LARGEST_BEGINNING = 10_000  # bytes of JSON that tell name and size
MOST_DIGITS = 15


class Uploads(Page):
    def audio_pieces(self, request: HttpRequest, object_id: int, part: str) -> HttpResponse:
        """POST {"name", "size"}: where the pieces go."""
        lesson = self._lesson(request, object_id, part)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            name, size = _beginning(request)
            upload = uploads.begin(sound.part_of(lesson, part).asset, name, size)
        except uploads.Refused as error:
            return _refused(error)
        return JsonResponse(_standing(upload) | {"address": self._piece(lesson, part, upload)}, status=201)

    def audio_piece(self, request: HttpRequest, object_id: int, part: str, upload: UUID) -> HttpResponse:
        """GET: how much is here. POST with the header Upload-Offset: one piece; without it: that was all."""
        lesson = self._lesson(request, object_id, part)
        found = Upload.objects.select_related("asset").filter(
            pk=upload, asset__lesson_audio__lesson=lesson, asset__lesson_audio__part=part
        )
        here = found.first()
        if here is None:
            raise Http404(_("This upload has ended. Look whether the recording is there, or choose the file again."))
        try:
            if request.method != "POST":
                return JsonResponse(_standing(here))
            if "Upload-Offset" in request.headers:
                uploads.append(here, _offset(request), request)
                return JsonResponse(_standing(here))
            uploads.finish(here, request.user)  # type: ignore[arg-type]
        except uploads.Refused as error:
            return _refused(error)
        except UnreadablePostError:
            return HttpResponse(status=400)  # the browser went away: nobody reads this
        self._taken(request, lesson, part)
        return JsonResponse({"address": self._audio(lesson, part)})

    def _piece(self, lesson: Lesson, part: str, upload: Upload) -> str:
        return reverse("admin:courses_lesson_audio_piece", args=[lesson.pk, part, upload.pk])

    if TYPE_CHECKING:

        def _lesson(self, request: HttpRequest, object_id: int, part: str | None = None) -> Lesson: ...

        def _audio(self, lesson: Lesson, part: str = "") -> str: ...

        def _taken(self, request: HttpRequest, lesson: Lesson, part: str) -> HttpResponse: ...


def _standing(upload: Upload) -> dict[str, Any]:
    return {"received": upload.received, "size": upload.size}


def _refused(error: uploads.Refused) -> JsonResponse:
    said = {"detail": str(error)}
    if isinstance(error, uploads.WrongOffset):
        return JsonResponse(said | {"received": error.offset}, status=409)
    return JsonResponse(said, status=422)


def _beginning(request: HttpRequest) -> tuple[str, int]:
    """Raises Refused for what makes no sense."""
    try:
        said = json.loads(request.read(LARGEST_BEGINNING))
        name, size = said["name"], said["size"]
        if isinstance(name, str) and isinstance(size, int) and not isinstance(size, bool):
            return name, size
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise uploads.Refused(_("Name and size of the file are missing. Choose it again."))


def _offset(request: HttpRequest) -> int:
    said = request.headers.get("Upload-Offset", "")
    if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS:
        return int(said)
    raise uploads.Refused(_("The piece does not say where it belongs. Reload the page and choose the file again."))

"""What the player asks for and reports, as JSON."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.people import person
from courses.addresses import get_course, get_lesson
from courses.models import Course, Lesson
from enrollment import seats
from lessons import audio as audios
from lessons import bookmarks, listening, playing, reports
from lessons.models import Block, Bookmark, LessonAudio
from lessons.serializers import BookmarkWriteSerializer, RateSerializer, ReportsSerializer
from lib import problems
from lib.scripts import for_script, read

from .. import notes

NOT_ENROLLED = gettext_lazy("Enrol in this course first: then you hear it, and your place is kept.")


@require_safe
@for_script
def audio(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Everything to hear in a lesson: signed sources, sentences, waveform, the learner's place."""
    user = person(request)
    found = get_lesson(course, lesson, user)
    bearer = audios.bearer_of(user, found)
    if user is None or not bearer:
        raise PermissionDenied(NOT_ENROLLED)
    return JsonResponse(playing.lesson(found, user, bearer))


@require_safe
@for_script
def queue(request: HttpRequest, course: str) -> HttpResponse:
    """Everything to hear in a course, in order, with what was heard of it."""
    user = person(request)
    found = get_course(course, user)
    if user is None or not (seats.is_enrolled(user, found) or found.can_be_edited_by(user)):
        raise PermissionDenied(NOT_ENROLLED)
    return JsonResponse({"tracks": playing.queue(found, user)})


@require_POST
@for_script
def heard(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Keep what was heard, in this lesson or in others of the course that played on."""
    user, found = _learner(request, course, lesson)
    sent = read(ReportsSerializer, request)
    return JsonResponse(reports.take_in(user, found.course, sent["reports"]))


@require_POST
@for_script
def rate(request: HttpRequest, course: str) -> HttpResponse:
    """Remember the speed for this course."""
    found = get_course(course, person(request))
    user = _enrolled(person(request), found)
    wanted = read(RateSerializer, request)["rate"]
    return JsonResponse({"rate": listening.set_rate(user, found, wanted)})


@require_POST
@for_script
def add_bookmark(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    user, found = _learner(request, course, lesson)
    sent = read(BookmarkWriteSerializer, request)
    where = LessonAudio.objects.filter(pk=sent["audio"], lesson__course=found.course, asset__take__isnull=False)
    one = where.select_related("asset__take").first()
    if one is None:
        raise Http404(_("This audio is not there any more."))
    try:
        kept, is_new = bookmarks.add(user, one, sent["seconds"])
    except bookmarks.TooMany as error:
        raise problems.Conflict(_("You have too many bookmarks here. Remove some first.")) from error
    return JsonResponse(playing.bookmark(bookmarks.mark(kept)), status=201 if is_new else 200)


@require_http_methods(["DELETE"])
@for_script
def bookmark(request: HttpRequest, course: str, lesson: str, pk: UUID) -> HttpResponse:
    """Remove one of one's own bookmarks; it may be gone already."""
    user, _found = _learner(request, course, lesson)
    bookmarks.remove(user, pk)
    return HttpResponse(status=204)


@require_POST
@for_script
def bookmark_note(request: HttpRequest, course: str, lesson: str, pk: UUID) -> HttpResponse:
    """Make a note of a bookmark: its sentence, on the paragraph that is heard there."""
    user, found = _learner(request, course, lesson)
    mark = Bookmark.objects.filter(learner=user, audio__lesson__course=found.course, id=pk).first()
    block = Block.objects.filter(key=mark.key, lesson__course=found.course).first() if mark and mark.key else None
    if mark is None or block is None:
        raise Http404(_("The paragraph of this bookmark is not there any more."))
    note = notes.add_words(user, block, mark.words)
    return JsonResponse({"note": str(note.pk), "key": block.key, "body": note.body})


def _learner(request: HttpRequest, course: str, lesson: str) -> tuple[User, Lesson]:
    user = person(request)
    found = get_lesson(course, lesson, user)
    return _enrolled(user, found.course), found


def _enrolled(user: User | None, course: Course) -> User:
    if user is None or not seats.is_enrolled(user, course):
        raise PermissionDenied(NOT_ENROLLED)
    return user

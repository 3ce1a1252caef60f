"""What podcast apps fetch. The token in the address is the key: nobody signs in here, no cookie is read."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import limits
from courses.addresses import get_course
from courses.models import Lesson
from courses.views import COVER_HEADERS
from lib import ranges
from media import delivery
from media.models import Take

from . import audio as sounds
from . import feed_cover, feeds, rss, transcripts
from .models import Feed, LessonAudio

HEADERS = {
    # Whoever has the address may listen: it must not travel on, nor be found.
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    # May be kept by the app that asked, and is asked about each time: at its address an episode can be made anew.
    "Cache-Control": "private, no-cache",
}

View = Callable[..., HttpResponseBase]


def of_feed(view: View) -> View:
    """A view of a learner's feed: finds it by its token, counts, notes the use; (request, feed, token, …)."""

    @login_not_required
    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **parts: Any) -> HttpResponseBase:
        found = feeds.find(token)
        if feeds.is_too_much(found):
            return _guarded(limits.refusal(request, feeds.PERIOD))
        feeds.note_use(found, request.headers.get("User-Agent", ""), get_adapter().get_client_ip(request))
        return _guarded(view(request, found, token=token, **parts))

    return wrapped


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in HEADERS.items():
        response[name] = value
    return response


@of_feed
def feed(request: HttpRequest, found: Feed, token: str) -> HttpResponseBase:
    course = found.enrollment.course
    etag = f'W/"{rss.revision(course)}"'
    if ranges.is_known(etag, request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(rss.write(course, token), content_type=rss.Podcast.content_type, headers={"ETag": etag})


@of_feed
def enclosure(request: HttpRequest, found: Feed, token: str, audio: int, extension: str) -> HttpResponseBase:
    """The extension is for apps that go by it; the file is what the course has now."""
    files = sounds.files_of(_heard(found, audio))
    if not files:
        raise Http404(_("This file is missing."))
    try:
        # Apps that go on with a broken download take the end of a piece for the end of the file.
        return delivery.serve(request, files[0], most=None)
    except FileNotFoundError as error:
        raise Http404(_("This file is missing.")) from error


@of_feed
def captions(request: HttpRequest, found: Feed, token: str, audio: int) -> HttpResponseBase:
    return _text(request, transcripts.vtt(_take(found, audio).sentences()), transcripts.VTT)


@of_feed
def chapters(request: HttpRequest, found: Feed, token: str, audio: int) -> HttpResponseBase:
    return _text(request, transcripts.chapters(_take(found, audio).sections()), transcripts.CHAPTERS)


def _heard(feed: Feed, audio: int) -> LessonAudio:
    """What can be heard in the feed's course by this number; its take comes along, without cues."""
    lessons = Lesson.objects.published().filter(course=feed.enrollment.course)
    found = sounds.playable().filter(pk=audio, lesson__in=lessons).first()
    if found is None:
        raise Http404(_("This episode is not in the course, or not any more."))
    return found


def _take(feed: Feed, audio: int) -> Take:
    found = _heard(feed, audio).asset.take
    assert found, "only what has a take can be heard"
    return found


def _text(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    if ranges.is_known(etag, request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(text, content_type=kind, headers={"ETag": etag})


@login_not_required
@require_safe
def cover(request: HttpRequest, course: str, digest: str) -> HttpResponse:
    """The same for everybody; the digest only makes a changed picture another address."""
    found = get_course(course, None)
    if digest != feed_cover.digest(found):
        raise Http404(_("There is no such cover."))
    return HttpResponse(feed_cover.png(found), content_type="image/png", headers=COVER_HEADERS)

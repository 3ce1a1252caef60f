"""`/api/v1/…` for listening: audio, evidence, speed, bookmarks, podcast feeds."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import caller
from accounts.models import User
from courses.addresses import get_course, get_lesson
from courses.models import Course, Lesson
from enrollment import seats
from enrollment.models import Enrollment
from lib.problems import Conflict
from lib.rest import ApiView, OpenView
from media import delivery

from . import audio as audios
from . import bookmarks, feeds, listening, playing, reading, reports
from .models import Bookmark, LessonAudio
from .serializers import (
    BookmarkQuerySerializer,
    BookmarkSerializer,
    BookmarkWriteSerializer,
    FeedSerializer,
    LessonAudioSerializer,
    LessonListeningSerializer,
    ListeningChangeSerializer,
    NewFeedSerializer,
    RateSerializer,
    TakenInSerializer,
)

NOT_ENROLLED = _("Enrol in this course first, with POST /api/v1/enrolments/: then you hear it, and your place is kept.")


class PersonalView(ApiView):
    # What needs the enrolment.

    pagination_class = None

    def course(self, request: Request, slug: str) -> Course:
        return self._open(request, get_course(slug, caller(request)))

    def lesson(self, request: Request, course: str, slug: str) -> Lesson:
        found = get_lesson(course, slug, caller(request))
        self._open(request, found.course)
        return found

    def _open(self, request: Request, course: Course) -> Course:
        if not seats.is_enrolled(caller(request), course):
            raise PermissionDenied(NOT_ENROLLED)
        return course

    def person(self, request: Request) -> User:
        return cast(User, request.user)

    def sent(self, request: Request, shape: type) -> dict[str, Any]:
        found = shape(data=request.data)
        found.is_valid(raise_exception=True)
        data: dict[str, Any] = found.validated_data
        return data


@extend_schema(tags=["listening"])
class LessonAudioDetail(OpenView):
    serializer_class = LessonAudioSerializer
    pagination_class = None

    @extend_schema(
        operation_id="read_audio",
        summary=_("Read what a lesson has to hear"),
        description=_("Everybody learns what there is and gets the sample; the enrolled get all of it."),
    )
    def get(self, request: Request, course: str, lesson: str) -> Response:
        user = caller(request)
        found = get_lesson(course, lesson, user)
        bearer = audios.bearer_of(user, found)
        own = playing.lesson(found, user, bearer) if user and bearer else {"tracks": [], "rate": None, "visit": ""}
        parts = LessonAudio.objects.filter(lesson=found).exclude(asset__script={}).select_related("asset__take")
        lean = parts.defer("asset__script", "asset__unspoken", "asset__take__cues", "asset__take__peaks")
        return Response(LessonAudioSerializer(own | {"parts": lean, "sample": _sample(found)}).data)


def _sample(lesson: Lesson) -> dict[str, Any] | None:
    file = audios.sample_of(lesson)
    if file is None:
        return None
    where = delivery.address(file)
    return {"src": where, "type": file.content_type, "bytes": file.bytes, "seconds": file.seconds}


@extend_schema(tags=["listening"])
class LessonListening(PersonalView):
    serializer_class = LessonListeningSerializer

    @extend_schema(operation_id="read_listening", summary=_("Read what you heard of a lesson"))
    def get(self, request: Request, course: str, lesson: str) -> Response:
        found = self.lesson(request, course, lesson)
        return Response(LessonListeningSerializer(self._state(request, found)).data)

    @extend_schema(
        operation_id="keep_listening",
        summary=_("Keep what you heard"),
        description=_(
            "Safe to repeat, in any order, also days later. What you have heard only grows, and no faster than time "
            "passed; the newest real listening has the place. Other lessons of the course may be told of too."
        ),
        request=ListeningChangeSerializer,
        responses=TakenInSerializer,
    )
    def put(self, request: Request, course: str, lesson: str) -> Response:
        found = self.lesson(request, course, lesson)
        sent = self.sent(request, ListeningChangeSerializer)
        timed = [_with_time(one, sent.get("sent_at")) for one in sent["reports"]]
        settled = reports.take_in(self.person(request), found.course, timed)
        return Response(TakenInSerializer(settled | self._state(request, found)).data)

    def _state(self, request: Request, lesson: Lesson) -> dict[str, Any]:
        return {"tracks": playing.heard(lesson, self.person(request)), "visit": reading.visit_token()}


def _with_time(report: dict[str, Any], sent_at: datetime | None) -> dict[str, Any]:
    """How long after its token a report was, where it says when by the caller's own clock."""
    if "elapsed" in report or sent_at is None:
        return report
    age = max(sent_at - report["at"], timedelta(0))
    try:
        open_for = timezone.now() - age - listening.opened_at(report["visit"])
    except (signing.BadSignature, OverflowError):
        open_for = timedelta(0)  # refused later, with the others of its kind
    return report | {"elapsed": max(open_for / timedelta(milliseconds=1), 0)}


@extend_schema(tags=["listening"])
class Playback(PersonalView):
    serializer_class = RateSerializer

    @extend_schema(operation_id="read_speed", summary=_("Read how fast you hear a course"))
    def get(self, request: Request, course: str) -> Response:
        found = self.course(request, course)
        return Response({"rate": listening.rate(self.person(request), found)})

    @extend_schema(operation_id="keep_speed", summary=_("Change how fast you hear a course"))
    def put(self, request: Request, course: str) -> Response:
        found = self.course(request, course)
        wanted = self.sent(request, RateSerializer)["rate"]
        return Response({"rate": listening.set_rate(self.person(request), found, wanted)})


@extend_schema(tags=["listening"])
class Bookmarks(ApiView):
    serializer_class = BookmarkSerializer

    @extend_schema(
        operation_id="list_bookmarks",
        summary=_("List your bookmarks, newest first"),
        parameters=[BookmarkQuerySerializer],
        responses=BookmarkSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = BookmarkQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = own_bookmarks(request)
        if course := query.validated_data.get("course"):
            found = found.filter(audio__lesson__course__slug=course)
        if lesson := query.validated_data.get("lesson"):
            found = found.filter(audio__lesson__slug=lesson)
        page = self.paginate_queryset(found.order_by("-created_at", "-pk")) or []
        return self.get_paginated_response(BookmarkSerializer(bookmarks.in_plays(page), many=True).data)

    @extend_schema(
        operation_id="add_bookmark",
        summary=_("Bookmark a place in an audio"),
        description=_("The same place twice is one bookmark."),
        request=BookmarkWriteSerializer,
        responses={
            201: OpenApiResponse(BookmarkSerializer, _("The bookmark is kept.")),
            200: OpenApiResponse(BookmarkSerializer, _("It was there already.")),
        },
    )
    def post(self, request: Request) -> Response:
        sent = BookmarkWriteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = cast(User, request.user)
        seen = Lesson.objects.visible_to(user)
        rows = audios.playable().filter(lesson__in=seen).select_related("lesson__course").defer(None)
        audio = rows.filter(pk=sent.validated_data["audio"]).first()
        if audio is None:
            raise Http404(_("There is no such audio. A lesson's audio/ names its own."))
        if not seats.is_enrolled(user, audio.lesson.course):
            raise PermissionDenied(NOT_ENROLLED)
        try:
            kept, is_new = bookmarks.add(user, audio, sent.validated_data["seconds"])
        except bookmarks.TooMany as error:
            raise Conflict(_("You have too many bookmarks in this audio. Remove some first.")) from error
        headers = {"Location": reverse("api:bookmark", args=[kept.pk])} if is_new else {}
        data = BookmarkSerializer(bookmarks.mark(kept)).data
        return Response(data, status=201 if is_new else 200, headers=headers)


def own_bookmarks(request: Request) -> QuerySet[Bookmark]:
    return Bookmark.objects.filter(learner=request.user.pk)


@extend_schema(tags=["listening"])
class BookmarkDetail(ApiView):
    serializer_class = BookmarkSerializer
    pagination_class = None

    @extend_schema(operation_id="read_bookmark", summary=_("Read one of your bookmarks"))
    def get(self, request: Request, pk: str) -> Response:
        found = get_object_or_404(own_bookmarks(request), pk=pk)
        return Response(BookmarkSerializer(bookmarks.in_plays([found])[0]).data)

    @extend_schema(
        operation_id="remove_bookmark",
        summary=_("Remove a bookmark"),
        responses={204: OpenApiResponse(description=_("The bookmark is gone."))},
    )
    def delete(self, request: Request, pk: str) -> Response:
        get_object_or_404(own_bookmarks(request), pk=pk).delete()
        return Response(status=204)


@extend_schema(tags=["listening"])
class PodcastFeed(PersonalView):
    serializer_class = FeedSerializer

    @extend_schema(
        operation_id="read_feed",
        summary=_("Read about your podcast feed of a course"),
        description=_("404 while you have none."),
    )
    def get(self, request: Request, course: str) -> Response:
        found = feeds.of(self._enrollment(request, course))
        if found is None:
            raise Http404(_("You have no feed of this course. POST makes one."))
        return Response(FeedSerializer(found).data)

    @extend_schema(
        operation_id="make_feed",
        summary=_("Make a podcast feed of a course, or replace yours"),
        description=_("The address is in this answer only. One that you had before stops at once."),
        request=None,
        responses={201: OpenApiResponse(NewFeedSerializer, _("The feed works now."))},
    )
    def post(self, request: Request, course: str) -> Response:
        enrollment = self._enrollment(request, course)
        token = feeds.create(enrollment)
        found = feeds.of(enrollment)
        if found is None:
            raise Conflict(_("The feed was ended while it was made. Try again."))
        told = FeedSerializer(found).data | {"address": feeds.address(token)}
        return Response(told, status=201, headers={"Location": reverse("api:feed", args=[course])})

    @extend_schema(
        operation_id="end_feed",
        summary=_("End your podcast feed of a course"),
        responses={204: OpenApiResponse(description=_("Its address answers 410 from now on."))},
    )
    def delete(self, request: Request, course: str) -> Response:
        feeds.end(self._enrollment(request, course))
        return Response(status=204)

    def _enrollment(self, request: Request, course: str) -> Enrollment:
        found = self.course(request, course)
        return Enrollment.objects.active().get(learner=request.user.pk, course=found)

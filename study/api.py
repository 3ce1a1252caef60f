"""`/api/v1/courses/…`: a course, its lessons with all their parts, its glossary; a learner's place and notes."""

from typing import Any, cast

from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import caller
from accounts.models import User
from courses.addresses import get_course, get_lesson
from courses.models import Lesson
from enrollment import seats
from flashcards.models import Card
from lessons import blocks, places, progress, reading
from lessons.models import Reading
from lib.rest import ApiView, OpenView, tag_of, unless_known

from . import compose, notes, outline, standing
from .models import Note
from .serializers import (
    CourseDetailSerializer,
    LessonSerializer,
    NoteChangeSerializer,
    NoteQuerySerializer,
    NoteSerializer,
    NoteWriteSerializer,
    PlaceChangeSerializer,
    PlaceSerializer,
    TermSerializer,
)

NOT_ENROLLED = _("Enrol in this course first, with POST /api/v1/enrolments/: then your place and notes are kept.")


@extend_schema(tags=["catalogue"])
class CourseDetail(OpenView):
    serializer_class = CourseDetailSerializer
    pagination_class = None

    @extend_schema(
        operation_id="read_course",
        summary=_("Read a course with its outline"),
        description=_("For who is enrolled, with progress."),
    )
    def get(self, request: Request, course: str) -> Response:
        user = caller(request)
        found = get_course(course, user)
        tree = outline.of(found, with_drafts=found.can_be_edited_by(user))
        context = {"outline": tree, "standing": standing.in_course(user, found, tree)}
        data = CourseDetailSerializer(found, context=context).data
        return unless_known(request, data, tag_of(data))


@extend_schema(tags=["lessons"])
class LessonDetail(OpenView):
    serializer_class = LessonSerializer
    pagination_class = None

    @extend_schema(
        operation_id="read_lesson",
        summary=_("Read a lesson with all its parts"),
        description=_("The same for everybody. Every text comes as Markdown and as HTML that is safe to show."),
    )
    def get(self, request: Request, course: str, lesson: str) -> Response:
        data, tag = _whole(get_lesson(course, lesson, caller(request)))
        return unless_known(request, data, tag)


def _whole(lesson: Lesson) -> tuple[dict[str, Any], str]:
    """The lesson as data, and its ETag. Made once for each revision."""
    cache = caches["pages"]
    stamps = f"{lesson.revised_at.timestamp()}:{lesson.course.revised_at.timestamp()}"
    name = f"api-lesson:{lesson.pk}:{stamps}:{get_language()}"
    kept: tuple[dict[str, Any], str] | None = cache.get(name)
    if kept is None:
        data = LessonSerializer(compose.lesson(lesson)).data
        kept = dict(data), tag_of(data)
        cache.set(name, kept)
    return kept


@extend_schema(tags=["lessons"])
class Glossary(OpenView):
    serializer_class = TermSerializer

    @extend_schema(
        operation_id="list_terms",
        summary=_("List the terms of a course, from A to Z"),
        responses=TermSerializer(many=True),
    )
    def get(self, request: Request, course: str) -> Response:
        user = caller(request)
        lessons = Lesson.objects.visible_to(user).filter(course=get_course(course, user))
        terms = Card.objects.filter(lesson__in=lessons, kind=Card.Kind.TERM).select_related("lesson")
        page = self.paginate_queryset(terms.annotate(letters=Lower("front")).order_by("letters", "pk"))
        shown = [compose.term(card) for card in page or ()]
        return self.get_paginated_response(TermSerializer(shown, many=True).data)


@extend_schema(tags=["place and notes"])
class Place(ApiView):
    serializer_class = PlaceSerializer
    pagination_class = None

    @extend_schema(operation_id="read_place", summary=_("Read your place in a lesson"))
    def get(self, request: Request, course: str, lesson: str) -> Response:
        found = self._lesson(request, course, lesson)
        mine = Reading.objects.filter(learner=request.user.pk, lesson=found).first()
        return self._show(found, mine or Reading())

    @extend_schema(
        operation_id="keep_place",
        summary=_("Keep your place in a lesson"),
        description=_("Safe to repeat. What you have read only grows; the newest place wins."),
        request=PlaceChangeSerializer,
    )
    def put(self, request: Request, course: str, lesson: str) -> Response:
        found = self._lesson(request, course, lesson)
        sent = PlaceChangeSerializer(data=request.data, context={"lesson": found})
        sent.is_valid(raise_exception=True)
        key, read = sent.validated_data.get("key"), sent.validated_data.get("read", ())
        place = reading.Place(key, timezone.now()) if key else None
        return self._show(found, reading.record(cast(User, request.user), found, read=read, place=place))

    def _lesson(self, request: Request, course: str, lesson: str) -> Lesson:
        found = get_lesson(course, lesson, caller(request))
        if not seats.is_enrolled(caller(request), found.course):
            raise PermissionDenied(NOT_ENROLLED)
        return found

    def _show(self, lesson: Lesson, mine: Reading) -> Response:
        words = blocks.of(lesson).words
        read, total = progress.words_read(words, mine.read_keys)
        key = mine.place_key if mine.place_key in words else None
        url = lesson.get_absolute_url()
        place = {
            "key": key,
            "at": mine.place_at if key else None,
            "read": [one for one in words if one in set(mine.read_keys)],
            "percent": progress.percent(read, total),
            "words_read": read,
            "words": total,
            "finished_at": mine.finished_at,
            "url": places.address(url, words[key][0], key) if key else url,
        }
        return Response(PlaceSerializer(place).data)


def own_notes(request: Request) -> QuerySet[Note]:
    return Note.objects.visible_to(cast(User, request.user)).select_related("block__lesson__course")


@extend_schema(tags=["place and notes"])
class Notes(ApiView):
    serializer_class = NoteSerializer

    @extend_schema(
        operation_id="list_notes",
        summary=_("List your notes, newest first"),
        parameters=[NoteQuerySerializer],
        responses=NoteSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        query = NoteQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = own_notes(request)
        if course := query.validated_data.get("course"):
            found = found.filter(block__lesson__course__slug=course)
        if lesson := query.validated_data.get("lesson"):
            found = found.filter(block__lesson__slug=lesson)
        return self.page_of(found.order_by("-created_at", "-pk"))

    @extend_schema(
        operation_id="write_note",
        summary=_("Write a note on a paragraph, or highlight it"),
        description=_("A paragraph has one note of yours: a second one changes the first."),
        request=NoteWriteSerializer,
        responses={
            201: OpenApiResponse(NoteSerializer, _("The note is kept.")),
            200: OpenApiResponse(NoteSerializer, _("The note that was there has changed.")),
        },
    )
    def post(self, request: Request) -> Response:
        sent = NoteWriteSerializer(data=request.data, context={"user": request.user})
        sent.is_valid(raise_exception=True)
        changes = dict(sent.validated_data)
        block = changes.pop("key")
        if not seats.is_enrolled(caller(request), block.lesson.course):
            raise PermissionDenied(NOT_ENROLLED)
        note, is_new = notes.write(cast(User, request.user), block, changes)
        headers = {"Location": reverse("api:note", args=[note.pk])} if is_new else {}
        return Response(NoteSerializer(note).data, status=201 if is_new else 200, headers=headers)


@extend_schema(tags=["place and notes"])
class NoteDetail(ApiView):
    serializer_class = NoteSerializer
    pagination_class = None

    @extend_schema(operation_id="read_note", summary=_("Read one of your notes"))
    def get(self, request: Request, pk: str) -> Response:
        return Response(NoteSerializer(self._note(request, pk)).data)

    @extend_schema(
        operation_id="change_note", summary=_("Change a note"), request=NoteChangeSerializer, responses=NoteSerializer
    )
    def patch(self, request: Request, pk: str) -> Response:
        note = self._note(request, pk)
        sent = NoteChangeSerializer(data=request.data, partial=True, context={"note": note})
        sent.is_valid(raise_exception=True)
        if not notes.change(note, sent.validated_data):
            raise Http404
        return Response(NoteSerializer(note).data)

    @extend_schema(
        operation_id="remove_note",
        summary=_("Remove a note"),
        responses={204: OpenApiResponse(description=_("The note is gone."))},
    )
    def delete(self, request: Request, pk: str) -> Response:
        self._note(request, pk).delete()
        return Response(status=204)

    def _note(self, request: Request, pk: str) -> Note:
        return get_object_or_404(own_notes(request), pk=pk)

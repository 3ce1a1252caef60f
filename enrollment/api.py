"""`/api/v1/enrolments/`: joining and leaving courses."""

from typing import cast

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from lib.problems import Conflict
from lib.rest import ApiView

from . import seats
from .models import Enrollment
from .seats import Outcome
from .serializers import EnrollingSerializer, EnrollmentSerializer

FULL = _("All seats of this course are taken. Every lesson stays open to read.")
CLOSED = _("This course takes no enrolments now. Every lesson stays open to read.")
OWN_COURSE = _("You teach this course, so you cannot be a learner of it.")


@extend_schema(tags=["enrolments"])
class Enrollments(ApiView):
    serializer_class = EnrollmentSerializer

    @extend_schema(
        operation_id="list_enrolments",
        summary=_("List the courses you are enrolled in"),
        responses=EnrollmentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        mine = Enrollment.objects.active().held_by(cast(User, request.user)).select_related("course")
        return self.page_of(mine.order_by("-enrolled_at", "-pk"))

    @extend_schema(
        operation_id="enrol",
        summary=_("Enrol in a course"),
        description=_("Safe to repeat: whoever is enrolled already gets 200 and the same enrolment."),
        request=EnrollingSerializer,
        responses={
            201: OpenApiResponse(EnrollmentSerializer, _("You are enrolled now.")),
            200: OpenApiResponse(EnrollmentSerializer, _("You were enrolled already.")),
        },
    )
    def post(self, request: Request) -> Response:
        asked = EnrollingSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        course, user = asked.validated_data["course"], cast(User, request.user)
        outcome = seats.enroll(user, course)
        if outcome is Outcome.FULL:
            raise Conflict(FULL, "course_full")
        if outcome is Outcome.CLOSED:
            raise Conflict(CLOSED, "course_closed")
        if outcome is Outcome.OWN_COURSE:
            raise PermissionDenied(OWN_COURSE, "own_course")
        mine = Enrollment.objects.select_related("course").get(learner=user, course=course)
        if outcome is Outcome.ALREADY:
            return Response(EnrollmentSerializer(mine).data)
        place = {"Location": reverse("api:enrollment", args=[mine.pk])}
        return Response(EnrollmentSerializer(mine).data, status=201, headers=place)


@extend_schema(tags=["enrolments"])
class EnrollmentDetail(ApiView):
    serializer_class = EnrollmentSerializer
    pagination_class = None

    @extend_schema(operation_id="read_enrolment", summary=_("Read one of your enrolments"))
    def get(self, request: Request, pk: str) -> Response:
        return Response(EnrollmentSerializer(self._mine(request, pk)).data)

    @extend_schema(
        operation_id="leave",
        summary=_("Leave a course"),
        description=_("The seat is free again. Progress and notes are kept for the day you return."),
        responses={204: OpenApiResponse(description=_("You are no longer enrolled."))},
    )
    def delete(self, request: Request, pk: str) -> Response:
        seats.leave(cast(User, request.user), self._mine(request, pk).course)
        return Response(status=204)

    def _mine(self, request: Request, pk: str) -> Enrollment:
        mine = Enrollment.objects.held_by(cast(User, request.user)).select_related("course")
        return get_object_or_404(mine, pk=pk)

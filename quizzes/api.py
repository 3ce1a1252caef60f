"""`/api/v1/…` for tests: what there is, sitting one, its result; practice."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import caller
from accounts.models import User
from courses.addresses import get_course, get_lesson
from lib.problems import Conflict
from lib.rest import ApiView

from . import adaptivity, grading, papers, reviewing, scoring, sitting
from .models import Attempt, MockTest, QuestionVersion
from .reviewing import Thing
from .serializers import (
    AfterSerializer,
    AnswersSerializer,
    AttemptSerializer,
    FlagSerializer,
    MockTestDetailSerializer,
    MockTestSerializer,
    PaperSerializer,
    PracticeSerializer,
    ResultSerializer,
    SavedSerializer,
    ToldSerializer,
    items,
)

NOT_FOUND = _("There is no such attempt of yours.")
NOT_OPEN = _("This attempt is closed. Its result is at result/.")
OTHER_TAB = _("This attempt is open in a browser tab that writes now. Send no tab, or take over there.")


class TestView(ApiView):
    # Of one person.

    pagination_class = None

    def person(self, request: Request) -> User:
        return cast(User, request.user)

    def sent(self, request: Request, shape: type) -> dict[str, Any]:
        found = shape(data=request.data)
        found.is_valid(raise_exception=True)
        data: dict[str, Any] = found.validated_data
        return data

    def test(self, request: Request, course: str, test: str) -> MockTest:
        user = self.person(request)
        return sitting.find_test(get_course(course, user), test, user)

    def attempt(self, request: Request, pk: UUID, *, is_open: bool = False) -> Attempt:
        try:
            found = sitting.find(self.person(request), pk)
        except Attempt.DoesNotExist as error:
            raise Http404(NOT_FOUND) from error
        if is_open and not found.is_open:
            raise Conflict(NOT_OPEN, "closed")
        return found

    def begun(self, attempt: Attempt, *, is_new: bool) -> Response:
        headers = {"Location": reverse("api:attempt", args=[attempt.pk])} if is_new else {}
        return Response(PaperSerializer(papers.of(attempt)).data, status=201 if is_new else 200, headers=headers)

    def refusal(self, refused: sitting.Refused) -> Exception:
        if refused.code == "not_enrolled":
            return PermissionDenied(refused.sentence)
        return Conflict(refused.sentence, refused.code)


@extend_schema(tags=["tests"])
class Tests(ApiView):
    serializer_class = MockTestSerializer

    @extend_schema(
        operation_id="list_tests",
        summary=_("List the mock tests of a course"),
        responses=MockTestSerializer(many=True),
    )
    def get(self, request: Request, course: str) -> Response:
        user = caller(request)
        tests = MockTest.objects.visible_to(user).filter(course=get_course(course, user))
        return self.page_of(tests.select_related("course", "lesson", "chapter").order_by("position", "pk"))


@extend_schema(tags=["tests"])
class TestDetail(TestView):
    serializer_class = MockTestDetailSerializer

    @extend_schema(
        operation_id="read_test",
        summary=_("Read a mock test and what you may do with it"),
        description=_("`own` says whether you may begin now, with how much time, and if not why."),
    )
    def get(self, request: Request, course: str, test: str) -> Response:
        found = self.test(request, course, test)
        context = {"standing": sitting.may_start(self.person(request), found)}
        return Response(MockTestDetailSerializer(found, context=context).data)


@extend_schema(tags=["tests"])
class TestAttempts(TestView):
    serializer_class = PaperSerializer

    @extend_schema(
        operation_id="start_attempt",
        summary=_("Begin a mock test"),
        description=_(
            "Safe to repeat: the open attempt comes back with 200. Instructors get a preview, which counts nowhere."
        ),
        request=None,
        responses={
            201: OpenApiResponse(PaperSerializer, _("It has begun; the clock runs.")),
            200: OpenApiResponse(PaperSerializer, _("It had begun already.")),
        },
    )
    def post(self, request: Request, course: str, test: str) -> Response:
        user, found = self.person(request), self.test(request, course, test)
        before = sitting.may_start(user, found).open
        try:
            attempt = sitting.start(user, found)
        except sitting.Refused as refused:
            raise self.refusal(refused) from refused
        return self.begun(self.attempt(request, attempt.pk), is_new=before is None or before.pk != attempt.pk)


@extend_schema(tags=["tests"])
class Practice(TestView):
    serializer_class = PaperSerializer

    @extend_schema(
        operation_id="start_practice",
        summary=_("Begin a practice round in a lesson"),
        description=_("Untimed; `check` judges one answer at a time. Without `missed_in` an open round comes back."),
        request=PracticeSerializer,
        responses={
            201: OpenApiResponse(PaperSerializer, _("The round has begun.")),
            200: OpenApiResponse(PaperSerializer, _("It had begun already.")),
        },
    )
    def post(self, request: Request, course: str, lesson: str) -> Response:
        user = self.person(request)
        found = get_lesson(course, lesson, user)
        missed_in = self.sent(request, PracticeSerializer).get("missed_in")
        only = self._missed(request, missed_in) if missed_in else None
        mine = Attempt.objects.taken_by(user).filter(purpose=Attempt.Purpose.PRACTICE, lesson=found)
        before = mine.open().values_list("pk", flat=True).first()
        try:
            attempt = sitting.practise(user, found, only=only)
        except sitting.Refused as refused:
            raise self.refusal(refused) from refused
        return self.begun(self.attempt(request, attempt.pk), is_new=before != attempt.pk)

    def _missed(self, request: Request, pk: UUID) -> list[int]:
        attempt = self.attempt(request, pk)
        if attempt.is_open or not reviewing.may_see(attempt, Thing.VERDICT):
            raise Conflict(_("What was missed in that attempt is not shown yet."), "not_shown")
        rights = set(attempt.answers.filter(graded__state=grading.State.RIGHT).values_list("slot", flat=True))
        return [line["question"] for line in attempt.form["slots"] if line["slot"] not in rights]


@extend_schema(tags=["tests"])
class AttemptDetail(TestView):
    serializer_class = PaperSerializer

    @extend_schema(
        operation_id="read_attempt",
        summary=_("Read an attempt of yours"),
        description=_("While it is open: its questions and what you answered. Afterwards `questions` is empty."),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        attempt = self.attempt(request, pk)
        data = papers.of(attempt) if attempt.is_open else papers.standing(attempt) | {"sections": [], "questions": []}
        return Response(PaperSerializer(data).data)


@extend_schema(tags=["tests"])
class AttemptAnswers(TestView):
    serializer_class = SavedSerializer

    @extend_schema(
        operation_id="save_answers",
        summary=_("Keep answers of an open attempt"),
        description=_(
            "Safe to repeat, in any order: of each answer the highest `rev` is kept. What is “accepted” is safe and "
            "counts. What comes over 10 seconds after the end is “late”: kept for your teacher, unscored. An answer "
            "that cannot be read is kept and told."
        ),
        request=AnswersSerializer,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        sent = self.sent(request, AnswersSerializer)
        try:
            saved = sitting.save(pk, self.person(request), items(sent["answers"]), sent["tab"])
        except Attempt.DoesNotExist as error:
            raise Http404(NOT_FOUND) from error
        except sitting.OtherTab as error:
            raise Conflict(OTHER_TAB, "other_tab") from error
        return Response(SavedSerializer(saved).data)


@extend_schema(tags=["tests"])
class AttemptFlag(TestView):
    serializer_class = FlagSerializer

    @extend_schema(
        operation_id="flag_question", summary=_("Mark a question to come back to"), description=_("Safe to repeat.")
    )
    def put(self, request: Request, pk: UUID, slot: int) -> Response:
        attempt = self.attempt(request, pk, is_open=True)
        flagged = self.sent(request, FlagSerializer)["flagged"]
        try:
            is_open = sitting.flag(attempt, slot, is_flagged=flagged)
        except grading.Refused as refused:
            raise Http404(str(refused)) from refused
        if not is_open:
            raise Conflict(NOT_OPEN, "closed")
        return Response({"flagged": flagged})


@extend_schema(tags=["tests"])
class NextQuestion(TestView):
    serializer_class = PaperSerializer

    @extend_schema(
        operation_id="next_question",
        summary=_("Go on to the next question of an adaptive test"),
        description=_("There is no way back. The same question again means that enough is known: submit."),
        request=AfterSerializer,
        responses=PaperSerializer,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        attempt = self.attempt(request, pk, is_open=True)
        if not adaptivity.is_adaptive(attempt):
            raise Conflict(_("The questions of this test can be answered in any order."), "not_adaptive")
        if self.sent(request, AfterSerializer)["after"] == adaptivity.current_slot(attempt):
            sitting.next_item(attempt)
        if not attempt.is_open:
            raise Conflict(NOT_OPEN, "closed")
        return Response(PaperSerializer(papers.of(attempt)).data)


@extend_schema(tags=["tests"])
class AttemptSubmission(TestView):
    serializer_class = AttemptSerializer

    @extend_schema(
        operation_id="submit_attempt",
        summary=_("Submit an attempt"),
        description=_("Safe to repeat. Scoring takes a moment: ask result/ until it has a score."),
        request=None,
        responses=AttemptSerializer,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        attempt = self.attempt(request, pk)
        sitting.submit(attempt)
        return Response(AttemptSerializer(papers.standing(attempt)).data)


@extend_schema(tags=["tests"])
class AttemptResult(TestView):
    serializer_class = ResultSerializer

    @extend_schema(
        operation_id="read_result",
        summary=_("Read the result of a closed attempt"),
        description=_(
            "`visible` says what you may see now; the rest is null. While it is being scored, so is `score`. "
            "Instructors may read results of their courses."
        ),
    )
    def get(self, request: Request, pk: UUID) -> Response:
        user = self.person(request)
        if Attempt.objects.taken_by(user).filter(pk=pk).exists():
            attempt = self.attempt(request, pk)
        else:
            others = Attempt.objects.closed().visible_to(user).select_related("test", "lesson", "course", "rules")
            attempt = get_object_or_404(others, pk=pk)
        if attempt.is_open:
            raise Conflict(_("This attempt is still open. Submit it first."), "open")
        return Response(ResultSerializer(papers.result(attempt, viewer=user)).data)


@extend_schema(tags=["tests"])
class AnswerCheck(TestView):
    serializer_class = ToldSerializer

    @extend_schema(
        operation_id="check_answer",
        summary=_("Judge one answer of a practice round"),
        description=_("Right or wrong, why, the key and the explanation. The answer stays as it is from then on."),
        request=None,
        responses=ToldSerializer,
    )
    def post(self, request: Request, pk: UUID, slot: int) -> Response:
        attempt = self.attempt(request, pk)
        if attempt.purpose != Attempt.Purpose.PRACTICE:
            raise Conflict(_("Only answers in practice are judged one by one."), "not_practice")
        answer = attempt.answers.select_related("version__question", "version__revision").filter(slot=slot).first()
        if answer is None or answer.value is None:
            raise Conflict(_("Answer the question first."), "blank")
        if attempt.is_open and answer.graded_id is None and not reviewing.is_withheld(attempt):
            scoring.judge(answer)
        version = QuestionVersion.objects.select_related("question", "revision").get(pk=answer.version_id)
        answer.refresh_from_db(fields=["graded"])
        return Response(ToldSerializer(papers.told(version, answer, reviewing.visible(attempt, answer=answer))).data)

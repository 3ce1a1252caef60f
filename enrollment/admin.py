from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.desk import CourseFilter
from courses.rights import CourseRights
from lib.desk.pages import listed

from . import seats
from .models import Enrollment
from .seats import Outcome

REFUSALS = {
    Outcome.ALREADY: gettext_lazy("This person is enrolled already."),
    Outcome.FULL: gettext_lazy("No seat is free. Raise the number of seats on the course, then come back."),
    Outcome.CLOSED: gettext_lazy("This course takes nobody in: it is not published, or its enrolment is closed."),
    Outcome.OWN_COURSE: gettext_lazy("This person teaches the course and needs no seat."),
}


class EnrollmentForm(forms.ModelForm):
    class Meta:
        model = Enrollment
        fields = ["learner", "course"]

    def validate_constraints(self) -> None:
        # Somebody who left has a row: enrolling finds it again.
        pass

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.errors:
            return data
        learner, course = self.cleaned_data["learner"], self.cleaned_data["course"]
        # Taking the seat is the check: between asking and taking, somebody else could have it.
        outcome = seats.enroll(learner, course)
        if outcome is not Outcome.ENROLLED:
            raise ValidationError(REFUSALS[outcome], code=str(outcome))
        self.instance = Enrollment.objects.get(learner=learner, course=course)
        return data


class LeftFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("active", _("Enrolled")), ("left", _("Left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        return queryset.filter(left_at__isnull=state == "active") if state in {"active", "left"} else queryset


@admin.register(Enrollment)
class EnrollmentAdmin(CourseRights):
    """Superusers enrol people and end enrolments; instructors read who is in their courses."""

    form = EnrollmentForm
    list_display = ["learner", "email", "course", "enrolled_at", "left_at"]
    list_select_related = ["learner", "course"]
    list_filter = [LeftFilter, CourseFilter]
    search_fields = ["learner__email", "learner__display_name", "course__title"]
    date_hierarchy = "enrolled_at"
    autocomplete_fields = ["learner", "course"]
    actions = ["end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("learner", "course")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # a seat is taken or given back, never rewritten

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # leaving keeps the row and what was learnt

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["learner", "course"] if obj is None else ["person", "email", "course_title", "enrolled_at", "left_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [] if obj is None else self.get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        """Done: `EnrollmentForm` took the seat."""

    # Names, not links: the pages of people are not open to instructors.

    @admin.display(description=gettext_lazy("learner"))
    def person(self, obj: Enrollment) -> str:
        return str(obj.learner)

    @admin.display(description=gettext_lazy("e-mail address"), ordering="learner__email")
    def email(self, obj: Enrollment) -> str:
        return obj.learner.email

    @admin.display(description=gettext_lazy("course"))
    def course_title(self, obj: Enrollment) -> str:
        return str(obj.course)

    @admin.action(description=gettext_lazy("End these enrolments"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet) -> None:
        ended = [one for one in queryset if seats.leave(one.learner, one.course)]
        if not ended:
            self.message_user(request, _("Nothing to end: these people have left already."), messages.INFO)
            return
        words = _("The enrolment was ended; what was learnt is kept.")
        LogEntry.objects.log_actions(request.user.pk, ended, CHANGE, change_message=words)  # type: ignore[arg-type]
        text = ngettext("Ended the enrolment of %(names)s.", "Ended %(count)d enrolments: %(names)s.", len(ended))
        self.message_user(request, text % {"count": len(ended), "names": listed(ended)}, messages.SUCCESS)

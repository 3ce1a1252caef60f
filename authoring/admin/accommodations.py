"""What is different for one learner: extra time, attempts, other times. Each for a reason that stays on record."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from courses import rights
from courses.desk import CourseFilter
from courses.models import Course
from enrollment.models import Enrollment
from quizzes.models import Accommodation, MockTest

from .acting import user_of

GRANTED = ["extra_percent", "extra_minutes", "extra_attempts", "opens_at", "closes_at"]


class AccommodationForm(forms.ModelForm):
    """The learner is named by e-mail address: nobody browses through people here."""

    email = forms.EmailField(
        label=gettext_lazy("Learner"),
        help_text=gettext_lazy("The e-mail address of somebody who is enrolled in the course."),
    )

    class Meta:
        model = Accommodation
        fields = ["course", "test", "email", *GRANTED, "reason"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        course = self.cleaned_data.get("course") or getattr(self.instance, "course", None)
        test = self.cleaned_data.get("test")
        if self.instance.pk is None and course is not None:
            self._find_learner(course)
        if test and course and test.course_id != course.pk:
            self.add_error("test", _("This test belongs to another course."))
        if not any(self.cleaned_data.get(name) for name in GRANTED):
            self.add_error(None, _("Say what is different: more time, more attempts, or other times."))
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens."))
        return data

    def _find_learner(self, course: Course) -> None:
        """Only among those enrolled in the course: of others nobody here learns whether they exist."""
        email = self.cleaned_data.get("email", "")
        enrolled = Enrollment.objects.filter(course=course, left_at=None, learner__email__iexact=email)
        found = User.objects.filter(pk__in=enrolled.values("learner")).first() if email else None
        if email and found is None:
            self.add_error("email", _("Nobody with this address is enrolled in the course."))
        elif found is not None:
            self.instance.learner = found
            test = self.cleaned_data.get("test")
            if Accommodation.objects.filter(course=course, test=test, learner=found).exists():
                self.add_error("email", _("There is one for this learner already. Change that one."))


@admin.register(Accommodation)
class AccommodationAdmin(rights.CourseRights):
    form = AccommodationForm
    list_display = ["learner", "email", "course", "test_name", "granted", "reason", "by", "at"]
    list_filter = [CourseFilter]
    search_fields = ["learner__email", "learner__display_name", "test__title", "reason"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("learner", "course", "test", "by")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        who = ["person", "course", "test_name"] if obj else ["course", "test", "email"]
        return [
            (None, {"fields": who}),
            (gettext_lazy("What is different"), {"fields": GRANTED}),
            (None, {"fields": ["reason", "granted_by", "at"] if obj else ["reason"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["person", "course", "test_name", "granted_by", "at"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for name, rows in (("course", Course.objects.all()), ("test", MockTest.objects.select_related("course"))):
            field: Any = form.base_fields.get(name)
            if field is not None:
                field.queryset = rights.own(rows, request, "pk" if name == "course" else "course")
        return form

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["course", "test"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.by = user_of(request)
        super().save_model(request, obj, form, change)

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.course_id])
        rows = reverse("admin:quizzes_accommodation_changelist", query={"course": obj.course_id})
        return [(course, str(obj.course)), (rows, _("Accommodations"))]

    # Names, not links: the pages of people are not open to instructors.

    @admin.display(description=gettext_lazy("learner"))
    def person(self, obj: Accommodation) -> str:
        return f"{obj.learner} ({obj.learner.email})"

    @admin.display(description=gettext_lazy("granted by"))
    def granted_by(self, obj: Accommodation) -> str:
        return str(obj.by or "–")

    @admin.display(description=gettext_lazy("e-mail address"), ordering="learner__email")
    def email(self, obj: Accommodation) -> str:
        return obj.learner.email

    @admin.display(description=gettext_lazy("mock test"))
    def test_name(self, obj: Accommodation) -> str:
        return str(obj.test) if obj.test else _("All tests of the course")

    @admin.display(description=gettext_lazy("what is different"))
    def granted(self, obj: Accommodation) -> str:
        parts = [
            (obj.extra_percent, _("%(n)s %% more time")),
            (obj.extra_minutes, _("%(n)s minutes more")),
            (obj.extra_attempts, _("%(n)s attempts more")),
        ]
        words = [text % {"n": number} for number, text in parts if number]
        if obj.opens_at or obj.closes_at:
            words.append(_("other times"))
        return ", ".join(words)

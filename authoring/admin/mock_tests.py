"""The test builder: settings and sections of a mock test, and what each section asks."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.desk import CourseFilter, PublishableAdmin, StateFilter
from courses.models import Chapter, Lesson
from courses.rights import CourseRights
from lib.desk.forms import OrderedFormSet, VersionedForm, fingerprint
from lib.desk.pages import DeskRows, DeskTexts
from quizzes import sitting
from quizzes.models import Attempt, MockTest, Section, Slot

from . import pools
from .acting import user_of
from .mock_test_forms import POOL, SLOT_FIELDS, MockTestForm, question_choices, slot_form


class SectionInline(DeskRows):
    """Titles and order; what a section asks has a page of its own."""

    model = Section
    formset = OrderedFormSet
    fields = ["position", "title", "asks"]
    readonly_fields = ["asks"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(slot_count=Count("slots"))

    @admin.display(description=gettext_lazy("questions"))
    def asks(self, obj: Any) -> SafeString | str:
        if not obj.pk:
            return _("Save the test, then choose questions.")
        number = getattr(obj, "slot_count", 0)
        words = ngettext("%(number)d slot", "%(number)d slots", number) % {"number": number}
        address = reverse("admin:quizzes_section_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a> · {}', address, _("Choose questions"), words)


@admin.register(MockTest)
class MockTestAdmin(PublishableAdmin):
    form = MockTestForm
    change_form_template = "admin/quizzes/mocktest_form.html"
    add_fields = ["course", "title", "slug"]
    fieldsets = [
        (None, {"fields": ["opened_version", "course", "title", "introduction", ("lesson", "chapter"), "way"]}),
        (gettext_lazy("Time and attempts"), {"fields": ["minutes", "attempts_allowed", "wait_hours", "counts"]}),
        (
            gettext_lazy("Marks"),
            {
                "fields": [
                    "pass_percent",
                    "preset",
                    ("right_marks", "wrong_marks", "blank_marks"),
                    "floor",
                    "with_certainty",
                ],
                "description": gettext_lazy("Right, wrong and blank are read only where the marks are own rules."),
            },
        ),
        (gettext_lazy("Order"), {"fields": ["shuffle_questions", "shuffle_options"]}),
        (gettext_lazy("What learners see afterwards"), {"fields": ["review"]}),
        (gettext_lazy("Address and place"), {"fields": ["slug", "position"]}),
        (
            gettext_lazy("Open from, until"),
            {"fields": ["opens_at", "closes_at", "published_at", "archived_at"]},
        ),
    ]
    rows = {"introduction": 6}
    list_display = ["title", "course", "place", "way", "minutes", "state_word", "sat", "page"]
    list_select_related = ["course", "lesson", "chapter"]
    list_filter = [StateFilter, CourseFilter, "way"]
    search_fields = ["title", "slug", "course__title"]
    ordering = ["course__title", "course_id", "position", "pk"]
    autocomplete_fields = ["course"]
    inlines = [SectionInline]
    tells_deleted = [Section, Slot]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("course", "lesson", "chapter")
        # Counted apart: joined with all that stands beside it, a hundred thousand attempts would be sorted.
        taken = Attempt.objects.filter(test=OuterRef("pk"), purpose=Attempt.Purpose.MOCK).order_by().values("test")
        return rows.annotate(taken=Coalesce(Subquery(taken.annotate(n=Count("pk")).values("n")), 0))

    def choice_label(self, obj: Any) -> str:
        return f"{obj.title} · {obj.course.title}"

    @admin.display(description=gettext_lazy("of"))
    def place(self, obj: MockTest) -> str:
        return str(obj.lesson or obj.chapter or _("The whole course"))

    @admin.display(description=gettext_lazy("attempts"), ordering="taken")
    def sat(self, obj: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', _attempts(obj), obj.taken)

    # --- Form ---

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": self.add_fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["course"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.inlines if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, list[str]]:
        return {"slug": ["title"]} if obj is None else {}

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if isinstance(obj, MockTest):
            for name, rows in (("lesson", Lesson.objects), ("chapter", Chapter.objects)):
                field: Any = form.base_fields.get(name)
                if field is not None:
                    field.queryset = rows.filter(course=obj.course_id)
                    field.label_from_instance = lambda row: row.title
        return form

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        test = form.instance
        if not test.sections.exists():
            Section.objects.create(test=test, position=1)
        if test.published_at and "published_at" in form.changed_data and (reason := pools.obstacle(test)):
            test.published_at = form.initial.get("published_at")
            test.save(update_fields=["published_at"])
            self.message_user(request, reason, messages.ERROR)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if not change:  # the page of a lesson says for which lesson it is begun
            wanted = request.GET.get("lesson", "")
            known = Lesson.objects.filter(course=obj.course_id)
            obj.lesson = known.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Model, *args: Any, **kwargs: Any) -> HttpResponse:
        section = Section.objects.filter(test=obj.pk).first()
        self.message_user(request, _("The test is there as a draft. Choose what it asks."), messages.SUCCESS)
        return redirect("admin:quizzes_section_change", section.pk if section else 0)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if "_preview" in request.POST:
            return self._preview(request, obj)
        return super().response_change(request, obj)

    def _preview(self, request: HttpRequest, test: Any) -> HttpResponse:
        """An attempt that counts for nothing."""
        try:
            attempt = sitting.start(user_of(request), test, preview=True)
        except sitting.Refused as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect("admin:quizzes_mocktest_change", test.pk)
        return redirect(attempt.get_absolute_url())

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        test = kwargs.get("obj")
        if isinstance(test, MockTest):
            held = pools.holdings(test)
            context["holdings"] = held
            context["obstacles"] = [*pools.obstacles(held), *pools.warnings(test, held)]
        return super().render_change_form(request, context, **kwargs)

    # --- Publishing ---

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        reasons = {test.pk: reason for test in queryset if (reason := pools.obstacle(test))}
        for reason in reasons.values():
            self.message_user(request, reason, messages.ERROR)
        if len(reasons) < len(queryset):
            super().publish(request, self.get_queryset(request).filter(pk__in=queryset).exclude(pk__in=reasons))

    # --- Around it ---

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [
            ("#sections-group", _("Choose questions")),
            (_attempts(obj), _("Attempts")),
            (reverse("admin:quizzes_question_board", query={"test": obj.pk}), _("Item health")),
            (reverse("admin:quizzes_accommodation_changelist", query={"course": obj.course_id}), _("Accommodations")),
            (reverse("admin:quizzes_pairflag_changelist", query={"test": obj.pk}), _("Similar attempts")),
        ]

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.course_id])
        tests = reverse("admin:quizzes_mocktest_changelist", query={"course": obj.course_id})
        return [(course, str(obj.course)), (tests, _("Mock tests"))]

    def reason_to_keep(self, obj: Any) -> str:
        number = Attempt.objects.filter(test=obj, purpose=Attempt.Purpose.MOCK).count()
        if not number:
            return ""
        words = ngettext(
            "“%(test)s” was taken %(number)d time. Archive it instead: results are kept.",
            "“%(test)s” was taken %(number)d times. Archive it instead: results are kept.",
            number,
        )
        return words % {"test": obj, "number": number}


def _attempts(test: MockTest) -> str:
    return reverse("admin:quizzes_attempt_changelist", query={"test": test.pk})


class SlotInline(DeskTexts):
    model = Slot
    verbose_name = gettext_lazy("question or pool")
    verbose_name_plural = gettext_lazy("What it asks: questions, and pools to draw from")
    formset = OrderedFormSet
    fieldsets = [
        (None, {"fields": ["question", ("draw", "points", "position")]}),
        (
            gettext_lazy("Pool to draw from: empty lists leave it the whole course"),
            {"classes": ["collapse"], "fields": [*(f"pool_{name}" for name in POOL), "tags"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("question", "section__test__course")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        assert isinstance(obj, Section)
        kwargs["form"] = slot_form(obj.test.course, obj)
        return super().get_formset(request, obj, **kwargs | {"fields": SLOT_FIELDS})

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fieldsets


class SectionForm(VersionedForm):
    class Meta:
        model = Section
        fields = ["title"]

    def version(self) -> str:
        section = Section.objects.filter(pk=self.instance.pk)
        if self.is_bound:
            section = section.select_for_update()
        slots = Slot.objects.filter(section=self.instance.pk)
        titles = list(section.values_list("title", flat=True))
        return fingerprint(titles, list(slots.values_list("pk", "position", "question", "pool", "draw", "points")))


@admin.register(Section)
class SectionAdmin(CourseRights):
    """What one section of a test asks."""

    way_to_course = "test__course"
    form = SectionForm
    change_form_template = "admin/quizzes/section_form.html"
    fields = ["opened_version", "title"]
    list_display = ["__str__", "test"]
    list_select_related = ["test"]
    search_fields = ["title", "test__title"]
    ordering = ["test__title", "test_id", "position", "pk"]
    inlines = [SlotInline]
    tells_deleted = [Slot]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("test__course")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a section begins on the page of its test

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.test.course_id])
        test = reverse("admin:quizzes_mocktest_change", args=[obj.test_id])
        return [(course, str(obj.test.course)), (test, str(obj.test))]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        section = kwargs.get("obj")
        if isinstance(section, Section):
            context["holdings"] = [each for each in pools.holdings(section.test) if each.slot.section_id == section.pk]
            context["questions"] = [each for each in question_choices(section)() if each.retired_at is None]
        return super().render_change_form(request, context, **kwargs)

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        return None

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:quizzes_mocktest_change", obj.test_id)

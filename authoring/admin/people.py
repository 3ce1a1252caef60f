from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts.entrance import NEW_PASSWORD_HELP, settle_address
from accounts.models import REPORTING_GROUP, User
from courses import teaching
from courses.models import Course, Teaching
from lib.desk.pages import DeskAdmin

# Django's own words speak of permissions, which nobody has here.
WORDS = {
    "display_name": (gettext_lazy("Name"), ""),
    "is_active": (gettext_lazy("May log in"), gettext_lazy("Take this away instead of deleting somebody.")),
    "groups": (gettext_lazy("Reads"), gettext_lazy("Reporting: the progress of everybody, in every course.")),
    "is_superuser": (gettext_lazy("May do everything"), gettext_lazy("Edits all courses and all people.")),
}


def password_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=NEW_PASSWORD_HELP)


class NewPersonForm(forms.ModelForm):
    password = password_field(gettext_lazy("First password"))

    class Meta:
        model = User
        fields = ["email", "display_name"]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        # Only now the instance holds the name and address that the password must not resemble.
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)

    def save(self, commit: bool = True) -> User:
        self.instance.set_password(self.cleaned_data["password"])
        return super().save(commit=commit)


class PasswordForm(forms.Form):
    password = password_field(gettext_lazy("New password"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("instructor", _("Instructor")), ("reporting", _("Reporting")), ("superuser", _("Superuser"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "instructor":
                return queryset.filter(Exists(Teaching.objects.filter(user=OuterRef("pk"))))
            case "reporting":
                return queryset.filter(groups__name=REPORTING_GROUP)
            case "superuser":
                return queryset.filter(is_superuser=True)
        return queryset


@admin.register(User)
class PersonAdmin(DeskAdmin):
    """People, for superusers. Nobody sees another person's password, sign-ins, second factor or notes here."""

    add_fields = ["email", "display_name", "password"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "joined_at", "last_login"]}),
        (gettext_lazy("Rights"), {"fields": ["is_active", "groups", "is_superuser", "teaches", "studies"]}),
    ]
    readonly_fields = ["joined_at", "last_login", "teaches", "studies"]
    list_display = ["email", "display_name", "is_active", "is_staff", "is_superuser", "joined_at"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # an account is closed by "active"; what it did stays true

    def choice_label(self, obj: Any) -> str:
        return f"{obj.display_name} ({obj.email})" if obj.display_name else obj.email

    # --- Form ---

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": self.add_fields})]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # Nobody locks themselves out; so there is always a superuser left.
        mine = ["is_active", "is_superuser"] if obj is not None and obj.pk == request.user.pk else []
        return [*self.readonly_fields, *mine]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if words := WORDS.get(db_field.name):
            kwargs |= {"label": words[0], "help_text": words[1]}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": forms.CheckboxSelectMultiple})

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        teaching.refresh_staff_flag(user.pk)
        if not change or "email" in form.changed_data:
            # An address given up must not open the account any longer.
            EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
            settle_address(user)

    @admin.display(description=gettext_lazy("teaches"))
    def teaches(self, obj: User) -> SafeString | str:
        courses = Course.objects.taught_by(obj)
        links = [(reverse("admin:courses_course_change", args=[course.pk]), course.title) for course in courses]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or _(
            "No course. Instructors are named on a course."
        )

    @admin.display(description=gettext_lazy("studies"))
    def studies(self, obj: User) -> SafeString:
        address = reverse("admin:enrollment_enrollment_changelist", query={"q": obj.email})
        return format_html('<a href="{}">{}</a>', address, _("Enrolments"))

    # --- Password ---

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [(reverse("admin:accounts_user_password", args=[obj.pk]), _("Set a password"))]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<path:object_id>/password/", view, name="accounts_user_password"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user: Any = self.get_object(request, unquote(object_id))
        form = PasswordForm(user, request.POST if request.method == "POST" else None)
        if form.is_valid():
            user.set_password(form.cleaned_data["password"])
            user.save(update_fields=["password"])
            self.log_change(request, user, _("A new password was set."))
            if user == request.user:
                update_session_auth_hash(request, user)
            text = _("The password of %(person)s is set. Wherever they were signed in, they have to log in again.")
            self.message_user(request, text % {"person": user}, messages.SUCCESS)
            return redirect("admin:accounts_user_change", user.pk)
        context = self.admin_site.each_context(request) | {
            "title": _("Set a password"),
            "subtitle": str(user),
            "form": form,
            "original": user,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/person_password.html", context, status=422 if form.errors else 200)

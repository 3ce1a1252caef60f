"""Admin pages that are closed by default, answer with our statuses and offer nothing that is not one's own."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AdminSplitDateTime, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.forms import Field as FormField
from django.forms import ModelChoiceField, Textarea
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .widgets import SearchSelect

PER_PAGE = 50
DEFAULT_ROWS = 6


if TYPE_CHECKING:
    PageOrInline = BaseModelAdmin
else:
    PageOrInline = object


class OwnChoices(PageOrInline):
    """Foreign keys offer, and accept, what the person may see of that model; the same rows as its autocomplete."""

    rows: dict[str, int] = {}  # field name → height of its text area, in lines

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        remote = db_field.remote_field.model
        known = self.admin_site.is_registered(remote)
        page = self.admin_site.get_model_admin(remote) if known else None
        kwargs.setdefault("queryset", page.get_queryset(request) if page else remote._default_manager.none())
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchSelect(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and isinstance(page, DeskAdmin):
            field.label_from_instance = page.choice_label  # type: ignore[method-assign]
        return field

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> FormField | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # without the buttons that open pages in windows of their own
        if isinstance(field.widget, Textarea):
            field.widget.attrs["rows"] = self.rows.get(db_field.name, DEFAULT_ROWS)
        if isinstance(field.widget, AdminSplitDateTime):
            for part, words in zip(field.widget.widgets, (_("%(field)s: date"), _("%(field)s: time")), strict=True):
                part.attrs["aria-label"] = words % {"field": capfirst(str(field.label))}
        return field


class DeskAdmin(OwnChoices, admin.ModelAdmin):
    """A page for superusers. What somebody may not see at all is 403, a stranger's object is 404."""

    list_per_page = PER_PAGE
    show_full_result_count = False  # counting all rows takes longer than finding some of them
    tells_deleted: Sequence[type[Model]] = ()  # what else goes with an object and is worth a line before deleting it

    # --- Rights ---

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404(_("There is nothing with this number here."))
        return found

    # --- Answers ---

    def get_inline_formsets(self, request: HttpRequest, formsets: Any, inline_instances: Any, obj: Any = None) -> Any:
        for inline, formset in zip(inline_instances, formsets, strict=True):
            if "collapse" in (inline.classes or ()) and obj is not None:
                # A closed section says how much it holds.
                inline.verbose_name_plural = f"{inline.verbose_name_plural} · {formset.initial_form_count()}"
        return super().get_inline_formsets(request, formsets, inline_instances, obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            context |= {"tools": self.tools(request, obj), "trail": self.trail(request, obj)}
        response = super().render_change_form(request, context, **kwargs)
        if context.get("errors"):
            response.status_code = 422
        return response

    def get_view_on_site_url(self, obj: Model | None = None) -> str | None:
        # Straight to the page. Django's detour would tell the address of any object to everybody on staff.
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """Further pages about `obj`: (address, words)."""
        return []

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        """What stands above `obj`, from the list on: (address, words)."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [(reverse(name), capfirst(str(self.opts.verbose_name_plural)))]

    def choice_label(self, obj: Model) -> str:
        """How `obj` is called where it can be chosen."""
        return str(obj)

    # --- Deleting ---

    def reason_to_keep(self, obj: Model) -> str:
        """A sentence that says why `obj` cannot be deleted and what to do instead; empty when it can."""
        return ""

    def get_deleted_objects(
        self, objs: Sequence[Model] | QuerySet, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        reasons = [reason for obj in objs if (reason := self.reason_to_keep(obj))]
        if reasons:
            return [], {}, set(), reasons
        _nested, counts, lacking, protected = super().get_deleted_objects(objs, request)
        told = {str(model._meta.verbose_name_plural) for model in self.tells_deleted}
        named = [f"{capfirst(self.opts.verbose_name)}: {obj}" for obj in objs]
        return named, {str(name): n for name, n in counts.items() if str(name) in told}, lacking, protected

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """One by one: `delete` of our models also counts and stamps what stands above them."""
        for obj in queryset:
            obj.delete()


class DeskInline(OwnChoices):
    """Rows within another page: who may change that page may change them."""

    extra = 0
    parent_model: type[Model]

    def page(self) -> admin.ModelAdmin:
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.page().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        page = self.page()
        return page.has_add_permission(request) if obj is None else page.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)


class DeskRows(DeskInline, admin.TabularInline):
    """Rows of small fields."""

    template = "admin/desk_rows.html"


class DeskTexts(DeskInline, admin.StackedInline):
    """Rows with long texts, one field below the other."""


def listed(names: Iterable[object], most: int = 10) -> str:
    """Such as “Lock, Waiting”; past `most` names, “Lock, Waiting and 3 more”."""
    words = [str(name) for name in names]
    if len(words) <= most:
        return ", ".join(words)
    return _("%(names)s and %(number)d more") % {"names": ", ".join(words[:most]), "number": len(words) - most}

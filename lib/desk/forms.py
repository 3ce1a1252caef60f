"""Forms that notice another editor, and lists of forms that keep their order."""

import hashlib
import json
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import BaseInlineFormSet
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .fields import SharedChoiceField
from .widgets import quicken


class VersionedForm(forms.ModelForm):
    """Refuses, once, to replace what somebody else saved while the page was open; what was typed stays.

    A subclass says what a version is. Its page has to show the field `opened_version`.
    """

    opened_version = forms.CharField(required=False, widget=forms.HiddenInput, label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound and "opened_version" in self.fields:
            self.initial["opened_version"] = self.version()

    def version(self) -> str:
        """Tells one saved state of the object from another. Called in a transaction when a form arrives: it also
        makes a second editor wait until the first has saved."""
        raise TypeError(f"{type(self).__name__} does not say what a version is")

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "opened_version"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if not self.instance.pk or "opened_version" not in self.fields:
            return data
        now = self.version()
        if self.cleaned_data.get("opened_version") != now:
            # Sent once more, the form is accepted: by then its writer knows.
            sent: Any = self.data
            self.data = MultiValueDict(dict(sent.lists()) | {self.add_prefix("opened_version"): [now]})
            raise ValidationError(
                _(
                    "Somebody changed this while you had it open; nothing of yours is lost, and nothing is saved yet. "
                    "Open this page in a second tab to see their version. "
                    "Save again to put yours in place of it."
                ),
                code="conflict",
            )
        return data


def fingerprint(*values: object) -> str:
    """The same for the same values, in short."""
    return hashlib.sha256(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:32]


class RowNumber(forms.Field):
    """Which row a form is about. Django's own field asks the database for each; the formset has found the rows."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class OrderedFormSet(BaseInlineFormSet):
    """Rows with a `position`. A new row without one goes to the end."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        key = form.instance._meta.pk.name
        form.fields[key] = RowNumber(required=False, initial=form.instance.pk)
        if "position" in form.fields:
            form.fields["position"].required = False
            if form.instance._state.adding:
                form.initial["position"] = None
        for field in form.fields.values():
            # In rows the words stand above the column: each field still has a name of its own.
            field.widget.attrs.setdefault("aria-label", capfirst(str(field.label or "")))
        quicken(form)

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Any:
        self._place(form)
        return super().save_new(form, commit=commit)

    def save_existing(self, form: forms.ModelForm, obj: Any, commit: bool = True) -> Any:
        self._place(form)
        return super().save_existing(form, obj, commit=commit)

    def _place(self, form: forms.ModelForm) -> None:
        if "position" in form.fields and form.cleaned_data.get("position") is None:
            form.instance.position = self._next_position()

    def _next_position(self) -> int:
        self._last = max((form.instance.position or 0 for form in self.forms), default=0) + 1
        return self._last

    # --- Rows that others depend on ---

    def reason_to_keep(self, obj: Any) -> str:
        """Why the row cannot be deleted and what to do instead; empty when it can."""
        return ""

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            # Django would pass over it, and with it over what was typed.
            if form.instance.pk is None and form not in self.deleted_forms:
                form.add_error(None, _("This was deleted meanwhile. Copy what you need, then delete it here too."))
        for form in self.deleted_forms:
            if form.instance.pk and (reason := self.reason_to_keep(form.instance)):
                raise ValidationError(reason, code="in_use")


class UnchangedPasses(forms.ModelForm):
    """A row of a long list: only what changed is compared with the database."""

    def _get_validation_exclusions(self) -> set[str]:
        # One of the given rows exists: no need to ask for each.
        chosen = {name for name, field in self.fields.items() if isinstance(field, SharedChoiceField)}
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | chosen

    def validate_unique(self) -> None:
        if self.has_changed():
            super().validate_unique()

    def validate_constraints(self) -> None:
        if self.has_changed():
            super().validate_constraints()

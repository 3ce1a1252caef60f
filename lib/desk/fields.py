"""Form fields and widgets for authors."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Model


class LinesField(forms.CharField):
    """A list of sentences, written one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line for row in super().clean(value).splitlines() if (line := " ".join(row.split()))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != [line for row in (data or "").splitlines() if (line := " ".join(row.split()))]


class SharedChoiceField(forms.ChoiceField):
    """One row out of a few, the same few in many forms of a page.

    A ModelChoiceField asks the database once a form; 200 cards would ask 200 times. This one is given the rows.
    """

    def __init__(self, rows: Callable[[], Iterable[Model]], **kwargs: Any) -> None:
        self._rows = rows
        super().__init__(choices=lambda: [("", "---------"), *((str(row.pk), str(row)) for row in rows())], **kwargs)

    def clean(self, value: Any) -> Model | None:
        chosen = super().clean(value)
        return next((row for row in self._rows() if str(row.pk) == chosen), None)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")

"""Form fields and widgets for authors."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _


class LinesField(forms.CharField):
    """A list of sentences, written one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line for row in super().clean(value).splitlines() if (line := " ".join(row.split()))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != [line for row in (data or "").splitlines() if (line := " ".join(row.split()))]


class PairsField(forms.CharField):
    """Words and what stands for them, one pair a line: `SQL = sequel`."""

    widget = forms.Textarea
    most = 500  # pairs
    longest = (60, 200)  # characters of a word, and of what stands for it

    def prepare_value(self, value: Any) -> Any:
        return (
            "\n".join(f"{word} = {said}" for word, said in sorted(value.items())) if isinstance(value, dict) else value
        )

    def clean(self, value: Any) -> Any:
        pairs: dict[str, str] = {}
        for number, row in enumerate(super().clean(value).splitlines(), 1):
            if not row.strip():
                continue
            word, sign, said = (" ".join(part.split()) for part in row.partition("="))
            if not (word and sign and said):
                raise forms.ValidationError(
                    _("Line %(number)d: write a word, “=”, and how to say it."), params={"number": number}
                )
            if len(word) > self.longest[0] or len(said) > self.longest[1]:
                raise forms.ValidationError(_("Line %(number)d is too long."), params={"number": number})
            if pairs.setdefault(word, said) != said:
                raise forms.ValidationError(_("“%(word)s” is here twice. Keep one of them."), params={"word": word})
        if len(pairs) > self.most:
            raise forms.ValidationError(_("These are too many words. Keep it to %(most)d."), params={"most": self.most})
        return pairs

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial or {}) or "").split() != (data or "").split()


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


class NamedChoiceField(SharedChoiceField):
    """One row out of many, by its name: a line to write in, with suggestions from a <datalist> that stands once on
    the page. A select would repeat all of them in every form."""

    widget = forms.TextInput

    def clean(self, value: Any) -> Model | None:
        name = " ".join(str(value or "").split())
        if not name:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        for row in self._rows():
            if str(row) == name:
                return row
        raise forms.ValidationError(_("There is nothing called “%(name)s” here."), params={"name": name})

    def prepare_value(self, value: Any) -> Any:
        """value: an id from the database, a row, or what was typed."""
        if isinstance(value, Model):
            return str(value)
        return next((str(row) for row in self._rows() if row.pk == value), value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != " ".join(str(data or "").split())

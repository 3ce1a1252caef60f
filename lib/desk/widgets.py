"""Widgets for long lists of rows.

Django renders each widget, and each option of a select, from a template of its own. A lesson with 200 cards has some
2,000 of them, which takes seconds. These write the same markup directly.
"""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminIntegerFieldWidget, AdminTextInputWidget, AutocompleteSelect
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class QuickInput(forms.Widget):
    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
        attrs = flatatt(widget["attrs"])
        return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attrs)


class QuickHidden(QuickInput, forms.HiddenInput):
    pass


class QuickNumber(QuickInput, AdminIntegerFieldWidget):
    pass


class QuickText(QuickInput, AdminTextInputWidget):
    pass


class QuickCheckbox(QuickInput, forms.CheckboxInput):
    pass


class QuickSelect(forms.Select):
    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], flatatt(option["attrs"]), option["label"])
                for _group, among, _index in widget["optgroups"]
                for option in among
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


class MarkdownArea(forms.Textarea):
    """Text to write Markdown in: wide, in a font where every character counts."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "markdown", "spellcheck": "true"} | (attrs or {}))

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        # The first line end of a text area is dropped by browsers: this one is, and not the text's own.
        return format_html(
            '<textarea name="{}"{}>\r\n{}</textarea>', widget["name"], flatatt(widget["attrs"]), widget["value"] or ""
        )


class SearchSelect(AutocompleteSelect):
    """A choice that is searched for. Its words while empty are also its name for screen readers."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["js/admin-choices.js"])

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        words = _("Choose: %(field)s") % {"field": self.field.verbose_name}
        return attrs | {"data-placeholder": words}


QUICK: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.HiddenInput: QuickHidden,
    forms.CheckboxInput: QuickCheckbox,
    forms.Select: QuickSelect,
    AdminIntegerFieldWidget: QuickNumber,
    AdminTextInputWidget: QuickText,
}


def quicken(form: forms.BaseForm) -> None:
    """Give the fields of `form` the quick twin of their widget where there is one."""
    for field in form.fields.values():
        slow = field.widget
        if twin := QUICK.get(type(slow)):
            field.widget = twin(attrs=slow.attrs)
            field.widget.is_required = slow.is_required
            if isinstance(slow, forms.Select):
                field.widget.choices = slow.choices

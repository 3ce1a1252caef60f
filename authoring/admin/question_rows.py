"""The rows a question consists of: options, answers, pairs, gaps, criteria. One small form each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.desk.widgets import quicken

from .question_fields import LevelsField, MarkdownInput, ShareField, WordsField

MOST_ROWS = 60
SHORT = 500  # characters of what learners type
NUMBER_KINDS = [
    ("abs", _("± this much")),
    ("rel", _("± this share")),
    ("sig", _("to so many figures")),
    ("range", _("from … to")),
]
GAP_KINDS = [("short", _("Short text")), ("numeric", _("Number")), ("single", _("One of several"))]


class Row(forms.Form):
    """A row whose `lead` is empty is no row."""

    lead = "text"
    title: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ShareField):
                field.offer((self.initial or {}).get("fraction"))
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))
        quicken(self)

    @property
    def is_blank(self) -> bool:
        return not str(self.cleaned_data.get(self.lead) or "").strip()


class OptionRow(Row):
    text = MarkdownInput(label=_("Option"), required=False, max_length=2_000)
    fraction = ShareField(initial="0.0")
    feedback = MarkdownInput(label=_("Said to who chose it"), required=False, max_length=2_000)
    misconception = forms.CharField(label=_("Misconception"), required=False, max_length=60)


class TickRow(Row):
    text = MarkdownInput(label=_("Option"), required=False, max_length=2_000)
    is_right = forms.BooleanField(label=_("Right"), required=False)
    feedback = MarkdownInput(label=_("Said to who ticked it"), required=False, max_length=2_000)
    misconception = forms.CharField(label=_("Misconception"), required=False, max_length=60)


class NumberRow(Row):
    lead = "value"
    value = forms.CharField(label=_("Number"), required=False, max_length=64)
    kind = forms.ChoiceField(label=_("Taken as equal"), choices=NUMBER_KINDS)
    tol = forms.CharField(label=_("Tolerance"), required=False, max_length=64)
    to = forms.CharField(label=_("Up to"), required=False, max_length=64)
    fraction = ShareField(initial="1.0")
    feedback = MarkdownInput(label=_("Said to who wrote it"), required=False, max_length=2_000)


class TextRow(Row):
    text = forms.CharField(label=_("Answer"), required=False, max_length=SHORT)
    fraction = ShareField(initial="1.0")
    feedback = MarkdownInput(label=_("Said to who wrote it"), required=False, max_length=2_000)


class RejectRow(Row):
    text = forms.CharField(label=_("Rejected word"), required=False, max_length=SHORT)
    feedback = MarkdownInput(label=_("Said to who wrote it"), required=False, max_length=2_000)


class GapRow(Row):
    lead = "gap"
    gap = forms.CharField(label=_("Gap"), required=False, max_length=3)
    kind = forms.ChoiceField(label=_("Kind"), choices=GAP_KINDS)
    right = WordsField(label=_("Right: any of these"), required=False, max_length=SHORT)
    wrong = WordsField(label=_("Wrong ones to choose from"), required=False, max_length=SHORT)
    tol = forms.CharField(label=_("Tolerance ±"), required=False, max_length=64)
    weight = forms.FloatField(label=_("Weight"), required=False, min_value=0, max_value=100, initial=1)


class PairRow(Row):
    lead = "left"
    left = MarkdownInput(label=_("This"), required=False, max_length=1_000)
    right = MarkdownInput(label=_("belongs to this"), required=False, max_length=1_000)


class TargetRow(Row):
    text = MarkdownInput(label=_("Target that nothing belongs to"), required=False, max_length=1_000, rows=1)


class ItemRow(Row):
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=99)
    text = MarkdownInput(label=_("Step"), required=False, max_length=1_000)


class FormulaRow(Row):
    lead = "expr"
    expr = forms.CharField(label=_("Formula"), required=False, max_length=256)
    fraction = ShareField(initial="1.0")
    feedback = MarkdownInput(label=_("Said to who wrote it"), required=False, max_length=2_000)


class CriterionRow(Row):
    lead = "title"
    title = forms.CharField(label=_("Criterion"), required=False, max_length=200)
    levels = LevelsField(label=_("Points of its levels"), required=False, initial="0, 1, 2, 4")
    weight = forms.FloatField(label=_("Weight"), required=False, min_value=0, max_value=100, initial=1)
    id = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)


class RowSet(forms.BaseFormSet):
    """Rows in the order they stand in. An emptied row goes; the columns are those of its form."""

    legend: Any = ""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = str(_("Delete"))

    @property
    def columns(self) -> list[forms.BoundField]:
        return [field for field in self.empty_form if not field.is_hidden and field.name != "DELETE"]

    def kept(self) -> list[dict[str, Any]]:
        """What was typed, row by row; asked for once the rows are valid."""
        kept = [form.cleaned_data for form in self.filled()]
        # Rows that say their place stand there; those that do not stay behind the one above them.
        last = 0
        for row in kept:
            last = row["place"] = row.get("place") or last
        return sorted(kept, key=lambda row: int(row["place"]))

    def filled(self) -> list[Row]:
        rows = [form for form in self.forms if form not in self.deleted_forms and hasattr(form, "cleaned_data")]
        return [form for form in rows if isinstance(form, Row) and form.cleaned_data and not form.is_blank]


def rowset(row: type[Row], legend: Any, blank: int = 2) -> type[RowSet]:
    """blank: how many empty rows stand below the filled ones, for who has no JavaScript to add more."""
    made: Any = forms.formset_factory(
        row, formset=RowSet, extra=blank, can_delete=True, max_num=MOST_ROWS, validate_max=True, absolute_max=200
    )
    made.legend = legend
    return made


ROWSETS: dict[str, dict[str, type[RowSet]]] = {
    "single": {"options": rowset(OptionRow, _("Options"), 4)},
    "multiple": {"options": rowset(TickRow, _("Options"), 4)},
    "truefalse": {},
    "numeric": {"answers": rowset(NumberRow, _("Numbers that earn something"))},
    "short": {
        "answers": rowset(TextRow, _("Answers that earn something"), 3),
        "reject": rowset(RejectRow, _("Words that look alike and are wrong")),
    },
    "cloze": {"gaps": rowset(GapRow, _("Gaps"), 3)},
    "matching": {"pairs": rowset(PairRow, _("Pairs"), 4), "targets": rowset(TargetRow, _("Extra targets"))},
    "ordering": {"items": rowset(ItemRow, _("Steps in the right order"), 4)},
    "formula": {"answers": rowset(FormulaRow, _("Formulas that earn something"))},
    "essay": {"rubric": rowset(CriterionRow, _("What is marked"), 3)},
}

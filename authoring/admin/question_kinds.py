"""The single fields that a question has because of its kind, beside its rows."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from .question_fields import MarkdownInput, WordsField

MULTIPLE_RULES = [
    ("all", _("Only exactly the right ones earn the points")),
    ("plus_minus", _("Each right tick adds its share, each wrong one takes a share away")),
    ("per_option", _("Each option counts on its own, ticked or left")),
    ("capped", _("Each right tick adds its share; nothing for more ticks than there are right ones")),
    ("no_wrong", _("Each right tick adds its share; one wrong tick earns nothing (JEE Advanced)")),
]
ORDER_RULES = [
    ("kendall", _("By how many pairs stand in the right order")),
    ("exact", _("Only the exact order earns the points")),
    ("place", _("Each step in its right place earns its share")),
    ("adjacent", _("Each step followed by its right neighbour earns its share")),
]
PAIR_RULES = [("part", _("Each right pair earns its share")), ("all", _("Only all pairs right earn the points"))]
DOMAINS = [("real", _("All real numbers")), ("positive", _("Positive numbers only"))]
DECIMALS = [(".", _("Point: 9.81")), (",", _("Comma: 9,81"))]


class OwnForm(forms.Form):
    """No fields of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class MultipleForm(OwnForm):
    rule = forms.ChoiceField(label=_("How ticks count"), choices=MULTIPLE_RULES)


class TrueFalseForm(OwnForm):
    right = forms.ChoiceField(
        label=_("The statement is"),
        choices=[("true", _("True")), ("false", _("False"))],
        widget=forms.RadioSelect,
    )
    said_true = MarkdownInput(label=_("Said to who chose “True”"), required=False, max_length=2_000)
    said_false = MarkdownInput(label=_("Said to who chose “False”"), required=False, max_length=2_000)


class NumericForm(OwnForm):
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=DECIMALS)
    asks_unit = forms.BooleanField(label=_("Learners write the unit too"), required=False)
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=40,
        help_text=_("Such as m/s. Other units of the same kind are converted: 36 km/h is 10 m/s."),
    )
    unit_penalty = forms.FloatField(
        label=_("Taken off for a missing or wrong unit"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("A share from 0 to 1; with 1 such an answer earns nothing."),
    )
    sig_penalty = forms.FloatField(
        label=_("Taken off for the wrong number of figures"),
        required=False,
        min_value=0,
        max_value=1,
        help_text=_("A share from 0 to 1, for answers that are taken as equal to so many figures."),
    )


class ShortForm(OwnForm):
    case = forms.BooleanField(label=_("Capitals have to be right"), required=False)
    accents = forms.BooleanField(label=_("Accents have to be right"), required=False)
    hints = forms.BooleanField(
        label=_("Tell who nearly wrote it"),
        required=False,
        help_text=_("A near miss earns nothing; afterwards it is told to have been near."),
    )


class ClozeForm(OwnForm):
    text = MarkdownInput(
        label=_("Text with gaps"), rows=6, max_length=10_000, help_text=_("A gap is its number: [[1]], [[2]] and on.")
    )


class MatchingForm(OwnForm):
    rule = forms.ChoiceField(label=_("How pairs count"), choices=PAIR_RULES)


class OrderingForm(OwnForm):
    rule = forms.ChoiceField(label=_("How the order counts"), choices=ORDER_RULES)


class FormulaForm(OwnForm):
    vars = WordsField(
        label=_("Variables"),
        required=False,
        max_length=100,
        validators=[RegexValidator(r"^[A-Za-z_0-9,\s]*$", _("Write names such as x, y divided by commas."))],
    )
    domain = forms.ChoiceField(label=_("They stand for"), choices=DOMAINS)


class EssayForm(OwnForm):
    words = forms.IntegerField(
        label=_("Words"), required=False, min_value=1, max_value=20_000, help_text=_("About how many. Empty: as many.")
    )
    sample = MarkdownInput(
        label=_("A good answer"), required=False, rows=8, max_length=10_000, help_text=_("For who marks it.")
    )


KINDS: dict[str, type[OwnForm]] = {
    "single": OwnForm,
    "multiple": MultipleForm,
    "truefalse": TrueFalseForm,
    "numeric": NumericForm,
    "short": ShortForm,
    "cloze": ClozeForm,
    "matching": MatchingForm,
    "ordering": OrderingForm,
    "formula": FormulaForm,
    "essay": EssayForm,
}

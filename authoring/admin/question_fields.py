"""Fields of question forms: shares, and short lists on one line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.texts import tidy
from lib.desk.widgets import MarkdownArea

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)  # of a question's points
MOST_WORDS = 20  # in a short list
NEAR = 1e-6  # a third is written in different ways


def percent(share: float) -> str:
    """Such as “33.3 %”."""
    return f"{round(share * 100, 1):g} %"


class ShareField(forms.TypedChoiceField):
    """What an answer earns, as a share of the question's points; shares from an import stay as they are."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Earns"))
        super().__init__(choices=self._choices, coerce=float, **kwargs)
        self._others: set[float] = set()

    def _choices(self) -> list[tuple[str, str]]:
        shares = sorted({*SHARES, *getattr(self, "_others", ())}, reverse=True)
        words = {1.0: _("Right"), 0.0: _("Wrong")}
        return [(str(share), words.get(share) or _("%(share)s right") % {"share": percent(share)}) for share in shares]

    def prepare_value(self, value: Any) -> Any:
        return str(float(value)) if isinstance(value, int | float) else value

    def valid_value(self, value: Any) -> bool:
        # A share that the page itself offered comes back; any other between nothing and all is no harm either.
        try:
            return 0.0 <= float(value) <= 1.0
        except (TypeError, ValueError):
            return False

    def offer(self, share: object) -> None:
        """Let a share that is none of the usual ones stand among the choices."""
        if isinstance(share, int | float) and 0.0 <= share <= 1.0:
            self._others.add(float(share))
            self.choices = self._choices

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


class MarkdownInput(forms.CharField):
    """Markdown of a row: Unix line ends, nothing around it."""

    widget = MarkdownArea

    def __init__(self, *, rows: int = 2, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.widget.attrs["rows"] = rows

    def clean(self, value: Any) -> str:
        return tidy(super().clean(value) or "").strip()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return tidy(initial or "").strip() != tidy(data or "").strip()


class WordsField(forms.CharField):
    """A few words on one line, divided by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(word) for word in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        value = self.prepare_value(value)  # a field that is disabled hands in what it was given
        words = [word for part in (super().clean(value) or "").split(",") if (word := " ".join(part.split()))]
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(_("Keep it to %(most)d."), params={"most": MOST_WORDS})
        return list(dict.fromkeys(words))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial or "") != (data or "")


class LevelsField(WordsField):
    """The points of a criterion's levels, rising: “0, 1, 2, 4”."""

    def clean(self, value: Any) -> list[int]:
        words = super().clean(value)
        if not words and not self.required:
            return []
        try:
            levels = [int(word) for word in words]
        except ValueError:
            raise forms.ValidationError(_("Write whole numbers divided by commas, such as 0, 1, 2, 4.")) from None
        if len(levels) < 2 or levels != sorted(set(levels)) or levels[0] < 0 or levels[-1] > 100:
            raise forms.ValidationError(_("Write at least two levels, rising, from 0 to 100 at most."))
        return levels

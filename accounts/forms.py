"""What people set about themselves."""

from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import User

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
MOST_TOKENS = 20  # a person


@cache
def time_zones() -> list[str]:
    """What is offered while typing: places, without the old names such as Poland or Etc/GMT+3."""
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in AREAS)]


@cache
def zones_by_words() -> dict[str, str]:
    """Ways of writing a zone: "europe/berlin", "new york". A city that two areas share has only the long way."""
    cities: dict[str, set[str]] = {}
    for name in time_zones():
        cities.setdefault(name.rpartition("/")[2].lower(), set()).add(name)
    short = {city: names.pop() for city, names in cities.items() if len(names) == 1}
    return short | {name.lower(): name for name in available_timezones()}


class ProfileForm(forms.ModelForm):
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = [
            "display_name",
            "time_zone",
            "locale",
            "theme",
            "tier",
            "text_size",
            "reading_font",
            "playback_rate",
            "shortcuts_on",
        ]
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
            "theme": forms.RadioSelect,
            "tier": forms.RadioSelect,
            "text_size": forms.RadioSelect,
            "reading_font": forms.RadioSelect,
            "playback_rate": forms.NumberInput(attrs={"min": "0.5", "max": "3", "step": "0.05"}),
        }
        help_texts = {
            "time_zone": _("Your city decides when a day of yours begins."),
            "tier": _("What a summary shows first. You can switch on every page."),
            "playback_rate": _("1 is the speed of speech."),
            "shortcuts_on": _("Keys such as / for search. Press ? on any page to see them."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        self.initial["playback_rate"] = f"{self.instance.playback_rate.normalize():f}"  # 1, not 1.00

    def clean_time_zone(self) -> str:
        typed = self.cleaned_data["time_zone"].strip()
        return zones_by_words().get(typed.lower().replace(" ", "_"), typed)

    def save_changes(self) -> None:
        """Write only what changed: another tab may have changed the rest."""
        if self.changed_data:
            self.instance.save(update_fields=self.changed_data)


class PreferenceForm(ProfileForm):
    """Single preferences, as switches on other pages send them: only the fields that came."""

    class Meta(ProfileForm.Meta):
        fields = ["time_zone", "theme", "tier", "text_size", "reading_font", "playback_rate", "shortcuts_on"]

    locale = None  # type: ignore[assignment]

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in set(self.fields) - set(data):
            del self.fields[name]


class TokenForm(forms.Form):
    LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year"))]

    name = forms.CharField(label=_("What is it for?"), max_length=60, help_text=_("So that you know it again later."))
    days = forms.ChoiceField(label=_("Works for"), choices=LIFETIMES, initial="365")

    def lifetime(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))

"""Who acts on the desk, and acts that need a reason."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


class ReasonForm(forms.Form):
    """What is done to somebody's work is done for a reason, which stays on record."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stays in the history. The learner may be shown it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})

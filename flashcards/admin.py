from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson
from lessons.admin import WRITING
from lessons.models import Concept
from lib.desk.fields import SharedChoiceField
from lib.desk.forms import OrderedFormSet, UnchangedPasses
from lib.desk.pages import DeskRows

from .models import Card


class CardInline(DeskRows):
    model = Card
    formset = OrderedFormSet
    form = UnchangedPasses
    formfield_overrides = WRITING
    fields = ["position", "kind", "front", "back", "concept"]
    rows = {"front": 2, "back": 2}
    classes = ["collapse"]

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        self._lesson = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "concept":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return SharedChoiceField(
            self._concepts(),
            required=False,
            label=db_field.verbose_name,
            help_text=_("New concepts can be chosen once the lesson is saved."),
        )

    def _concepts(self) -> Callable[[], list[Concept]]:
        """The lesson's concepts, read once for all cards."""
        known: list[Concept] = []

        def concepts() -> list[Concept]:
            if not known and isinstance(self._lesson, Lesson):
                known.extend(self._lesson.concepts.all())
            return known

        return concepts

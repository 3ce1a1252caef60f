"""The form that corrects the key of a version: what learners saw stands as it was, what earns marks can change."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.desk.widgets import quicken
from quizzes.grading.mistakes import mistakes
from quizzes.models import QuestionVersion, RegradeRun

from . import question_specs
from .question_kinds import KINDS
from .question_rows import ROWSETS, RowSet

# What belongs to the words of a question: by row set, by field.
SEEN = {"options": ["text"], "pairs": ["left"], "items": ["text"], "gaps": ["gap", "kind"], "targets": ["text"]}
SEEN_OWN = ["decimal", "asks_unit", "vars", "domain", "text", "words"]
FIXED = {"options", "pairs", "items", "gaps", "targets"}  # no row more, no row less
NO_KEY = {RegradeRun.Policy.VOID, RegradeRun.Policy.DROP}


class PolicyForm(forms.Form):
    policy = forms.ChoiceField(
        label=gettext_lazy("What counts"), choices=RegradeRun.Policy.choices, widget=forms.RadioSelect
    )
    lowers_nobody = forms.BooleanField(
        label=gettext_lazy("Nobody's score falls"),
        required=False,
        help_text=gettext_lazy("Whoever would lose marks keeps what they had."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stays in the history and is told to learners whose score changes."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"policy": RegradeRun.Policy.BOTH})
        super().__init__(*args, **kwargs | {"label_suffix": "", "prefix": "run"})


class KeyEditor:
    def __init__(self, version: QuestionVersion, data: Any = None, proposed: dict[str, Any] | None = None) -> None:
        """proposed: the key to begin with, if it is not the one that counts now."""
        assert version.revision is not None
        self.version = version
        self.kind = str(version.question.kind)
        self.old: question_specs.Spec = (dict(version.body), dict(version.revision.key))
        rows, own = question_specs.written(self.kind, version.body, proposed or version.revision.key)
        self.policy = PolicyForm(data)
        self.own = KINDS[self.kind](data, prefix="own", initial=own)
        self.rowsets: dict[str, RowSet] = {}
        for name, rowset in ROWSETS[self.kind].items():
            self.rowsets[name] = self._rowset(name, rowset, data, rows.get(name, []))
        for name in SEEN_OWN:
            if name in self.own.fields:
                self.own.fields[name].disabled = True
        self.problems: list[str] = []
        self.key: dict[str, Any] = self.old[1]

    def _rowset(self, name: str, rowset: type[RowSet], data: Any, rows: list[dict[str, Any]]) -> RowSet:
        class Fixed(rowset):  # type: ignore[misc, valid-type]
            extra = 0 if name in FIXED else rowset.extra
            can_delete = name not in FIXED

        made: RowSet = Fixed(data, prefix=name, initial=rows or None)
        targets = [(each["text"], each["text"]) for each in self.version.body.get("right", [])]
        for form in made.forms if name in FIXED else []:
            for field in SEEN.get(name, []):
                form.fields[field].disabled = True
            if name == "pairs":
                form.fields["right"] = forms.ChoiceField(choices=targets, label=_("belongs to this"))
                quicken(form)
        return made

    def is_valid(self) -> bool:
        if not self.policy.is_valid():
            return False
        if self.policy.cleaned_data["policy"] in NO_KEY:
            return True
        parts: list[Any] = [self.own, *self.rowsets.values()]
        checked = [each.is_valid() for each in parts]  # all of them: all their errors
        if not all(checked):
            return False
        rows = {name: rowset.kept() for name, rowset in self.rowsets.items()}
        body, self.key = question_specs.spec(self.kind, rows, self.own.cleaned_data, self.old)
        if in_order(body) != in_order(self.old[0]):
            self.problems.append(
                _("That would change what learners saw. Change words on the page of the question: they are a version.")
            )
        else:
            found = mistakes(self.kind, self.old[0], self.key, self.version.stem)
            self.problems.extend(mistake.sentence for mistake in found)
        return not self.problems

    @property
    def has_errors(self) -> bool:
        return self.policy.is_bound and bool(
            self.problems
            or self.policy.errors
            or self.own.errors
            or any(rowset.total_error_count() for rowset in self.rowsets.values())
        )


def in_order(body: Any) -> Any:
    """`body` with everything that has an id in the order of ids: their place says nothing."""
    if isinstance(body, dict):
        return {name: in_order(part) for name, part in body.items()}
    if isinstance(body, list) and all(isinstance(each, dict) and "id" in each for each in body):
        return sorted((in_order(each) for each in body), key=lambda each: str(each["id"]))
    return body


def with_right_option(version: QuestionVersion, option: str) -> dict[str, Any] | None:
    """The key of `version` if `option` were the right one; None where that makes no sense."""
    key = dict(version.revision.key) if version.revision else {}
    options = [each["id"] for each in version.body.get("options", [])] or ["true", "false"]
    if version.question.kind not in {"single", "truefalse"} or option not in options:
        return None
    return key | {"options": {name: 1.0 if name == option else 0.0 for name in options}}

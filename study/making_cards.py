"""A learner's own cards, made from questions."""

from django.utils.translation import gettext as _

from accounts.models import User
from flashcards.models import OwnCard
from quizzes.models import Answer, Attempt, Kind, QuestionVersion

from . import explaining
from .results import lesson_of


def make(user: User, attempt: Attempt, answer: Answer) -> OwnCard | None:
    """The card of this question, the one that is there already if so; None when no lesson could keep it.

    The caller has checked that the key may be seen. Wants the version's question, concept and revision selected.
    """
    question = answer.version.question
    lesson = lesson_of(attempt, question)
    if lesson is None:
        return None
    front, back = sides(answer.version)
    card, _is_new = OwnCard.objects.get_or_create(
        learner=user,
        source=question.public_id,
        defaults={"lesson": lesson, "concept": question.concept, "front": front, "back": back},
    )
    return card


def sides(version: QuestionVersion) -> tuple[str, str]:
    """Front and back as Markdown."""
    key = version.revision.key if version.revision else {}
    front, back = version.stem.strip(), _answer(version, key)
    if version.question.kind == Kind.CLOZE:
        front = "\n\n".join(filter(None, [front, _with_gaps(version)]))
    elif version.question.kind == Kind.TRUE_FALSE:
        front = _("True or false? %(statement)s") % {"statement": front}
    explanation = version.explanation.strip()
    return front, "\n\n".join(filter(None, [back, explanation]))


def _with_gaps(version: QuestionVersion) -> str:
    text = str(version.body.get("text", ""))
    for name in version.body.get("gaps", {}):
        text = text.replace(f"[[{name}]]", f"({name}) …")
    return text


def _answer(version: QuestionVersion, key: dict) -> str:
    """The right answer: one line, or a list."""
    body, kind = version.body, version.question.kind
    texts = {one["id"]: one["text"] for name in ("options", "left", "right", "items") for one in body.get(name, [])}
    match kind:
        case Kind.TRUE_FALSE:
            return ", ".join(_("True") if one == "true" else _("False") for one, share in _shares(key) if share == 1)
        case Kind.SINGLE:
            return _listed([texts[one] for one, share in _shares(key) if share == 1 and one in texts])
        case Kind.MULTIPLE:
            return _listed([texts[one] for one in key.get("right", []) if one in texts])
        case Kind.MATCHING:
            pairs = [one for one in key.get("pairs", {}).items() if set(one) <= set(texts)]
            return _listed([f"{texts[left]} → {texts[right]}" for left, right in pairs], "-")
        case Kind.ORDERING:
            return _listed([texts[one] for one in key.get("order", []) if one in texts], "1.")
        case Kind.CLOZE:
            gaps = [(name, _gap(gap, key.get("gaps", {}).get(name, {}))) for name, gap in body.get("gaps", {}).items()]
            return _listed([f"({name}) {right}" for name, right in gaps], "-")
        case Kind.ESSAY:
            return str(key.get("sample", ""))
    return next(iter(explaining.written(key)), "")


def _gap(gap: dict, key: dict) -> str:
    texts = {one["id"]: one["text"] for one in gap.get("options", [])}
    if texts:
        return ", ".join(texts[one] for one, share in _shares(key) if share == 1 and one in texts)
    return next(iter(explaining.written(key)), "")


def _shares(key: dict) -> list[tuple[str, float]]:
    return list(key.get("options", {}).items())


def _listed(texts: list[str], mark: str = "") -> str:
    if len(texts) == 1 and not mark:
        return texts[0]
    return "\n".join(f"{mark or '-'} {text}" for text in texts)

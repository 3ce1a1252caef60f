"""The two sides of a card as HTML."""

import re
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib import markup

from .models import Card

HIDDEN = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Face:
    kind: str
    front: SafeString
    back: SafeString
    concept: str
    anchor: str = ""  # where it stands on its page


def face(card: Card) -> Face:
    return Face(card.kind, front(card), back(card), card.concept.name if card.concept else "")


def front(card: Card) -> SafeString:
    """What is asked. A cloze shows a gap for each hidden piece."""
    text = HIDDEN.sub(lambda match: _("[gap]"), card.front) if card.kind == Card.Kind.CLOZE else card.front
    return markup.inline(text)


def back(card: Card) -> SafeString:
    """The answer. A cloze shows its whole sentence with the hidden pieces in bold."""
    if card.kind == Card.Kind.CLOZE:
        return markup.inline(HIDDEN.sub(lambda match: f"**{match[1].strip()}**", card.front))
    return markup.joined(card.back)

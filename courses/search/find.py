"""From what somebody typed to a page of results."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone
from rapidfuzz import process
from rapidfuzz.distance import OSA

from lib.paging import nearest

from ..models import SearchEntry
from ..models.publishing import published_q
from .engine import Hit, engine
from .words import tidy, words_of

PAGE_SIZE = 20
SHORTEST_QUERY = 2  # characters
# Share of letters that must agree (OSA: a swap of neighbours is one mistake): "multiprocesing" agrees to 0.93.
LIKE_ENOUGH = 0.72


@dataclass(frozen=True)
class Results:
    """What was found.

    query: what was asked, tidied. words: what was looked for. page: of hits; `entries` are its rows.
    counts: hits by kind. corrected: what was looked for instead of `query`, if that found nothing.
    is_partial: no entry holds all words; these hold some.
    """

    query: str
    words: Sequence[str]
    page: Page
    entries: Sequence[SearchEntry] = ()
    counts: Counter[str] = field(default_factory=Counter)
    corrected: str = ""
    is_partial: bool = False

    @property
    def is_too_short(self) -> bool:
        return not self.words


@dataclass(frozen=True)
class Finding:
    """All that a query finds, before it is cut into pages."""

    words: Sequence[str]
    hits: Sequence[Hit]
    corrected: str = ""
    is_partial: bool = False


def find(text: str, kind: str = "", page: object = 1) -> Results:
    """Published entries for `text`, best first, 20 a page; of one kind if `kind` names one. At most five queries."""
    query = tidy(text)
    finding = _recall(query)
    counts = Counter(hit.kind for hit in finding.hits)
    hits = [hit for hit in finding.hits if hit.kind == kind] if kind in counts else finding.hits
    shown = nearest(Paginator(hits, PAGE_SIZE), page)
    entries = _load(list(shown.object_list))
    return Results(query, finding.words, shown, entries, counts, finding.corrected, finding.is_partial)


def _recall(query: str) -> Finding:
    """What `query` found a moment ago, else what it finds now: pages and kinds of one search need it again."""
    cache, name = caches["searches"], hashlib.sha256(query.encode(errors="replace")).hexdigest()
    finding = cache.get(name)
    if finding is None:
        finding = _look(query)
        cache.set(name, finding)
    return finding


def _look(query: str) -> Finding:
    words = words_of(query) if len(query) >= SHORTEST_QUERY else []
    if not words:
        return Finding([], [])
    now = timezone.now()
    hits = engine().find(words, query.lower(), now)
    if hits:
        return Finding(words, hits)
    better = correct(words)
    if better != words and (hits := engine().find(better, " ".join(better), now)):
        return Finding(better, hits, corrected=" ".join(better))
    if len(words) > 1 and (hits := engine().find(better, query.lower(), now, every=False)):
        return Finding(better, hits, is_partial=True)
    return Finding(words, [])


def correct(words: Sequence[str]) -> list[str]:
    """The words with mistyped ones put right; unknown words that resemble nothing stay as they are."""
    known = engine().similar(words)
    return [_closest(word, known.get(word, ())) for word in words]


def _closest(word: str, candidates: Sequence[str]) -> str:
    if word in candidates or len(word) < 3:
        return word
    ranked = process.extract(
        word, sorted(candidates), scorer=OSA.normalized_similarity, score_cutoff=LIKE_ENOUGH, limit=1
    )
    return ranked[0][0] if ranked else word


def _load(hits: Sequence[Hit]) -> list[SearchEntry]:
    """The entries in this order. Asked once more for what is published: hits may be a moment old."""
    listed = Q(lesson=None) | published_q(prefix="lesson__")
    entries = (
        SearchEntry.objects.filter(listed, published_q(prefix="course__"))
        .select_related("course__track", "lesson")
        .in_bulk([hit.entry_id for hit in hits])
    )
    return [entries[hit.entry_id] for hit in hits if hit.entry_id in entries]

"""How much of a lesson is read: a pure function of the evidence and of the blocks published now."""

from collections.abc import Collection, Mapping

from accounts.models import Tier

# Parts that everybody reads. Of the three summaries one is enough; the transcript counts as listening, not here.
SHARED_PARTS = frozenset({"concepts", "examples", "memory-aids"})
SUMMARIES = tuple(f"summary-{tier}" for tier in Tier.values)


def words_read(
    words: Mapping[str, tuple[str, int]], read: Collection[str], totals: Mapping[str, int] | None = None
) -> tuple[int, int]:
    """(words read, words to read) of one lesson.

    words: block key → (part, words), of the blocks published now; read: keys of the blocks that were read, whether
    they still exist or not; totals: what `words_of_parts` says of `words`, if it is known already.
    The summary counts in the tier of which most is read; of equal ones, the longest.
    """
    totals = words_of_parts(words) if totals is None else totals
    done: dict[str, int] = {}
    for key in set(read) & words.keys():
        part, count = words[key]
        done[part] = done.get(part, 0) + count
    summaries = [part for part in SUMMARIES if totals.get(part)]
    tier = max(summaries, key=lambda part: (done.get(part, 0) / totals[part], totals[part]), default="")
    parts = SHARED_PARTS | {tier}
    return sum(done.get(part, 0) for part in parts), sum(totals.get(part, 0) for part in parts)


def words_of_parts(words: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """part → words in it."""
    totals: dict[str, int] = {}
    for part, count in words.values():
        totals[part] = totals.get(part, 0) + count
    return totals


def percent(read: int, total: int) -> int:
    """Whole percent, 0 to 100. Only what is wholly read is 100, and anything read at all is at least 1."""
    if total <= 0 or read <= 0:
        return 0
    if read >= total:
        return 100
    return min(max(round(100 * read / total), 1), 99)


def keys_of_page(words: Mapping[str, tuple[str, int]], tier: str) -> set[str]:
    """Keys of the blocks that stand on the Read page in `tier`."""
    return {key for key, (part, _) in words.items() if part in SHARED_PARTS or part == f"summary-{tier}"}

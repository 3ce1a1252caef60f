"""How much of a lesson is read: a pure function of the evidence and of the blocks published now."""

from collections.abc import Collection, Mapping

from accounts.models import Tier

# Parts that everybody reads. Of the three summaries one is enough; the transcript counts as listening, not here.
SHARED_PARTS = frozenset({"concepts", "examples", "memory-aids"})


def words_read(words: Mapping[str, tuple[str, int]], read: Collection[str]) -> tuple[int, int]:
    """(words read, words to read) of one lesson.

    words: block key → (part, words), of the blocks published now; read: keys of the blocks that were read, whether
    they still exist or not. The summary counts in the tier of which most is read; of equal ones, the longest.
    """
    done = {part: 0 for part in _summaries()}
    total = dict(done)
    shared_done = shared_total = 0
    read = set(read)
    for key, (part, count) in words.items():
        if part in total:
            total[part] += count
            done[part] += count if key in read else 0
        elif part in SHARED_PARTS:
            shared_total += count
            shared_done += count if key in read else 0
    tier = max((part for part in total if total[part]), key=lambda part: (done[part] / total[part], total[part]), default="")
    return shared_done + done.get(tier, 0), shared_total + total.get(tier, 0)


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


def _summaries() -> list[str]:
    return [f"summary-{tier}" for tier in Tier.values]

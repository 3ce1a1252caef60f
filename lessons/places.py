"""Where a paragraph stands: the address of its page, in the right mode and tier, with the paragraph as fragment."""

LISTEN_PARTS = frozenset({"conversation", "audiobook"})
SUMMARY = "summary-"


def address(lesson_url: str, part: str, key: str) -> str:
    """lesson_url: of the Read page; part, key: of the block."""
    if part in LISTEN_PARTS:
        return f"{lesson_url}listen/#b-{key}"
    if part.startswith(SUMMARY):
        return f"{lesson_url}?tier={part.removeprefix(SUMMARY)}#b-{key}"
    return f"{lesson_url}#b-{key}"

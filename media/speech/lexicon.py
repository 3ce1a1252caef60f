"""The pronunciation of a course: words and signs, and what to say for each."""

import re
from collections.abc import Iterator, Mapping


class Lexicon:
    def __init__(self, entries: Mapping[str, str]) -> None:
        self.exact = {" ".join(written.split()): said for written, said in entries.items() if written.strip()}
        # Longest first: “SQL Server” before “SQL”. One group for each, which tells the entry: two texts that match
        # without regard to case need not be equal when folded (“ı” and “i”).
        self.ordered = sorted(self.exact, key=lambda each: (-len(each), each))
        self.pattern = re.compile("|".join(f"({_pattern(each)})" for each in self.ordered)) if self.exact else None

    def runs(self, text: str) -> Iterator[tuple[int, int, str | None]]:
        """All of `text` as (begin, end, what to say for it); None where it stands as it is."""
        begin = 0
        for match in self.pattern.finditer(text) if self.pattern else ():
            if begin < match.start():
                yield begin, match.start(), None
            yield match.start(), match.end(), self._said(match)
            begin = match.end()
        if begin < len(text):
            yield begin, len(text), None

    def _said(self, match: re.Match[str]) -> str:
        found = " ".join(match[0].split())
        # “Nora” and “nora” may both be entries.
        return self.exact[found if found in self.exact else self.ordered[(match.lastindex or 1) - 1]]


def _minds_case(written: str) -> bool:
    """“SQL” and “iOS” do, “Nora” and “cache” do not."""
    return any(letter.isupper() for letter in written[1:])


def _pattern(written: str) -> str:
    body = r"\s+".join(map(re.escape, written.split()))
    # Whole words: but a sign such as → or C++ ends where it ends.
    before = r"(?<!\w)" if re.match(r"\w", written) else ""
    after = r"(?!\w)" if re.search(r"\w$", written) else ""
    return before + (body if _minds_case(written) else f"(?i:{body})") + after

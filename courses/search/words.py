"""What a word is: the same for documents, queries and both engines."""

import re
import unicodedata

LONGEST_QUERY = 200  # characters
MOST_WORDS = 12  # of a query; the rest is ignored
WORD = re.compile(r"[^\W_]+")
# Words that say nothing about a topic. PostgreSQL leaves out its own list of them; SQLite has none.
FILLERS = frozenset(
    WORD.findall(
        "a an and are as at be but by do does for from how i if in into is it its me my no not of on or our so than "
        "that the their them then there these they this to was we what when where which who why will with you your"
    )
)


def tidy(text: str) -> str:
    """A query as it can be shown: one line, no control characters, at most 200 characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * LONGEST_QUERY])
    return " ".join(printable.split())[:LONGEST_QUERY].rstrip()


def fold(text: str) -> str:
    """Lower case, without accents: "Café" becomes "cafe"."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).lower()


def words_of(query: str) -> list[str]:
    """The words to look for, in order, each once. Fillers go unless there is nothing else."""
    found = list(dict.fromkeys(WORD.findall(fold(query))))
    telling = [word for word in found if word not in FILLERS]
    return (telling or found)[:MOST_WORDS]


def vocabulary(text: str) -> set[str]:
    """Words worth suggesting for a mistyped one."""
    return {word for word in WORD.findall(fold(text)) if 3 <= len(word) <= 40 and word.isalpha()}


def variants(text: str) -> str:
    """The folded form of each word that has accents."""
    if text.isascii():
        return ""
    accented = {word for word in WORD.findall(text) if not word.isascii()}
    return " ".join(sorted({fold(word) for word in accented}))

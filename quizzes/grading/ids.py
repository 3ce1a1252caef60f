"""Names for options and items that tell neither their order nor the key."""

import base64
import hashlib
from collections.abc import Iterable


def new(texts: Iterable[str]) -> list[str]:
    """One id for each text, all different. The same texts have the same ids, in whichever order they come."""
    taken: set[str] = set()
    return [_free(text, taken) for text in texts]


def _free(text: str, taken: set[str]) -> str:
    again = 0
    while (found := _short(f"{text.strip()}\0{again}" if again else text.strip())) in taken:
        again += 1
    taken.add(found)
    return found


def _short(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).digest()
    return base64.b32encode(digest).decode().lower()

"""A cache in the memory of one process that hands out the very objects it was given.

Django's own (`locmem`) pickles every value on its way in and out, which costs more than many a query. Here nothing is
copied, so what is kept must never be changed: strings, bytes, tuples, frozen dataclasses.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

STORES: dict[str, OrderedDict[str, tuple[float | None, Any]]] = {}
LOCK = Lock()


class Memory(BaseCache):
    """Keeps MAX_ENTRIES values and forgets the one that was not asked for the longest."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.store = STORES.setdefault(name, OrderedDict())

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        key = self.make_key(key, version)
        with LOCK:
            expires, value = self.store.get(key, (0.0, None))
            if expires is not None and expires < time.time():
                self.store.pop(key, None)
                return default
            self.store.move_to_end(key)
            return value

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        key = self.make_key(key, version)
        with LOCK:
            self.store[key] = (self.get_backend_timeout(timeout), value)
            self.store.move_to_end(key)
            while len(self.store) > self._max_entries:
                self.store.popitem(last=False)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if self.has_key(key, version):
            return False
        self.set(key, value, timeout, version)
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        missing = object()
        if (value := self.get(key, missing, version)) is missing:
            return False
        self.set(key, value, timeout, version)
        return True

    def has_key(self, key: str, version: int | None = None) -> bool:
        missing = object()
        return self.get(key, missing, version) is not missing

    def delete(self, key: str, version: int | None = None) -> bool:
        with LOCK:
            return self.store.pop(self.make_key(key, version), None) is not None

    def clear(self) -> None:
        with LOCK:
            self.store.clear()

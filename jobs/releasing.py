"""Says that this worker is asked to end: running jobs go back to the queue, and no more are begun."""

import mmap


class Released:
    """Like `threading.Event`, and one for a process and all that it forks: children of a pool are told by nobody."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, 1)

    def set(self) -> None:
        self._page[0] = 1

    def clear(self) -> None:
        self._page[0] = 0

    def is_set(self) -> bool:
        return bool(self._page[0])


released = Released()

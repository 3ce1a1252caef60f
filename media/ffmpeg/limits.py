"""Becomes another program, after taking away what that must not have.

    python -I -S limits.py PARENT MEMORY PROCESSOR FILE program arguments…

PARENT: process id, with which the program shall end; MEMORY: bytes of address space; PROCESSOR: seconds; FILE: bytes of
the largest file it may write. A program of its own, since code between fork and exec is not safe beside threads.
"""

import ctypes
import os
import resource
import signal
import sys

OPEN_FILES = 64
NICENESS = 5  # pages come before audio
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
GRACE = 2  # seconds between the signal that can be told apart and the one that cannot be caught


def main(parent: int, memory: int, processor: int, file: int, argv: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, processor, processor + GRACE),
        (resource.RLIMIT_FSIZE, file, file),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, most = resource.getrlimit(what)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(what, (soft, hard))
    os.nice(NICENESS)
    # Python ignores both. A broken pipe shall end the program; a file too large shall be an error that it tells.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.execv(argv[0], argv)


if __name__ == "__main__":
    parent, memory, processor, file = map(int, sys.argv[1:5])
    main(parent, memory, processor, file, sys.argv[5:])

"""ffmpeg as a child process: told exactly what it may read, write and use, watched while it works, never trusted."""


class Unusable(Exception):
    """The sound cannot be made into audio; trying again with the same file will not help. Carries a sentence."""

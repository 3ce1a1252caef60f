"""Telling a database that cannot be reached from mistakes of ours, which raise the same exceptions."""

from django.db import InterfaceError, OperationalError

RETRY_AFTER = 30  # seconds; most outages are restarts
# Of PostgreSQL: connection lost, shutting down, starting up, no more connections. Without a code it was never reached.
POSTGRESQL = ("08", "57P", "53300")
# Of SQLite: busy for longer than we wait, read-only, disk trouble, disk full, file not to be opened.
SQLITE = {5, 8, 10, 13, 14}


def is_outage(error: BaseException | None) -> bool:
    """Whether `error`, or what it arose from, says that the database does not answer."""
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)) and _is_from_outside(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_from_outside(error: Exception) -> bool:
    cause = error.__cause__
    if (sqlite := getattr(cause, "sqlite_errorcode", None)) is not None:
        return sqlite & 0xFF in SQLITE
    code = getattr(cause, "pgcode", None)
    if code is None:
        # Other interface errors are about our use of cursors.
        return isinstance(error, OperationalError) or "connection" in str(error)
    return code.startswith(POSTGRESQL)

"""Whether somebody serves this copy's SQLite database: each server holds a lock on a file beside it (flock(2))."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings


def hold_database():
    """Tell `is_database_in_use`, as long as this process or a fork of it lives, that the database is in use.

    The file stays open, and so locked, until then. A disk that cannot be written is no reason not to serve.
    """
    if path := _lock_path():
        with suppress(OSError):
            fcntl.flock(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), fcntl.LOCK_SH | fcntl.LOCK_NB)


def is_database_in_use():
    """Tell whether a server holds the database, whatever address it serves at."""
    path = _lock_path()
    if not (path and path.exists()):
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_path():
    database = settings.DATABASES["default"]
    is_file = database["ENGINE"] == "django.db.backends.sqlite3"
    return Path(f"{database['NAME']}-serving") if is_file else None

"""When the daily work was done last, on this host: a file for each command, whose time says it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.timezone import now

# How long a command that runs every day may not have run before somebody should look: one miss is made up for.
LATE = timedelta(days=2)
DAILY = ("backup", "send_review_reminders", "check_links")
# Not a command: since when the portal is on this host.
_FIRST_START = "first-start"


def note_run(command):
    """Note that `command` has just done its work. Raises OSError when the disk cannot be written."""
    settings.LAST_RUNS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.LAST_RUNS_DIR / command).touch()


def last_run(command):
    """Return when `command` last did its work here (an aware datetime), or None if it never did."""
    try:
        return datetime.fromtimestamp((settings.LAST_RUNS_DIR / command).stat().st_mtime, UTC)
    except OSError:  # such as a folder that cannot be read
        return None


def note_start():
    """Note that the portal is on this host from now on, unless something is noted here already.

    A full disk is no reason not to start.
    """
    with suppress(OSError):
        settings.LAST_RUNS_DIR.mkdir(parents=True, exist_ok=True)
        if not any(settings.LAST_RUNS_DIR.iterdir()):
            (settings.LAST_RUNS_DIR / _FIRST_START).touch()


def first_run_due(command):
    """Until when the first run of `command` may take on a host that is new; None when it has run, or is overdue."""
    start = last_run(_FIRST_START)
    is_new = start and start <= now() < start + LATE
    return start + LATE if is_new and last_run(command) is None else None

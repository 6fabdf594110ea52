"""When the daily work was done last, on this host: a file for each command, whose time says it."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

# How long a command that runs every day may not have run before somebody should look: one miss is made up for.
LATE = timedelta(days=2)
DAILY = ("backup", "send_review_reminders", "check_links")


def note_run(command):
    """Note that `command` has just done its work. Raises OSError when the disk cannot be written."""
    settings.LAST_RUNS_DIR.mkdir(parents=True, exist_ok=True)
    (settings.LAST_RUNS_DIR / command).touch()


def last_run(command):
    """Return when `command` last did its work here (an aware datetime), or None if it never did."""
    try:
        return datetime.fromtimestamp((settings.LAST_RUNS_DIR / command).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None

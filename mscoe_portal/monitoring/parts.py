"""What the site stands on, and whether each part of it is well: for `/healthz/ready` and for `manage.py doctor`."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import localtime, now
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.last_runs import LATE, first_run_due, last_run

# Below this a disk counts as full: an upload, an upgrade and a backup still fit.
LEAST_FREE = 200 * 1024 * 1024
UNKNOWN = "unknown"


class Part(NamedTuple):
    """`check()` says in words what is wrong, nothing when all is well; without a needed part nobody can be served.

    What rests on the database is not asked while that is gone: each question to one that hangs takes seconds. `command`
    is the one whose daily work the part is.
    """

    name: str
    check: Callable
    mend: str
    is_needed: bool = False
    asks_database: bool = False
    command: str = ""

    @property
    def due(self):
        """In words, until when the part takes on a new host; nothing when it is there, or should be."""
        at = first_run_due(self.command) if self.command else None
        return f"not yet, on a host that is new: due by {localtime(at):%Y-%m-%d %H:%M}" if at else ""


def database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return ""


def migrations():
    try:
        executor = MigrationExecutor(connection)
        return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
    except DatabaseError:
        return UNKNOWN


def static_files():
    try:
        staticfiles_storage.url("css/site.css")
    except ValueError:  # what the manifest does not know
        return "not collected"
    return ""


def folder(path):
    """What keeps the portal from writing below `path`, which may not be there yet."""
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not os.access(there, os.W_OK):
        return "cannot be written"
    free = shutil.disk_usage(there).free
    return f"only {free // 1024**2} MB free" if free < LEAST_FREE else ""


def search():
    try:
        is_empty = not apps.get_model("search", "SearchEntry").objects.public().exists()
        return "empty" if is_empty and Version.objects.filter(state=PUBLISHED).exists() else ""
    except DatabaseError:
        return UNKNOWN


def daily(command):
    at = last_run(command)
    if at is None:
        return "" if first_run_due(command) else "has never run on this host"
    is_well = -LATE < now() - at < LATE
    # In the future, when the clock was wrong.
    return "" if is_well else f"last ran on {localtime(at):%Y-%m-%d %H:%M}"


_WRITE = "Give the user that runs the portal the right to write there, or free some of the disk."
_DAILY = "See that the daily timer is on: docs/operations.md, “What runs once a day”."
PARTS = [
    Part("database", database, "See that the server named in DATABASE_URL runs and takes connections.", is_needed=True),
    Part("migrations", migrations, "Run: manage.py migrate", is_needed=True, asks_database=True),
    Part("static files", static_files, "Run: manage.py collectstatic --noinput, then restart.", is_needed=True),
    Part("page store", lambda: folder(settings.DELIVERY_DIR), f"DELIVERY_DIR: {_WRITE}"),
    Part("uploads", lambda: folder(settings.MEDIA_ROOT), f"MEDIA_ROOT: {_WRITE}"),
    Part("search", search, "Run: manage.py rebuild_search", asks_database=True),
    *(
        Part(name, partial(daily, command), _DAILY, command=command)
        for name, command in (
            ("reminders", "send_review_reminders"),
            ("link check", "check_links"),
            ("backup", "backup"),
        )
    ),
]


def what_is_wrong():
    """Check each part; return those that are not well, in the order of PARTS: {part: what is wrong, in words}."""
    wrong = {}
    for part in PARTS:
        is_answerable = not (part.asks_database and PARTS[0] in wrong)
        if problem := part.check() if is_answerable else UNKNOWN:
            wrong[part] = problem
    return wrong

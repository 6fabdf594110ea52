"""From the running site to an archive."""

import os
import subprocess
import tempfile
import tomllib
from contextlib import contextmanager, suppress

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from mscoe_portal.backup.archive import DATA, MEDIA, files_below, new_archive
from mscoe_portal.backup.rows import columns_of, kept_models, lines

# In memory up to so many bytes, then in a file that has no name.
LARGEST_IN_MEMORY = 2**24
_BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


class NotBackedUpError(Exception):
    """The site cannot be backed up. The text says why, and what to do."""


@contextmanager
def snapshot():
    """Inside, the database is read as it was at the beginning, while others go on writing.

    In a transaction of the caller's it is read as that sees it. On SQLite a transaction of Django's would keep every
    writer waiting here (`transaction_mode` in the settings).
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def pack(path, *, with_uploads, step):
    """Write database and uploads into the new archive `path`.

    Nothing of the database is held while uploads, which may take hours, are packed and all is read back: no transaction
    holds files, and an old one keeps PostgreSQL from cleaning up.

    `step(name)` is called for each part, and what it gives with (done, total). Returns how many rows and files were
    packed. Raises NotBackedUpError when the tables are not those of this release, ArchiveError when the archive is not
    read back as it was written, OSError.
    """
    with new_archive(path, step) as archive:
        with snapshot():
            migrations = _applied_migrations()
            rows = _pack_rows(archive, step("Database"))
        uploads = _pack_uploads(archive, step) if with_uploads else 0
        archive.finish(
            made_at=now().isoformat(timespec="seconds"),
            release=release(),
            engine=connection.vendor,
            migrations=migrations,
            uploads=with_uploads,
            rows=rows,
            files=uploads,
        )
    return rows, uploads


def _applied_migrations():
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotBackedUpError(
            "The database was made by another release of the portal: some migrations are not applied. "
            "Back it up with that release, or apply them first: manage.py migrate"
        )
    return sorted(executor.loader.applied_migrations)


def _pack_rows(archive, progress):
    models, rows = kept_models(apps), 0
    for done, model in enumerate(models, start=1):
        columns, number = columns_of(model), 0
        with tempfile.SpooledTemporaryFile(LARGEST_IN_MEMORY) as file:
            for line in lines(model, columns):
                number += file.write(line) > 0
            size = file.tell()
            file.seek(0)
            archive.add(f"{DATA}/{model._meta.label_lower}.jsonl", file, size, rows=number, columns=columns)
        rows += number
        progress(done, len(models))
    return rows


def _pack_uploads(archive, step):
    files, packed, progress = files_below(settings.MEDIA_ROOT), 0, step("Uploads")
    for done, path in enumerate(files, start=1):
        # An editor may have deleted one meanwhile.
        with suppress(FileNotFoundError), path.open("rb") as file:
            name = f"{MEDIA}/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
            archive.add(name, file, os.fstat(file.fileno()).st_size)
            packed += 1
        progress(done, len(files))
    return packed


def release():
    """What says which release this is: its version, and the commit of a checkout, else the name of its folder."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    try:
        command = ["git", "-C", settings.BASE_DIR, "rev-parse", "--verify", "HEAD"]
        name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        name = settings.BASE_DIR.name
    return {"version": project["version"], "name": name}

"""From an archive to a site: all of it, or nothing."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from mscoe_portal.backup import rows
from mscoe_portal.backup.archive import DATA, MEDIA, ArchiveError, files_below, unpack
from mscoe_portal.serving import is_database_in_use


class NotRestoredError(Exception):
    """An archive is not restored here. The text says why, and what to do."""


def refuse_while_in_use():
    """Raise NotRestoredError while a server has the database: it would go on with what it knows of the old one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Those of other users, such as of a monitor, know nothing of what is in it.
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            in_use = cursor.fetchone()[0] > 0
    else:
        in_use = is_database_in_use()
    if in_use:
        raise NotRestoredError("The site is running, or another program is connected to its database. Stop it first.")


def restore(path, *, overwrite, step):
    """Put the archive `path` in the place of the database and of the uploads. Returns the manifest.

    `step(name)` is called for each part, and what it gives with (done, total). Raises ArchiveError and
    NotRestoredError, DatabaseError and OSError; then nothing has changed.
    """
    media = Path(settings.MEDIA_ROOT)
    has_data = rows.holds_something()
    media.parent.mkdir(parents=True, exist_ok=True)
    # Beside the uploads, so that a rename puts them in place.
    place = tempfile.TemporaryDirectory(prefix=".restoring-", dir=media.parent, ignore_cleanup_errors=True)
    with place as name, ExitStack() as undo:
        folder = Path(name)
        (folder / MEDIA).mkdir()
        manifest = unpack(path, folder, step("Reading the archive"))
        has_uploads = manifest["uploads"] and bool(files_below(media))
        if (has_data or has_uploads) and not overwrite:
            what = " and ".join(name for name, has in (("database", has_data), ("uploads", has_uploads)) if has)
            raise NotRestoredError(
                f"The {what} of this site would be lost. Make a backup first; "
                "to put the archive in its place: --overwrite"
            )
        # Migrations of SQLite ask for it, and it cannot be done inside a transaction.
        with connection.constraint_checks_disabled(), transaction.atomic():
            _write_rows(manifest, folder / DATA, step("Database"))
            if manifest["uploads"]:
                _swap(media, folder, undo)
        undo.pop_all()
    return manifest


def _write_rows(manifest, folder, progress):
    state = _tables_as_of(_migrations(manifest))
    rows.empty()
    data = {
        name.removeprefix(f"{DATA}/").removesuffix(".jsonl"): member
        for name, member in manifest["members"].items()
        if name.startswith(f"{DATA}/")
    }
    for done, (label, member) in enumerate(data.items(), start=1):
        try:
            model = state.get_model(label)
            with (folder / f"{label}.jsonl").open("rb") as file:
                rows.insert(model, member["columns"], file)
        except LookupError as error:
            raise ArchiveError(f"there is no table for {error}") from error
        except (ValueError, TypeError) as error:  # such as a NUL in a text, from SQLite: PostgreSQL takes none
            raise NotRestoredError(f"The table of {label} does not take what was backed up: {error}") from error
        if rows.digest(model, member["columns"]) != member["sha256"]:
            raise NotRestoredError(f"The database does not give back what was written into the table of {label}.")
        progress(done, len(data))
    # What is deferred is done now: PostgreSQL changes no table before.
    connection.check_constraints()
    rows.reset_sequences([state.get_model(label) for label in data])
    ContentType.objects.clear_cache()
    Site.objects.clear_cache()
    # Whatever this release adds, and its triggers, groups and permissions. The generation begins with a new token.
    call_command("migrate", interactive=False, verbosity=0)
    connection.check_constraints()


def _migrations(manifest):
    """The migrations (app, name) of the archive's database. Raises NotRestoredError when one of them is not known."""
    found = {tuple(migration) for migration in manifest["migrations"]}
    if unknown := sorted(found - MigrationExecutor(connection).loader.disk_migrations.keys()):
        newer = ", ".join(".".join(migration) for migration in unknown[:3])
        raise NotRestoredError(
            f"Another release of the portal made the archive ({manifest['release']['version']}), with migrations that "
            f"this one does not have ({newer}). Install that release, or a newer one, first."
        )
    return found


def _tables_as_of(migrations):
    """Make the tables that a database with `migrations` has. Returns the registry with the models of that time."""
    connection.check_constraints()
    executor = MigrationExecutor(connection)
    wanted = _steps(executor.loader, migrations)
    if _steps(executor.loader, MigrationRecorder(connection).applied_migrations()) != wanted:
        rows.drop_tables()
        executor = MigrationExecutor(connection)
        executor.migrate(_last(executor.loader.graph, wanted))
        connection.check_constraints()
    if wanted == executor.loader.graph.nodes.keys():
        return apps
    return executor.loader.project_state(_last(executor.loader.graph, wanted)).apps


def _steps(loader, migrations):
    """Of the migrations as they are today, those that `migrations` (app, name) amount to: some replace several."""
    return {
        key
        for key, migration in loader.graph.nodes.items()
        if key in migrations or (migration.replaces and set(migration.replaces) <= set(migrations))
    }


def _last(graph, steps):
    """Those of `steps` that no other one of the same app is built on."""
    return sorted(
        step
        for step in steps
        if not any(child.key in steps and child.key[0] == step[0] for child in graph.node_map[step].children)
    )


def _swap(media, folder, undo):
    """Put the unpacked uploads in the place of `media`; `undo` (an ExitStack) would put the old ones back."""
    old = folder / "replaced"
    if media.exists():
        media.rename(old)
        undo.callback(old.rename, media)
    (folder / MEDIA).rename(media)
    undo.callback(media.rename, folder / MEDIA)

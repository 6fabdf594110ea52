"""A site that was backed up comes back as it was; where anything speaks against it, nothing changes."""

import errno
import hashlib
import os
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils.timezone import now
from djangocms_link.models import Link

from mscoe_portal.accounts.models import Passkey
from mscoe_portal.backup import restoring, rows
from mscoe_portal.backup.archive import ArchiveError, files_below
from mscoe_portal.backup.packing import pack
from mscoe_portal.backup.restoring import NotRestoredError, restore
from mscoe_portal.delivery.models import Generation
from mscoe_portal.loading import loading
from mscoe_portal.review.models import AuditEntry
from tests.backup.conftest import no_steps, repack
from tests.backup.machine import addresses_of, bodies_of
from tests.factories import add_plugin, make_page, make_user, page_content

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def restored(archive, *, overwrite=True):
    """Restore as the command does, within the test's own transaction."""
    manifest = restore(archive, overwrite=overwrite, step=no_steps)
    # On PostgreSQL the triggers run when a transaction ends, which a test's never does.
    connection.check_constraints()
    return manifest


def state():
    """Every row that is backed up, as text."""
    return {model._meta.label: list(rows.lines(model, rows.columns_of(model))) for model in rows.kept_models(apps)}


@pytest.fixture
def refused(make_archive, media):
    """Gives a function that restores an archive, which must be refused, and see that nothing has changed."""

    def refuse(archive, error, match, *, overwrite=True):
        before, files = state(), files_below(media)
        with pytest.raises(error, match=match), transaction.atomic():
            restore(archive, overwrite=overwrite, step=no_steps)
        assert state() == before
        assert files_below(media) == files
        assert [path.name for path in media.parent.iterdir()] == ["media"]

    return refuse


def test_an_archive_without_uploads_leaves_them_alone(make_archive, media):
    archive = make_archive(with_uploads=False)
    (media / "cell.png").write_bytes(b"a cell")

    restored(archive)

    assert (media / "cell.png").read_bytes() == b"a cell"


def test_a_database_that_holds_something_is_not_overwritten_unasked(make_archive, refused):
    make_user()
    refused(make_archive(), NotRestoredError, "The database of this site would be lost.*--overwrite", overwrite=False)


def test_uploads_are_not_overwritten_unasked(make_archive, media, refused):
    archive = make_archive()
    (media / "cell.png").write_bytes(b"a cell")

    refused(archive, NotRestoredError, "uploads of this site would be lost", overwrite=False)


def test_an_archive_of_a_newer_release_is_refused(make_archive, refused):
    make_user()
    archive = make_archive()
    repack(archive, lambda members, manifest: manifest["migrations"].append(["stemcells", "9999_of_tomorrow"]))

    refused(archive, NotRestoredError, "stemcells.9999_of_tomorrow")


def test_a_table_that_no_release_had_is_refused(make_archive, refused):
    make_user()
    archive = make_archive()

    def rename(members, manifest):
        for parts in (members, manifest["members"]):
            parts["data/stemcells.nothing.jsonl"] = parts.pop("data/stemcells.reference.jsonl")

    repack(archive, rename)

    refused(archive, ArchiveError, "there is no table for")


def test_rows_that_are_none_are_refused(make_archive, refused):
    make_user()
    archive = make_archive()

    def change(members, manifest):
        name = "data/auth.user.jsonl"
        members[name] = b"5\n"
        manifest["members"][name] |= {"size": 2, "sha256": hashlib.sha256(b"5\n").hexdigest()}

    repack(archive, change)

    refused(archive, NotRestoredError, "The table of auth.user does not take what was backed up")


def test_a_value_that_the_database_does_not_take_is_told_with_its_table(make_archive, refused, monkeypatch):
    """A text with a NUL is one, on PostgreSQL."""
    make_user()
    archive = make_archive()

    def insert(model, columns, file):
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")

    monkeypatch.setattr(rows, "insert", insert)

    refused(archive, NotRestoredError, "The table of accounts.agencyaccount does not take what was backed up: .*NUL")


def test_nothing_changes_when_the_database_gives_back_something_else(make_archive, media, refused, monkeypatch):
    make_user()
    (media / "cell.png").write_bytes(b"a cell")
    archive = make_archive()
    monkeypatch.setattr(rows, "digest", lambda model, columns: "another")

    refused(archive, NotRestoredError, "does not give back what was written")


@pytest.mark.parametrize(("part", "name"), [(restoring, "unpack"), (rows, "insert")])
def test_nothing_changes_when_the_disk_is_full(make_archive, media, refused, monkeypatch, part, name):
    make_user()
    archive = make_archive()
    (media / "newer.png").write_bytes(b"newer")

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(part, name, full)

    refused(archive, OSError, "No space left")


def test_the_old_uploads_are_back_when_the_end_is_not_reached(make_archive, media, refused, monkeypatch):
    make_user()
    (media / "cell.png").write_bytes(b"a cell")
    archive = make_archive()
    (media / "newer.png").write_bytes(b"newer")
    swap = restoring._swap

    def swap_and_stop(*arguments):
        swap(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_swap", swap_and_stop)

    refused(archive, KeyboardInterrupt, None)


def test_the_command_says_in_one_line_why_nothing_was_restored(tmp_path, monkeypatch):
    # Other tests serve, in this process, too.
    monkeypatch.setattr("mscoe_portal.backup.management.commands.restore.refuse_while_in_use", lambda: None)
    (tmp_path / "portal.tar.gz").write_bytes(b"not an archive")

    with pytest.raises(
        CommandError, match=r"Nothing was restored\. .*portal.tar.gz is damaged, or no backup: Not a gzip"
    ):
        call_command("restore", tmp_path / "portal.tar.gz")


@pytest.fixture
def running_site(monkeypatch):
    """What a server does that has the database."""
    monkeypatch.setattr(restoring, "is_database_in_use", lambda: True)
    other = connection.copy()
    if connection.vendor == "postgresql":
        other.ensure_connection()
        with connection.cursor() as cursor:
            # It remembers within a transaction what it has counted.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
    yield
    other.close()


@pytest.mark.usefixtures("running_site")
@pytest.mark.parametrize("command", [("restore", "portal.tar.gz"), ("move_database", "sqlite:////tmp/other")])
def test_a_site_that_runs_is_neither_restored_nor_moved(command):
    with pytest.raises(CommandError, match="The site is running"):
        call_command(*command)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://u:secret@h/x", "postgres://u:secret/word@h:5432/x"])
def test_a_target_that_is_no_database_is_told_at_once_and_without_its_password(url, recwarn):
    with pytest.raises(CommandError, match="TARGET_URL must name") as refusal:
        call_command("move_database", url)
    # These would show the password.
    assert refusal.value.__context__ is None
    assert not recwarn.list


@pytest.fixture(scope="module")
def overwritten(site, tmp_path_factory, django_db_blocker):
    """How a site was that was backed up, then changed, and restored. Stands last: what follows finds it restored."""
    folder = tmp_path_factory.mktemp("overwritten")
    media, archive = folder / "site" / "media", folder / "portal.tar.gz"
    (media / "pictures").mkdir(parents=True)
    (media / "pictures" / "cell.png").write_bytes(b"a cell")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        # With a time to the microsecond, bytes, and letters that JSON and SQL have words about.
        name = 'Zoë "\\" \u2028 \U0001f9e0'
        user = make_user("o'brien", first_name=name, last_login=now().replace(microsecond=123456))
        Passkey.objects.create(user=user, credential_id="YWJj", public_key=b"\x00\xff'key")
        placeholder = page_content(make_page()).get_placeholders().get(slot="content")
        add_plugin(placeholder, "TextPlugin", body="<p>A</p>", json={"b": 1, "aaa": {"d": 2, "cc": 3}})
        place = {"plugin_type": "LinkPlugin", "placeholder": placeholder, "language": "en", "position": 2}
        with loading():
            Link.objects.create(**place, link={"external_link": "https://va.gov/"}, attributes={"rel": "x"})
        Session.objects.create(session_key="of-somebody", session_data="", expire_date=now())
        AuditEntry.objects.create(act="published", subject="A page", user_name="ana")
        before = SimpleNamespace(rows=state(), media=media, user=user, tokens=[Generation.objects.get().token])
        pack(archive, with_uploads=True, step=no_steps)

        get_user_model().objects.update(first_name="changed")
        AuditEntry.objects.create(act="published", subject="Another", user_name="ana")
        (media / "pictures" / "cell.png").write_bytes(b"another")
        (media / "newer.png").write_bytes(b"newer")
        before.tokens.append(Generation.objects.get().token)
        restored(archive)
        yield before
        transaction.set_rollback(True)


def test_every_row_comes_back_as_it_was(overwritten):
    assert state() == overwritten.rows


def test_json_is_written_in_one_order_and_comes_back(overwritten):
    """PostgreSQL keeps keys in another order than SQLite."""
    [text] = [text for text in overwritten.rows["djangocms_text.Text"] if b'"aaa"' in text]
    assert b'{"aaa":{"cc":3,"d":2},"b":1}' in text
    assert text in state()["djangocms_text.Text"]


def test_uploads_come_back_in_the_place_of_those_that_are_there(overwritten):
    media = overwritten.media
    assert [path.relative_to(media).as_posix() for path in files_below(media)] == ["pictures/cell.png"]
    assert (media / "pictures" / "cell.png").read_bytes() == b"a cell"
    assert [path.name for path in media.parent.iterdir()] == ["media"]


def test_finished_pages_are_out_of_date_afterwards(overwritten):
    assert Generation.objects.get().token not in overwritten.tokens


def test_nobody_is_signed_in_afterwards(overwritten):
    assert not Session.objects.exists()


def test_the_audit_is_the_one_that_was_backed_up(overwritten):
    subjects = AuditEntry.objects.values_list("subject", flat=True)
    assert "A page" in subjects
    assert "Another" not in subjects


def test_new_rows_get_ids_that_none_has(overwritten):
    assert make_user().pk > overwritten.user.pk


def test_every_public_page_is_the_same_byte_for_byte_in_a_database_that_was_only_migrated(site, make_archive):
    addresses = addresses_of(site)
    before = bodies_of(site, addresses)
    archive = make_archive()
    rows.empty()
    call_command("migrate", verbosity=0)

    restored(archive, overwrite=False)

    assert addresses_of(site) == addresses
    assert bodies_of(site, addresses) == before

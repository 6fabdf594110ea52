"""The command `backup`, on a site that goes on."""

import json
import tarfile
from contextlib import closing

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from mscoe_portal.backup import packing
from mscoe_portal.backup.archive import MANIFEST
from mscoe_portal.backup.packing import snapshot
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_others_write_during_a_backup_and_it_reads_the_moment_of_its_beginning():
    make_user("before")
    names = get_user_model().objects.order_by("pk").values_list("username", flat=True)
    other = connection.copy()
    with snapshot():
        assert list(names.all()) == ["before"]
        with other.cursor() as cursor:
            cursor.execute("update auth_user set username = 'after'")
        assert list(names.all()) == ["before"]
    other.close()
    assert list(names.all()) == ["after"]


def test_nothing_of_the_database_is_held_while_uploads_are_packed(media, tmp_path, monkeypatch):
    make_user("before")
    seen = []

    def files_below(folder):
        with closing(connection.copy()) as other, other.cursor() as cursor:
            cursor.execute("update auth_user set username = 'after'")
        seen.extend(get_user_model().objects.values_list("username", flat=True))
        return []

    monkeypatch.setattr(packing, "files_below", files_below)
    call_command("backup", output=tmp_path, verbosity=0)
    assert seen == ["after"]


def test_the_archive_says_what_made_it_and_what_is_in_it(media, tmp_path, capsys):
    make_user("ana")
    (media / "cell.png").write_bytes(b"a cell")

    call_command("backup", output=tmp_path / "backups")

    (archive,) = (tmp_path / "backups").iterdir()
    with tarfile.open(archive) as tar:
        manifest = json.load(tar.extractfile(MANIFEST))
        assert tar.getnames() == [*manifest["members"], MANIFEST]
    assert manifest["engine"] == connection.vendor
    assert manifest["release"]["version"] == "0.1.0"
    assert ["stemcells", "0001_initial"] in manifest["migrations"]
    assert manifest["members"]["data/auth.user.jsonl"]["rows"] == 1
    assert manifest["members"]["media/cell.png"]["size"] == len(b"a cell")
    assert manifest["files"] == 1
    assert capsys.readouterr().out.splitlines()[-1] == str(archive)


def test_an_upload_that_is_deleted_meanwhile_hinders_no_backup(media, tmp_path, monkeypatch):
    (media / "cell.png").write_bytes(b"a cell")
    monkeypatch.setattr(packing, "files_below", lambda folder: [media / "gone.png", media / "cell.png"])

    call_command("backup", output=tmp_path / "backups", verbosity=0)

    (archive,) = (tmp_path / "backups").iterdir()
    with tarfile.open(archive) as tar:
        assert [name for name in tar.getnames() if name.startswith("media/")] == ["media/cell.png"]
        assert json.load(tar.extractfile(MANIFEST))["files"] == 1


def test_tables_of_another_release_are_not_backed_up(tmp_path):
    migration = MigrationRecorder.Migration.objects.filter(app="stemcells").latest("name")
    migration.delete()

    with pytest.raises(CommandError, match=r"There is no backup\. .* some migrations are not applied"):
        call_command("backup", output=tmp_path)
    migration.save(force_insert=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "backups").write_text("a file")

    with pytest.raises(CommandError, match=r"There is no backup\. .*File exists"):
        call_command("backup", output=tmp_path / "backups")

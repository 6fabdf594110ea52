"""What an archive holds, and what is refused instead of being unpacked."""

import errno
import hashlib
import json
import os
import stat
import tarfile
from io import BytesIO

import pytest

from mscoe_portal.backup import archive as archive_module
from mscoe_portal.backup.archive import FORMAT, MANIFEST, ArchiveError, new_archive, unpack
from tests.backup.conftest import no_steps, repack, write_tar


@pytest.fixture
def archive(tmp_path):
    """An archive with one upload."""
    path = tmp_path / "portal.tar.gz"
    # Bytes that cannot be packed any smaller.
    content = hashlib.shake_256(b"a picture").digest(5000)
    with new_archive(path, no_steps) as writer:
        writer.add("media/pictures/cell.png", BytesIO(content), len(content))
        writer.finish(migrations=[], release={"version": "1"}, uploads=True)
    return path


def unpacked(path):
    folder = path.parent / "unpacked"
    folder.mkdir(exist_ok=True)
    return unpack(path, folder, lambda done, total: None)


def test_what_was_packed_comes_out_again(archive, tmp_path):
    manifest = unpacked(archive)

    content = (tmp_path / "unpacked/media/pictures/cell.png").read_bytes()
    assert manifest["members"]["media/pictures/cell.png"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert len(content) == 5000


def test_only_its_owner_can_read_an_archive(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_an_archive_that_was_cut_off_is_refused(archive, share):
    os.truncate(archive, int(archive.stat().st_size * share))

    with pytest.raises(ArchiveError):
        unpacked(archive)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_archive_with_one_changed_byte_is_refused(archive, share):
    content = bytearray(archive.read_bytes())
    content[int(len(content) * share)] ^= 1
    archive.write_bytes(content)

    with pytest.raises(ArchiveError):
        unpacked(archive)


def test_a_member_that_is_not_what_was_packed_is_refused(archive):
    repack(archive, lambda members, manifest: members.update({"media/pictures/cell.png": b"another picture"}))

    with pytest.raises(ArchiveError, match=r"cell\.png is not what was packed"):
        unpacked(archive)


def test_a_missing_member_is_refused(archive):
    repack(archive, lambda members, manifest: members.clear())

    with pytest.raises(ArchiveError, match=r"cell\.png is not what was packed"):
        unpacked(archive)


def test_a_newer_format_is_refused(archive):
    repack(archive, lambda members, manifest: manifest.update(format=FORMAT + 1))

    with pytest.raises(ArchiveError, match=f"it has format {FORMAT + 1}"):
        unpacked(archive)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/outside", "media/../../outside", "media/..", "data", "manifest.json/x", "other/file"]
)
def test_a_member_outside_of_the_two_folders_is_refused(tmp_path, name):
    archive = tmp_path / "portal.tar.gz"
    write_tar(archive, [(name, b"x")])

    with pytest.raises(ArchiveError, match="it holds what no backup holds"):
        unpacked(archive)
    assert [path.name for path in tmp_path.rglob("*")] == ["portal.tar.gz", "unpacked"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_plain_file_is_refused(tmp_path, kind):
    archive = tmp_path / "portal.tar.gz"
    write_tar(archive, [("media/link", b"")], type=kind, linkname="/etc/passwd")

    with pytest.raises(ArchiveError, match="it holds what no backup holds"):
        unpacked(archive)


def test_a_name_that_comes_twice_is_refused(tmp_path):
    archive = tmp_path / "portal.tar.gz"
    write_tar(archive, [("media/a", b"1"), ("media/a", b"2")])

    with pytest.raises(ArchiveError, match="comes twice"):
        unpacked(archive)


MANIFESTS_THAT_SAY_NOTHING = [
    b"",
    b"[" * 100_000,
    b"[]",
    b"{}",
    b"\xff",
    b'{"format": 1, "members": []}',
    b'{"format": 1, "members": {}, "migrations": [], "release": {"version": "1"}}',
    b'{"format": 1, "members": {}, "migrations": [], "release": {}, "uploads": true}',
    b'{"format": 1, "members": {"media/a": {}}, "migrations": [], "release": {"version": "1"}, "uploads": true}',
    b'{"format": 1, "members": {"media/a": 1}, "migrations": [], "release": {"version": "1"}, "uploads": true}',
]


@pytest.mark.parametrize("manifest", MANIFESTS_THAT_SAY_NOTHING)
def test_a_manifest_that_says_nothing_is_refused(tmp_path, manifest):
    archive = tmp_path / "portal.tar.gz"
    write_tar(archive, [(MANIFEST, manifest)])

    with pytest.raises(ArchiveError, match="its manifest cannot be read"):
        unpacked(archive)


def test_a_manifest_that_fills_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_module, "LARGEST_MANIFEST", 1000)
    write_tar(tmp_path / "portal.tar.gz", [(MANIFEST, b" " * 1001)])

    with pytest.raises(ArchiveError, match="its manifest is too large"):
        unpacked(tmp_path / "portal.tar.gz")


def test_another_file_is_refused(tmp_path):
    archive = tmp_path / "portal.tar.gz"
    archive.write_text(json.dumps({"format": 1}))

    with pytest.raises(ArchiveError):
        unpacked(archive)


def test_a_full_disk_leaves_no_archive(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"), new_archive(tmp_path / "portal.tar.gz", no_steps) as writer:
        writer.finish()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_no_archive(tmp_path):
    with pytest.raises(KeyboardInterrupt), new_archive(tmp_path / "portal.tar.gz", no_steps):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []

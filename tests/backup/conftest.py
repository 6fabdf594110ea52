import json
import tarfile
from io import BytesIO

import pytest

from mscoe_portal.backup.archive import MANIFEST
from mscoe_portal.backup.packing import pack


def no_steps(name):
    """In the place of a command's progress: nobody watches."""
    return lambda done, total: None


@pytest.fixture
def media(settings, tmp_path):
    """An empty MEDIA_ROOT of its own."""
    settings.MEDIA_ROOT = tmp_path / "site" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)
    return settings.MEDIA_ROOT


@pytest.fixture
def make_archive(tmp_path, media):
    """Back up the database of the test's own transaction, and the uploads; gives the archive."""

    def make(name="portal.tar.gz", *, with_uploads=True):
        pack(tmp_path / name, with_uploads=with_uploads, step=no_steps)
        return tmp_path / name

    return make


def repack(archive, change):
    """Write `archive` anew, with its members {name: bytes} and its manifest as `change` leaves them."""
    with tarfile.open(archive) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar}
    manifest = json.loads(members.pop(MANIFEST))
    change(members, manifest)
    write_tar(archive, [*members.items(), (MANIFEST, json.dumps(manifest).encode())])


def write_tar(path, members, **values):
    """A tar with `members` (name, bytes); `values` are those of each of them as tarfile has them."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in values.items():
                setattr(info, key, value)
            tar.addfile(info, BytesIO(content))

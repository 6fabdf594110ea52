"""The file of a backup: a tar, packed with gzip, whose last member, `manifest.json`, has the SHA-256 of all others.

Last, so that an archive that was cut off has none. The rows of each table are in `data/<app>.<model>.jsonl`, the
uploads in `media/`.
"""

import fcntl
import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from django.conf import settings

from mscoe_portal.archives import is_archive_name

# Raised when a release writes what an older one could not read.
FORMAT = 1
MANIFEST = "manifest.json"
# What a manifest says beside its format, for `restore` to rely on.
MANIFEST_HOLDS = {"members": dict, "migrations": list, "release": dict, "uploads": bool}
# What members are called: the rows of the database, and uploads.
DATA, MEDIA = "data", "media"
CHUNK = 2**20
# Read into memory: enough for a million uploads.
LARGEST_MANIFEST = 2**28
# How the name of an archive ends that is being written.
PART = ".part"


class ArchiveError(Exception):
    """An archive cannot be read, or not by this release. The text says why."""


class ArchiveWriter:
    """Packs files one after another, and remembers what was packed."""

    def __init__(self, tar):
        self._tar = tar
        self.members = {}

    def add(self, name, file, size, **facts):
        """Pack `size` bytes of the open `file` as `name`; `facts` stand in the manifest. OSError when it is shorter."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _HashedReader(file)
        self._tar.addfile(info, hashed)
        self.members[name] = {"sha256": hashed.digest.hexdigest(), "size": size, **facts}

    def finish(self, **facts):
        """Pack the manifest: `facts` and all members."""
        text = json.dumps({"format": FORMAT, **facts, "members": self.members}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))


class _HashedReader:
    def __init__(self, file):
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size=-1):
        data = self._file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def new_archive(path, step):
    """An ArchiveWriter for the file `path`, which appears at the end of the block, whole and read back, or not at all.

    Only its owner may read it: it has the names, addresses and secrets of people. What a killed process leaves behind
    ends in `.part`; `delete_abandoned` knows by its lock that nobody writes it. Raises ArchiveError and OSError.
    """
    part = path.with_name(f"{path.name}{PART}")
    part.touch(mode=0o600, exist_ok=False)
    try:
        with part.open("wb") as file:
            # Some network file systems know neither of these.
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A low level packs three times as fast and is a tenth larger.
            with gzip.GzipFile("", "wb", 3, file) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
            # So that it is read from the disk.
            with suppress(OSError):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            _read(part, _hash_member, step("Checking the archive"))
            part.rename(path)
        with suppress(OSError):
            _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _sync_folder(folder):
    """Have the disk know the names in `folder`: before others are deleted, the new one must be there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def delete_abandoned(folder):
    """Delete what backups that were killed have left in `folder`; returns the paths."""
    abandoned = []
    for path in sorted(folder.glob(f"*{PART}")):
        if not (is_archive_name(path.name.removesuffix(PART)) and path.is_file() and not path.is_symlink()):
            continue
        # One that is being written is locked; where nothing can be locked, all stay.
        with suppress(OSError), path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            abandoned.append(path)
    return abandoned


def unpack(path, folder, progress):
    """Unpack the archive `path` into `folder`; returns the manifest. Nothing in it is trusted.

    Calls `progress(done, total)` with bytes of the archive. Raises ArchiveError where the archive is damaged, holds
    what no backup holds, or was made by a release that writes another format; OSError when the disk is full.
    """
    return _read(path, partial(_unpack_member, folder), progress)


def _read(path, take, progress):
    """Read the archive `path`; `take(path in it, file)` gives the SHA-256 of each member. Returns the manifest."""
    found, manifest = {}, None
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                for info in tar:
                    if manifest is not None:
                        raise ArchiveError("something follows the manifest")
                    if info.name == MANIFEST and info.isreg():
                        if info.size > LARGEST_MANIFEST:
                            raise ArchiveError("its manifest is too large")
                        manifest = _read_manifest(tar.extractfile(info).read())
                        continue
                    found[info.name] = take(_path_of(info), tar.extractfile(info)), info.size
                    progress(file.tell(), path.stat().st_size)
            # To the end, where gzip has the checksum of it all.
            while packed.read(CHUNK):
                pass
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
        raise ArchiveError(str(error)) from error
    if manifest is None:
        raise ArchiveError("its end is missing")
    wanted = {name: (member["sha256"], member["size"]) for name, member in manifest["members"].items()}
    if different := sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)):
        raise ArchiveError(f"{different[0]} is not what was packed")
    return manifest


def _read_manifest(text):
    try:
        manifest = json.loads(text)
        form = manifest["format"]
        is_whole = form != FORMAT or (
            all(isinstance(manifest[name], kind) for name, kind in MANIFEST_HOLDS.items())
            and isinstance(manifest["release"]["version"], str)
            and all({"sha256", "size"} <= member.keys() for member in manifest["members"].values())
            and all("columns" in member for name, member in manifest["members"].items() if name.startswith(f"{DATA}/"))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArchiveError("its manifest cannot be read") from error
    if not is_whole:
        raise ArchiveError("its manifest cannot be read")
    if form != FORMAT:
        raise ArchiveError(f"it has format {form}, and this release of the portal reads format {FORMAT}")
    return manifest


def _path_of(info):
    """The path of a member of the tar. Raises ArchiveError when it is no file of a backup."""
    path = PurePosixPath(info.name)
    is_inside = path.parts[:1] in ((DATA,), (MEDIA,)) and len(path.parts) > 1 and ".." not in path.parts
    if not (info.isreg() and is_inside and "\0" not in info.name):
        raise ArchiveError(f"it holds what no backup holds: {info.name!r}")
    return path


def _hash_member(path, file):
    reader = _HashedReader(file)
    while reader.read(CHUNK):
        pass
    return reader.digest.hexdigest()


def _unpack_member(folder, path, file):
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    reader = _HashedReader(file)
    # "x": a name that comes twice is no backup's.
    try:
        with target.open("xb") as unpacked:
            while data := reader.read(CHUNK):
                unpacked.write(data)
    except FileExistsError as error:
        raise ArchiveError(f"{str(path)!r} comes twice") from error
    # As the portal writes uploads, whatever the umask is: nginx may hand them out.
    target.chmod(settings.FILE_UPLOAD_PERMISSIONS if path.parts[0] == MEDIA else 0o600)
    return reader.digest.hexdigest()


def files_below(folder):
    """All files below `folder`, in the order of their names; none where there is no such folder."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())

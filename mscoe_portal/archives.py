"""What `manage.py backup` has left in a folder. The names of its archives say when each was made."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_MADE_AT = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"portal-(database-)?(\d{4}-\d\d-\d\dT\d{6}Z)\.tar\.gz")


class Archive(NamedTuple):
    path: Path
    made_at: datetime


def archive_name(made_at, *, with_uploads=True):
    """The name of an archive that is made at `made_at`."""
    return f"portal-{'' if with_uploads else 'database-'}{made_at:{_MADE_AT}}.tar.gz"


def is_archive_name(name):
    return bool(_NAME.fullmatch(name))


def archives_in(folder, *, with_uploads=True):
    """The archives in `folder` that hold uploads, or those that do not, the newest first. Other files are none."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and bool(match[1]) != with_uploads and path.is_file() and not path.is_symlink():
            with suppress(ValueError):  # the 31st of February
                found.append(Archive(path, datetime.strptime(match[2], _MADE_AT).replace(tzinfo=UTC)))
    return sorted(found, key=lambda archive: archive.made_at, reverse=True)


def archives_of_kind(path):
    """The archives beside the archive `path`, itself among them, that hold uploads as it does, or none as it does."""
    return archives_in(path.parent, with_uploads=not _NAME.fullmatch(path.name)[1])

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from stemcells.export import ExportError, as_text, export
from stemcells.seed import SeedError, read
from stemcells.upload_files import PLACE, UPLOADS, UPLOADS_FILE, UploadError, inside

# Where an export writes before all of it is moved into place.
UNFINISHED = ".exporting-"


class Command(BaseCommand):
    """Write what is public into data files, which `load_content --from FOLDER` makes the same public site of.

    Files of these names that are in the folder are replaced, and uploads of an earlier export that are public no more
    are deleted. Raises CommandError, with no file written, where something public cannot be written down.
    """

    help = "Write the public content as data files that can be reviewed and loaded elsewhere."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, verbosity, **options):
        try:
            with transaction.atomic():
                files = export()
            uploads = [item["file"] for item in files[UPLOADS_FILE]]
            with alone_in(folder), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as name:
                write(files, uploads, Path(name))
                put_in_place(Path(name), folder)
        except (ExportError, UploadError, OSError) as error:
            raise CommandError(f"The content was not exported. {error}") from error
        if verbosity:
            self.stdout.write(f"{len(files)} files and {len(uploads)} uploads in {folder}")


@contextmanager
def alone_in(folder):
    """Make `folder`; delete what a killed export has left in it. OSError when another one is writing into it.

    Some network file systems know no locks: there nobody can tell whether another one does, so all stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OSError(f"Another export is writing into {folder}.") from error
        except OSError:
            left = []
        else:
            left = folder.glob(f"{UNFINISHED}*")
        for path in left:
            shutil.rmtree(path)
        yield
    finally:
        os.close(descriptor)


def write(files, uploads, folder):
    """Write all into the empty `folder`: {file name: items}, and the uploads that are stored at `uploads`."""
    for name, items in files.items():
        (folder / name).write_text(as_text(items), encoding="utf-8", newline="\n")
    for place in uploads:
        target = folder / UPLOADS / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(settings.MEDIA_ROOT, place), target)


def put_in_place(new, folder):
    """Move all that is in `new` into `folder`, and delete there the uploads of an earlier export that are not in it."""
    names = [path.relative_to(new) for path in sorted(new.rglob("*")) if path.is_file()]
    targets = {name: inside(folder, name) for name in names}
    old = {name: inside(folder, name) for name in uploads_of(folder) if name not in targets}
    for name, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        (new / name).replace(target)
    for path in old.values():
        path.unlink(missing_ok=True)


def uploads_of(folder):
    """The uploads that an export into `folder` has written, by the list that it wrote."""
    try:
        places = [item.get("file") for item in read(folder / UPLOADS_FILE)]
    except (SeedError, OSError):
        return []
    return [Path(UPLOADS, place) for place in places if isinstance(place, str) and PLACE.fullmatch(place)]

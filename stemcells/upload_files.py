"""Uploads that public content shows or links to, as files beside the data files of an export, and back.

Each lies below `uploads/` as the site stores it below MEDIA_ROOT, so that it keeps its address; `uploads.yaml` has what
people wrote about it.
"""

import hashlib
import os
import re
from contextlib import suppress
from html import unescape
from pathlib import Path, PurePath
from posixpath import normpath
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File as OpenFile
from django.core.files.storage import default_storage
from filer.models import File, Image

from mscoe_portal.permissions import RefusedError

UPLOADS, UPLOADS_FILE = "uploads", "uploads.yaml"
# As filer names what it stores, and as long as its column: nothing in it leads elsewhere.
PLACE = re.compile(r"(?=.{,255}\Z)filer_public(/[A-Za-z0-9_-]+)+\.[a-z0-9]+")
ADDRESS = re.compile(rf"{re.escape(settings.MEDIA_URL)}([^\s\"'<>?#]+)")
PICTURES = {".jpg", ".png", ".svg", ".webp"}
# What people say of a file. Who did and when, each site knows for itself; the rest its bytes say.
FIELDS = (
    *("original_filename", "name", "description", "default_alt_text", "default_caption", "author"),
    *("must_always_publish_author_credit", "must_always_publish_copyright", "subject_location"),
)


class UploadError(Exception):
    """A file cannot go out, or not come in. The text says which and why."""


def places_in(text):
    """Where below MEDIA_ROOT `views.static.serve` finds the files whose addresses are in `text`."""
    return {normpath(unquote(unescape(place))).lstrip("/") for place in ADDRESS.findall(text)}


def is_file(place):
    """Whether there is a file at `place` below MEDIA_ROOT, of an upload or not."""
    with suppress(SuspiciousFileOperation, OSError):
        return Path(default_storage.path(place)).is_file()
    return False


def as_item(upload):
    """What `uploads.yaml` says of `upload`. Raises UploadError where the file is not there as it was uploaded."""
    place = upload.file.name
    if not (upload.is_public and PLACE.fullmatch(place)):
        raise UploadError(f"The upload “{upload}” is stored where no editor's upload is: {place}.")
    try:
        with upload.file.storage.open(place) as file:
            digest = hashlib.file_digest(file, "sha1").hexdigest()
    except OSError as error:
        raise UploadError(f"The upload “{upload}” cannot be read: {error}.") from error
    if digest != upload.sha1:
        raise UploadError(f"The upload “{upload}” is damaged: {place} is not what was uploaded.")
    folders = [*upload.folder.logical_path, upload.folder] if upload.folder else []
    said = {name: value for name in FIELDS if (value := getattr(upload, name, None))}
    return {"file": place} | ({"folder": [folder.name for folder in folders]} if folders else {}) | said


def inside(folder, name):
    """The path of `name` below `folder`. Raises UploadError where a link leads out of it."""
    # Not `resolve`, which has an error of its own for links that lead in a circle.
    if not Path(os.path.realpath(folder / name)).is_relative_to(os.path.realpath(folder)):
        raise UploadError(f"{name} leads out of the folder {folder}.")
    return folder / name


def source_of(place, folder):
    """The file below `folder` that is to be stored at `place`. Raises UploadError where it may not be taken."""
    path = inside(folder, f"{UPLOADS}/{place}")
    if not path.is_file():
        raise UploadError(f"There is no file {UPLOADS}/{place}.")
    if path.stat().st_size > settings.FILER_UPLOADER_MAX_FILE_SIZE * 2**20:
        raise UploadError(f"{UPLOADS}/{place} is larger than {settings.FILER_UPLOADER_MAX_FILE_SIZE} MB.")
    return path


def model_of(place):
    return Image if PurePath(place).suffix in PICTURES else File


def store(upload, place, source, undo):
    """Save `upload` with the file `source`, checked as one of an editor's, and stored at `place`.

    `undo` (an ExitStack) would take the stored file away again. Raises UploadError and OSError.
    """
    with source.open("rb") as file:
        upload.file = OpenFile(file, name=upload.original_filename or source.name)
        try:
            upload.save()
        except RefusedError as error:
            raise UploadError(f"{UPLOADS}/{place}: {error}") from error
    stored, target = Path(upload.file.path), Path(settings.MEDIA_ROOT, place)
    undo.callback(stored.unlink, missing_ok=True)
    if stored.suffix != target.suffix:
        raise UploadError(f"{UPLOADS}/{place} is a {stored.suffix} file, whatever its name says.")
    if not target.exists():
        undo.callback(target.unlink, missing_ok=True)
    elif target.read_bytes() != stored.read_bytes():
        raise UploadError(f"{UPLOADS}/{place}: another file is stored there already, {target}. Move that away first.")
    os.renames(stored, target)
    File.objects.filter(pk=upload.pk).update(file=place)

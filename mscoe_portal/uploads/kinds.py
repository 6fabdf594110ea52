"""What may be uploaded. What a file is, its content says: neither its name nor what the browser calls it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from threading import Lock

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mscoe_portal.permissions import RefusedError
from mscoe_portal.uploads.documents import clean_pdf
from mscoe_portal.uploads.drawings import clean_drawing, is_drawing
from mscoe_portal.uploads.pictures import clean_jpeg, clean_png, clean_webp, is_bare_jpeg, is_bare_webp

MEGABYTE = 1024 * 1024
# Filer cuts longer names, ending and all.
LONGEST_STEM = 100
# A large picture takes hundreds of megabytes while it is made anew, and filer sends three files at once.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Kind:
    """`is_it(content)` tells it; `clean(content)` gives the bytes to keep, or raises RefusedError.

    Cleaning what is clean changes nothing, except that some kinds lose a little each time: of these `is_bare(content)`
    says whether there is nothing to take out.
    """

    ending: str
    mime_type: str
    is_it: Callable
    clean: Callable
    is_bare: Callable = lambda content: False


KINDS = (
    Kind(".jpg", "image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff"), clean_jpeg, is_bare_jpeg),
    Kind(".png", "image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), clean_png),
    Kind(
        ".webp",
        "image/webp",
        lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
        clean_webp,
        is_bare_webp,
    ),
    Kind(".pdf", "application/pdf", lambda content: content.startswith(b"%PDF-"), clean_pdf),
    Kind(".svg", "image/svg+xml", is_drawing, clean_drawing),
)


class CheckedFile(SimpleUploadedFile):
    """A file that was looked at; its bytes are those to keep, and its name ends as its kind does."""


def checked(file, *, keeps_bare=False):
    """The CheckedFile of the Django file `file`. Raises RefusedError.

    With `keeps_bare` a picture in which nothing need be taken out keeps its bytes: it was made anew once already.
    """
    if isinstance(file, CheckedFile):
        return file
    if file.size > settings.FILER_UPLOADER_MAX_FILE_SIZE * MEGABYTE:
        raise too_large()
    file.seek(0)
    content = file.read()
    if not content:
        raise RefusedError(_("This file is empty. Save it anew, and upload that."))
    kind = next((kind for kind in KINDS if kind.is_it(content)), None)
    if kind is None:
        raise RefusedError(
            _(
                "This is neither a picture (JPEG, PNG, WebP or SVG) nor a PDF, whatever its name says. "
                "Save it as one of these in the program that made it, and upload that."
            )
        )
    with _one_at_a_time:
        cleaned = kind.clean(content)
    if keeps_bare and kind.is_bare(content):
        cleaned = content
    if len(cleaned) > settings.FILER_UPLOADER_MAX_FILE_SIZE * MEGABYTE:
        # Nothing is stored that could not be loaded from an export.
        raise RefusedError(
            _("As it is kept here, this file is larger than %(megabytes)s MB. Make it smaller, and upload that.")
            % {"megabytes": settings.FILER_UPLOADER_MAX_FILE_SIZE}
        )
    stem = PurePath(file.name or "").stem[:LONGEST_STEM]
    return CheckedFile(f"{stem if slugify(stem) else 'upload'}{kind.ending}", cleaned, kind.mime_type)


def too_large():
    return RefusedError(
        _("This file is larger than %(megabytes)s MB. Make it smaller, and upload that.")
        % {"megabytes": settings.FILER_UPLOADER_MAX_FILE_SIZE}
    )

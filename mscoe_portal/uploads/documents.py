"""PDF documents: looked through, and written anew without what no reader would see."""

import io
import re
import struct

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.permissions import RefusedError

_SCRIPT = gettext_lazy("a script")
_PROGRAM = gettext_lazy("an action that starts a program")
_FILES = gettext_lazy("attached files")
_MEDIA = gettext_lazy("sound, film or a model")
_FORM = gettext_lazy("a form that sends what is typed")
_FILE_ELSEWHERE = gettext_lazy("a link to a file on some computer")
# What an entry of a document means that does more than show. ISO 32000-2: 12.6.4 (actions), 7.11.4 (embedded files),
# 13 (multimedia), 12.7.6 (form actions), 12.7.8 (XFA).
ENTRIES = {
    "/JavaScript": _SCRIPT,
    "/JS": _SCRIPT,
    "/EmbeddedFiles": _FILES,
    "/EF": _FILES,
    "/XFA": _FORM,
}
TYPES = {
    "/JavaScript": _SCRIPT,
    "/Rendition": _MEDIA,
    "/Launch": _PROGRAM,
    "/GoToE": _FILES,
    "/EmbeddedFile": _FILES,
    "/FileAttachment": _FILES,
    "/RichMedia": _MEDIA,
    "/RichMediaExecute": _MEDIA,
    "/Movie": _MEDIA,
    "/Sound": _MEDIA,
    "/Screen": _MEDIA,
    "/3D": _MEDIA,
    "/SubmitForm": _FORM,
    "/ImportData": _FORM,
}
# Of which kind something is.
KINDS = {"/S", "/Subtype", "/Type"}
# A file that is not in the document (7.11.2, 7.3.8.2): where it is one of a server, Windows signs in there unasked.
FILES_ELSEWHERE = {"/F", "/UF", "/DOS", "/Mac", "/Unix"}
# Addresses of links (12.6.4.8), and how they may not begin.
LINKS = {"/URI", "/Base"}
NO_WEBSITE = re.compile(r"\s*(?:javascript|vbscript|data|(file|smb)):|\s*(\\\\)", re.IGNORECASE)
# Some seven seconds of reading: a leaflet has thousands.
MOST_OBJECTS = 50_000
# Three do for documents of many programs: the third is as the second.
MOST_ROUNDS = 4


def clean_pdf(content):
    """`content`, a PDF document, written anew with what its pages show. Raises RefusedError.

    Its headings and other tags for screen readers stay; a digital signature does not hold any more.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise RefusedError(_("This PDF is locked by a password. Save it without one, and upload that."))
        if not reader.pages:
            raise _damaged()
        _refuse_what_acts(reader.trailer)
        return _made_anew(reader)
    except RefusedError:
        raise
    except (
        PyPdfError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        NotImplementedError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
    ):
        # Whatever pypdf stumbles over: it is written for documents that are some.
        raise _damaged() from None


def _made_anew(reader):
    """What `reader` has read, written anew until nothing changes: the first time some that nobody can reach stays."""
    from pypdf import PdfReader, PdfWriter

    before = None
    for _round in range(MOST_ROUNDS):
        made = io.BytesIO()
        PdfWriter(clone_from=reader).write(made)
        if made.getvalue() == before:
            break
        before = made.getvalue()
        reader = PdfReader(made)
    return before


def _refuse_what_acts(trailer):
    """Look at all that can be reached from `trailer`. Raises RefusedError."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen, waiting = set(), [trailer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            if len(seen) > MOST_OBJECTS:
                raise RefusedError(_("This PDF has too many parts. Upload it in several smaller files."))
            waiting.append(value.get_object())
        elif isinstance(value, DictionaryObject):
            for key, entry in value.items():
                _refuse_entry(key, entry)
                waiting.append(entry)
        elif isinstance(value, ArrayObject):
            waiting.extend(list.__iter__(value))


def _refuse_entry(key, entry):
    found = ENTRIES.get(key)
    if key in KINDS | LINKS | FILES_ELSEWHERE:
        from pypdf.generic import ByteStringObject, IndirectObject, NameObject

        value = entry.get_object() if isinstance(entry, IndirectObject) else entry
        if key in KINDS:
            found = TYPES.get(value) if isinstance(value, str) else None
        elif isinstance(value, str | ByteStringObject) and not isinstance(value, NameObject):
            found = _found_in_text(key, value if isinstance(value, str) else value.decode("latin-1"))
    if found:
        raise RefusedError(
            _("This PDF holds %(what)s, which may harm readers’ computers. Save it without that, and upload it again.")
            % {"what": found}
        )


def _found_in_text(key, text):
    if key in FILES_ELSEWHERE:
        return _FILE_ELSEWHERE
    link = NO_WEBSITE.match(text)
    return link and (_FILE_ELSEWHERE if link[1] or link[2] else _SCRIPT)


def _damaged():
    return RefusedError(_("This PDF is damaged, or only looks like one. Export it anew, and upload that."))

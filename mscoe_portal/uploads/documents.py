"""PDF documents: looked through, and written anew without what no reader would see."""

import io
import struct

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.permissions import RefusedError

_SCRIPT = gettext_lazy("a script")
_PROGRAM = gettext_lazy("an action that starts a program")
_FILES = gettext_lazy("attached files")
_MEDIA = gettext_lazy("sound, film or a model")
_FORM = gettext_lazy("a form that sends what is typed")
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
    if key in {"/S", "/Subtype", "/Type"}:
        from pypdf.generic import IndirectObject

        name = entry.get_object() if isinstance(entry, IndirectObject) else entry
        found = TYPES.get(name) if isinstance(name, str) else None
    if found:
        raise RefusedError(
            _("This PDF holds %(what)s, which may harm readers’ computers. Save it without that, and upload it again.")
            % {"what": found}
        )


def _damaged():
    return RefusedError(_("This PDF is damaged, or only looks like one. Export it anew, and upload that."))

"""The id by which an operator finds in the log what happened to one request, and the number that people are told."""

import re
import uuid
from contextvars import ContextVar

from django.conf import settings

HEADER = "X-Request-ID"
# 32 hexadecimal digits (nginx's $request_id), or a UUID (RFC 9562): nobody's words.
WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# As many digits as somebody reads out, and enough to find one request among those of a year that failed.
DIGITS = 8
# Stands for the number in a page that is written before anybody asks for it; as long as the number is.
PLACEHOLDER = "@number@"

_KEY = "mscoe_portal.request_id"
_environ = ContextVar("environ", default=None)


def begin(environ):
    """Let what this thread does from now on belong to the request of the WSGI `environ`."""
    _environ.set(environ)


def request_id():
    """Return the id of this thread's request: that of a known proxy, else one that is made when it is first asked for.

    Empty where no request is answered.
    """
    environ = _environ.get()
    if environ is None:
        return ""
    if _KEY not in environ:
        told = environ.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
        environ[_KEY] = told if WELL_FORMED.fullmatch(told) else uuid.uuid4().hex
    return environ[_KEY]


def request_number():
    """Return what people are asked to tell: the id's first digits, or a dash where no request is answered."""
    return request_id()[:DIGITS] or "–"


def identified(status, headers):
    """Return the headers of an answer, with the request's id if it failed (a status of 400 and more)."""
    return [*headers, (HEADER, request_id())] if status >= "4" else headers

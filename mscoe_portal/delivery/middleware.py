import threading
import time
from contextlib import nullcontext, suppress
from contextvars import ContextVar

from cms.views import details
from django.contrib import messages
from django.db import transaction
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from djangocms_versioning.constants import OPERATION_PUBLISH

from mscoe_portal.content_security import is_signed_in_staff
from mscoe_portal.delivery.pages import ANY_QUERY, PUBLIC_MARK
from mscoe_portal.delivery.wsgi import NEVER_PUBLIC, PAGES, SAFE_METHODS
from mscoe_portal.errors import server_error

# django CMS's GrouperModelAdmin keeps an editor's language on an object that all threads share.
_editing = threading.Lock()
# What the request of this thread has published: [(time of the commit, content)].
_published = ContextVar("published")


class MarkPublicPages:
    """Mark the answers that are the same for every reader, so that the store may keep them.

    Public is what a view answers to someone who is not signed in without saying itself that it is private. (The CMS
    says so of all its pages: its own cache is off.) To the CMS's own pages a query makes no difference.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_cms_page = request.resolver_match is not None and request.resolver_match.func is details
        is_private = response.has_header("Cache-Control") and not is_cms_page
        if not (request.method != "GET" or response.streaming or is_private or request.user.is_authenticated):
            response[PUBLIC_MARK] = ANY_QUERY if is_cms_page else "this query"
        return response


class EditorsTakeTurns:
    """One request of staff at a time in each process; while it may change the site, no finished file is shown.

    It is here, and not in the WSGI layer, that it is known who is staff: no stranger takes a turn, whatever cookie he
    made up. The form is read before, since it may come slowly.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        pages = request.environ.get(PAGES)
        if pages is None or not is_signed_in_staff(request):
            return self.get_response(request)
        with suppress(UnreadablePostError):
            request.POST  # noqa: B018
        may_change = pages.files and request.method not in SAFE_METHODS
        with pages.counts.waiting(_editing, "editors"), pages.files.withdrawn() if may_change else nullcontext():
            # Where it waits for a database that hangs, it must not wait in a row.
            return self.get_response(request) if pages.generation.database_answers else server_error(request)


class TellWhenLive:
    """Tell an editor who has published a page after how many seconds every reader gets it, and that it is so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _published.set([])
        response = self.get_response(request)
        pages = request.environ.get(PAGES)
        for committed, content in _published.get() if pages else ():
            path = getattr(content, "get_absolute_url", lambda: "")()
            if not path or path.startswith(NEVER_PUBLIC):
                continue
            if pages.make_live((request.scheme, request.get_host().lower(), path)):
                seconds = time.monotonic() - committed
                pages.counts.observe("publish to live", seconds)
                told = _("Live for every reader after %(seconds)s seconds.") % {"seconds": f"{seconds:.2f}"}
                # The toolbar shows all messages in one line, with nothing between them.
                messages.info(request, f" {told}")
        return response


def note_publish(operation, obj, **kwargs):
    """Receiver of djangocms-versioning's post_version_operation."""
    if operation == OPERATION_PUBLISH and (published := _published.get(None)) is not None:
        content = obj.content
        transaction.on_commit(lambda: published.append((time.monotonic(), content)))

import time
from contextvars import ContextVar

from cms.views import details
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from mscoe_portal.delivery.pages import ANY_QUERY, PUBLIC_MARK
from mscoe_portal.delivery.wsgi import NEVER_PUBLIC, PAGES

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
                messages.info(request, f" – {told}")
        return response


def note_publish(operation, obj, **kwargs):
    """Receiver of djangocms-versioning's post_version_operation."""
    if operation == "operation_publish" and (published := _published.get(None)) is not None:
        content = obj.content
        transaction.on_commit(lambda: published.append((time.monotonic(), content)))

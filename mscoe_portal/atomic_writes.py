"""Each request that may write is one transaction, or nothing of it has happened."""

from django.db import transaction

from mscoe_portal.bad_requests import READING, refused


class AtomicWritesMiddleware:
    """Django's ATOMIC_REQUESTS, for the requests that may write.

    For all it would let readers wait: a transaction of ours on SQLite takes the lock for writing when it begins
    (`transaction_mode` in the settings), and a page that needs no database would open one. The last in MIDDLEWARE,
    since the view runs here. See docs/decisions/0011-atomic-writes.md.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method in READING:
            return None
        try:
            return transaction.atomic(view)(request, *args, **kwargs)
        except Exception as error:
            # Django shows a middleware the exceptions of views, and not those of another middleware.
            if answer := refused(request, error):
                return answer
            raise

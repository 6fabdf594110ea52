"""Each request that may write is one transaction, or nothing of it has happened; those of one person take turns."""

from django.contrib.auth import get_user_model
from django.db import transaction

from mscoe_portal.bad_requests import READING, refused
from mscoe_portal.content_security import is_signed_in_staff


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
            with transaction.atomic():
                if is_signed_in_staff(request):
                    # Who clicks twice waits, and is told what the first click has done (PostgreSQL).
                    get_user_model().objects.select_for_update(no_key=True).get(pk=request.user.pk)
                return view(request, *args, **kwargs)
        except Exception as error:
            # Django shows a middleware the exceptions of views, and not those of another middleware.
            if answer := refused(request, error):
                return answer
            raise

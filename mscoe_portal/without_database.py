"""django CMS's middleware, for a database that may be gone: what needs nothing of it is answered all the same."""

from cms.middleware import toolbar
from cms.toolbar.toolbar import CMSToolbar
from cms.utils import apphook_reload
from django.conf import settings
from django.db import DatabaseError
from django.utils.functional import SimpleLazyObject

from mscoe_portal.content_security import is_signed_in_staff
from mscoe_portal.public_state import PUBLIC_STATE, kept
from mscoe_portal.toolbar_in_use import toolbar_in_use

# Nothing that these answer has to do with the CMS.
WITHOUT_TOOLBAR = ("/healthz/", settings.MEDIA_URL)
# A revision that is never the database's: the next request that finds the database reads the addresses anew.
_READ_ANEW = "unknown"


class ApphookReloadMiddleware:
    """Read the addresses of the views that hang under CMS pages anew, when they have changed.

    Asked of the database once for each state of the public site (`delivery` counts a new revision as one), else for
    each request. A process that read them while the database was gone has none, and reads them again as soon as it is
    back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            kept(request, "addresses", apphook_reload.ensure_urlconf_is_up_to_date)
        except DatabaseError:
            apphook_reload.set_local_revision(_READ_ANEW)
            # What is made with these addresses, should the database be back at once, is for this answer alone.
            request.META.pop(PUBLIC_STATE, None)
        return self.get_response(request)


class ToolbarMiddleware(toolbar.ToolbarMiddleware):
    """Give the request a toolbar, which asks the database which site and user it is for.

    The CMS would open a session, cookie and row, for any reader whose address says `?toolbar_off`.
    """

    def process_request(self, request):
        if is_signed_in_staff(request):
            super().process_request(request)
        else:
            request.toolbar = SimpleLazyObject(lambda: CMSToolbar(request))

    def process_response(self, request, response):
        # Where nothing was rendered with a toolbar, the CMS would make one only to see that staff are there, to whom
        # `staff_answers` sees. One that was used may know of a plugin that no cache may keep.
        return super().process_response(request, response) if toolbar_in_use(request) is not None else response

    def __call__(self, request):
        if request.path_info.startswith(WITHOUT_TOOLBAR):
            return self.get_response(request)
        return super().__call__(request)

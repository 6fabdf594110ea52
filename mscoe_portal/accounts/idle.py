"""A session ends when its owner has done nothing for a while, and the browser warns before that.

The database ends it, by the age in the settings. NIST SP 800-63B-4, 2.2.3: at its second level of assurance after one
hour without activity at most. WCAG 2.2.1 asks for the warning: static/js/session-end.js.
"""

from http import HTTPStatus
from time import time

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache

_RENEWED_AT = "renewed_at"
# Seconds. Each request is activity, but not each is worth a write to the database.
SELDOM = 60
# What is asked here must not ask for a session.
_NO_ACTIVITY = ("/healthz/", settings.MEDIA_URL)


class IdleMiddleware:
    """Lets a session last on while its owner does something. Readers have none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        could_be_signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if could_be_signed_in and not request.path_info.startswith(_NO_ACTIVITY) and request.user.is_authenticated:
            renew(request.session)
        return self.get_response(request)


def renew(session):
    """Let `session` last its whole age from now on, unless that was done a moment ago."""
    if time() - session.get(_RENEWED_AT, 0) > SELDOM:
        session[_RENEWED_AT] = time()


def seconds_left(session):
    """In how many seconds `session` ends if nothing is done."""
    return round(session.get(_RENEWED_AT, time()) + session.get_expiry_age() - time())


@never_cache
def session_time(request):
    """Answer in JSON how long the session goes on; to ask is activity. 401 to who is not signed in any more."""
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0}, status=HTTPStatus.UNAUTHORIZED)
    return JsonResponse({"seconds": seconds_left(request.session)})

"""A session ends when its owner has done nothing for a while, and the browser warns before that.

The database ends it, by the age in the settings. NIST SP 800-63B-4, 2.2.3: at its second level of assurance after one
hour without activity at most, and 24 hours after the sign-in, whatever is done: who has stolen a session would keep it.
WCAG 2.2.1 asks for the warning: static/js/session-end.js.
"""

from http import HTTPStatus
from time import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import JsonResponse
from django.views.decorators.cache import never_cache

_RENEWED_AT, _SIGNED_IN_AT = "renewed_at", "signed_in_at"
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
            if seconds_left(request.session) > 0:
                renew(request.session)
            else:
                logout(request)
        return self.get_response(request)


def note_sign_in(request, **kwargs):
    """Receiver of `user_logged_in`."""
    request.session[_SIGNED_IN_AT] = time()


def renew(session):
    """Let `session` last its whole age from now on, unless that was done a moment ago."""
    if time() - session.get(_RENEWED_AT, 0) > SELDOM:
        session[_RENEWED_AT] = time()
        session.setdefault(_SIGNED_IN_AT, time())


def seconds_left(session):
    """In how many seconds `session` ends if nothing is done."""
    idle_until = session.get(_RENEWED_AT, time()) + session.get_expiry_age()
    longest_until = session.get(_SIGNED_IN_AT, time()) + settings.SESSION_LONGEST.total_seconds()
    return round(min(idle_until, longest_until) - time())


@never_cache
def session_time(request):
    """Answer in JSON how long the session goes on; to ask is activity. 401 to who is not signed in any more."""
    if not request.user.is_authenticated:
        return JsonResponse({"seconds": 0}, status=HTTPStatus.UNAUTHORIZED)
    return JsonResponse({"seconds": seconds_left(request.session)})

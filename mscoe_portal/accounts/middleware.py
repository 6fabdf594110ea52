from django.db import transaction
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from mscoe_portal import reauthentication
from mscoe_portal.accounts import second_factor
from mscoe_portal.accounts.sensitive_acts import ACTS
from mscoe_portal.bad_requests import FORMS, READING
from mscoe_portal.content_security import is_admin, is_signed_in_staff

# Names of addresses. What a person needs to sign in and out; and, while there is nothing to give a second factor with,
# to set it up.
_TO_SIGN_IN = {"admin:login", "admin:logout", "admin:jsi18n", "accounts:second-factor", "accounts:session"}
_TO_SET_UP = {"accounts:set-up", "accounts:passkey"}


class SecondFactorMiddleware:
    """Leads who has signed in without a second factor to where it is given or set up, and from there back.

    Until then there is nothing for them but what every reader can see. Whoever has given one long ago is asked again on
    the way to a sensitive act.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        if name in _TO_SIGN_IN or not is_signed_in_staff(request) or not (is_admin(request) or name in FORMS):
            return None
        if not second_factor.must_be_given(request):
            return _asked_again(request, name)
        if second_factor.is_set_up(request.user):
            return _by_way_of("accounts:second-factor", request)
        return None if name in _TO_SET_UP else _by_way_of("accounts:set-up", request)


def _asked_again(request, name):
    """The question for the proof on the way to a sensitive act; None: the view of the address `name` may answer."""
    if name not in ACTS or request.method in READING:
        return None
    # Wrong codes count even where nothing else is written.
    with transaction.atomic():
        return reauthentication.ask(request, ACTS[name])


def _by_way_of(page, request):
    """To `page`, and then on to where the person wanted to go. A form that was sent has to be opened again."""
    way_on = request.get_full_path() if request.method in READING else reverse("admin:index")
    return redirect(f"{resolve_url(page)}?{urlencode({'next': way_on})}")

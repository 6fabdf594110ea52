"""Requests that no page, form or link of this site makes, refused before a view sees them."""

import logging
import traceback
from functools import wraps

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import TO_FIELD_VAR
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ObjectDoesNotExist, ValidationError
from django.core.handlers.wsgi import WSGIRequest
from django.db import DataError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from mscoe_portal.errors import bad_request

logger = logging.getLogger(__name__)

READING = ["GET", "HEAD", "OPTIONS"]
METHODS = [*READING, "POST"]
# The admin, and the pages of sign-in and of the review below it.
APPS = {"accounts", "admin", "review"}
# Views of django CMS that editors' browsers send forms to, outside the admin.
FORMS = {"cms_wizard_create"}
# What the admin takes from who is not signed in.
OF_STRANGERS = {"login", "forgotten-password", "new-password", "accept-invitation"}
# What the versions' views of the admin are told of where to go on, and check by its path alone.
WAYS_ON = ("back", "next")
# What a view raises that read something of a request without a look at it: a number that is none, an id that nothing
# has, a key that was not sent (the CMS's own word for that is RuntimeError).
MISREAD = (ValueError, KeyError, OverflowError, RuntimeError, ValidationError, DataError, ObjectDoesNotExist)
# What of this site may be among the functions that were called: the templates are ours, too.
OURS = ("mscoe_portal", "stemcells", "django.template")
# It calls every view that writes.
AROUND_VIEWS = "mscoe_portal.atomic_writes"


def is_misread(request, exception):
    """Whether a view of a package, for staff, stumbled over the request: nothing of this site ran below it.

    The packages of the admin (Django's, the CMS, versioning, alias, filer, text) read addresses, queries and forms in
    some hundred places, and what stands there may be typed by hand. One rule for all of them can hide a mistake; so it
    holds only where the mistake cannot be ours: as soon as one function of this site is among those that were called
    (a form of ours, a receiver, a guard), or a template is rendered, the error stays one of the server. The price: a
    mistake of a package is told as 400, and stands in the log with its traceback. Readers' pages are left out: in the
    place of one that fails they get its older copy.
    """
    match = request.resolver_match
    is_for_staff = match is not None and (APPS.intersection(match.app_names) or match.url_name in FORMS)
    if not (is_for_staff and isinstance(exception, MISREAD)):
        return False
    called = {frame.f_globals.get("__name__", "") for frame, _line in traceback.walk_tb(exception.__traceback__)}
    return not any(name.startswith(OURS) for name in called - {AROUND_VIEWS})


def refused(request, exception):
    """The answer to what was misread, or None where the error is the server's."""
    if not (isinstance(exception, OverflowError) or is_misread(request, exception)):
        return None
    logger.warning("A request that %s misread was refused.", request.resolver_match.view_name, exc_info=exception)
    return bad_request(request)


def _is_on_site(way, request):
    """Whether `way` is an address of this site. A bare word is none: `redirect` would take it for a view's name."""
    is_address = way.startswith(("/", "http://", "https://"))
    return is_address and url_has_allowed_host_and_scheme(way, {request.get_host()})


def with_refused_parameters(get_queryset):
    """`ChangeList.get_queryset`, which refuses what is no id as Django's admin refuses all bad parameters of a list."""

    @wraps(get_queryset)
    def wrapper(*args, **kwargs):
        try:
            return get_queryset(*args, **kwargs)
        except (ValueError, ValidationError) as error:
            raise IncorrectLookupParameters(error) from error

    return wrapper


def with_no_file_for_no_id(obj_for_value):
    """filer's `AdminFileWidget.obj_for_value`, which shows no file for what is no id; the field tells the mistake."""

    @wraps(obj_for_value)
    def wrapper(*args, **kwargs):
        try:
            return obj_for_value(*args, **kwargs)
        except ValueError:
            return None

    return wrapper


def with_no_choice_for_no_id(optgroups):
    """`optgroups` of Django's widget that looks up as one types; the same, and the same goes for its field."""

    @wraps(optgroups)
    def wrapper(widget, name, value, attr=None):
        try:
            return optgroups(widget, name, value, attr)
        except ValueError:
            return optgroups(widget, name, [], attr)

    return wrapper


def _is_address(path):
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _unread(request, response):
    """`response`, for which nobody reads what the form holds. (The CMS asks each one for a language.)"""
    request.POST = QueryDict()
    return response


class Utf8Request(WSGIRequest):
    """A request whose address and form are read as UTF-8, whatever its Content-Type says.

    Django would read the address, too, in the charset that is named there. Where that is none for texts ("undefined"),
    or where the header cannot be read, it fails before there is anything that could answer.
    """

    @property
    def encoding(self):
        return None

    @encoding.setter
    def encoding(self, value):
        """Nothing is set."""

    def _set_content_type_params(self, meta):
        try:
            super()._set_content_type_params(meta)
        except (LookupError, ValueError):
            self.content_type, self.content_params = "", {}


class RefuseBadRequestsMiddleware:
    """Answer 405 to a method that the address does not take (RFC 9110, 15.5.6), 400 to a NUL in the request.

    TRACE would give back cookies to a script (RFC 9110, 9.3.8). A NUL is in no name or text of the site, and
    PostgreSQL takes none, not even to look for it. Nor does SQLite take a number of more than 64 bits, with which an
    address typed by hand may ask for an id. Outside the admin everything is for reading only; from inside it, no link
    "Back" leads to another website. What a form holds is read from nobody who may not send one: whoever sends it slowly
    would keep others waiting.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        query = (text for key, values in request.GET.lists() for text in (key, *values))
        if any("\0" in text for text in (request.path, *query, *request.COOKIES.values())):
            raise BadRequest("NUL in the request")
        if request.method == "POST" and not _is_address(request.path_info):
            return _unread(request, HttpResponseNotAllowed(READING))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if APPS.intersection(match.app_names):
            return self.in_the_admin(request, match)
        if match.url_name in FORMS:
            page = request.GET.get("page", "")
            if page not in {"", "None"} and not page.isdecimal():  # "None" is what the CMS itself writes
                raise BadRequest("No page has this id")
            return None
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
        if request.method not in READING:
            return _unread(request, HttpResponseNotAllowed(READING))
        return None

    @staticmethod
    def in_the_admin(request, match):
        if request.method == "POST":
            if match.url_name not in OF_STRANGERS and not request.user.is_authenticated:
                return _unread(request, redirect_to_login(request.get_full_path()))
            request.POST  # noqa: B018 - refused here if it cannot be read, and not where an answer is made
        if not unquote(str(match.kwargs.get("object_id", 1))).isdecimal():
            raise Http404("No object has this id")
        if request.GET.get(TO_FIELD_VAR) == "":
            raise BadRequest("A field without a name")
        ways_on = (way for name in WAYS_ON for way in request.GET.getlist(name))
        if not all(_is_on_site(way, request) for way in ways_on if way):
            raise BadRequest("A link that leaves the site")
        return None

    def process_exception(self, request, exception):
        return refused(request, exception)

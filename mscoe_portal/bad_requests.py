"""Requests that no page, form or link of this site makes, refused before a view sees them."""

from functools import wraps

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import TO_FIELD_VAR
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils.http import url_has_allowed_host_and_scheme

from mscoe_portal.errors import bad_request

READING = ["GET", "HEAD", "OPTIONS"]
METHODS = [*READING, "POST"]
# The admin, and the pages of sign-in and of the review below it.
APPS = {"accounts", "admin", "review"}
# Views of django CMS that editors' browsers send forms to, outside the admin.
FORMS = {"cms_login", "cms_wizard_create"}
# What the versions' views of the admin are told of where to go on, and check by its path alone.
WAYS_ON = ("back", "next")


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


class RefuseBadRequestsMiddleware:
    """Answer 405 to a method that the address does not take (RFC 9110, 15.5.6), 400 to a NUL in the request.

    TRACE would give back cookies to a script (RFC 9110, 9.3.8). A NUL is in no name or text of the site, and
    PostgreSQL takes none, not even to look for it. Nor does SQLite take a number of more than 64 bits, with which an
    address typed by hand may ask for an id. Outside the admin everything is for reading only; from inside it, no link
    "Back" leads to another website.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        query = (text for key, values in request.GET.lists() for text in (key, *values))
        if any("\0" in text for text in (request.path, *query, *request.COOKIES.values())):
            raise BadRequest("NUL in the request")
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        match = request.resolver_match
        if APPS.intersection(match.app_names):
            if request.GET.get(TO_FIELD_VAR) == "":
                raise BadRequest("A field without a name")
            ways_on = (way for name in WAYS_ON for way in request.GET.getlist(name))
            if not all(_is_on_site(way, request) for way in ways_on if way):
                raise BadRequest("A link that leaves the site")
            return None
        if match.url_name in FORMS:
            page = request.GET.get("page", "")
            if page not in {"", "None"} and not page.isdecimal():  # "None" is what the CMS itself writes
                raise BadRequest("No page has this id")
            return None
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
        if request.method not in READING:
            return HttpResponseNotAllowed(READING)
        return None

    def process_exception(self, request, exception):
        return bad_request(request) if isinstance(exception, OverflowError) else None

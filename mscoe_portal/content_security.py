"""The Content-Security-Policy: strict for readers, stricter for the admin; wider where staff use the CMS’s tools."""

from csp.constants import HEADER, NONE, UNSAFE_HASHES, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings

# The toolbar, the structure board and the text editor set styles in place and draw some icons from data: addresses.
# Scripts stay as strict for staff as for readers.
WIDER_FOR_TOOLS = {"style-src": [UNSAFE_INLINE], "img-src": ["data:"]}
# The CMS's jQuery tries an event handler whose whole code is "t"; refused, it would hide what else is refused.
WIDER_FOR_STAFF = {"script-src-attr": [UNSAFE_HASHES, "'sha256-47mKTaMaEn1L3m5DAz9muidMqw636xxw7EFAK/YnPdg='"]}
# The dialogs of the CMS are frames; no other page of the admin has one.
STRICTER_FOR_ADMIN = {"frame-src": [NONE], "manifest-src": [NONE]}


class ContentSecurityMiddleware(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):  # noqa: FBT002 - the base's signature
        parts = super().get_policy_parts(request, response, report_only)
        if is_signed_in_staff(request):
            wider = WIDER_FOR_STAFF | (WIDER_FOR_TOOLS if has_tools(request) else {})
            parts.update = wider | (parts.update or {})
        if not has_tools(request):
            parts.replace = STRICTER_FOR_ADMIN | (parts.replace or {})
        return parts

    def process_response(self, request, response):
        """Put the directives in one order: the package takes them as they come, in each process otherwise."""
        response = super().process_response(request, response)
        if HEADER in response:
            response[HEADER] = "; ".join(sorted(response[HEADER].split("; ")))
        return response


def is_admin(request):
    return request.path.startswith("/admin/")


def has_tools(request):
    """Whether the CMS's tools may be on the page: outside the admin the toolbar, in it all that is the CMS's own."""
    match = request.resolver_match
    return not is_admin(request) or (match is not None and (match.url_name or "").startswith("cms_"))


def is_signed_in_staff(request):
    # The cookie first: a reader's page must not depend on a session, nor ask the database for one.
    return settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user") and request.user.is_staff

"""The Content-Security-Policy: strict for readers; for signed-in staff wider by what the CMS’s editing tools need."""

from csp.constants import HEADER, UNSAFE_HASHES, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from django.conf import settings

# The toolbar, the structure board and the text editor set styles in place and draw some icons from data: addresses.
# Scripts stay as strict for staff as for readers.
WIDER_FOR_STAFF = {
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    # The CMS's jQuery tries an event handler whose whole code is "t"; refused, it would hide what else is refused.
    "script-src-attr": [UNSAFE_HASHES, "'sha256-47mKTaMaEn1L3m5DAz9muidMqw636xxw7EFAK/YnPdg='"],
}


class ContentSecurityMiddleware(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):  # noqa: FBT002 - the base's signature
        parts = super().get_policy_parts(request, response, report_only)
        if is_signed_in_staff(request):
            parts.update = WIDER_FOR_STAFF | (parts.update or {})
        return parts

    def process_response(self, request, response):
        """Put the directives in one order: the package takes them as they come, in each process otherwise."""
        response = super().process_response(request, response)
        if HEADER in response:
            response[HEADER] = "; ".join(sorted(response[HEADER].split("; ")))
        return response


def is_signed_in_staff(request):
    # The cookie first: a reader's page must not depend on a session, nor ask the database for one.
    return settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user") and request.user.is_staff

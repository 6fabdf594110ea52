"""What readers see when an answer fails. None of it may fail itself, whatever is broken."""

import logging
import tempfile
from pathlib import Path

from cms.utils import apphook_reload
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseNotFound, HttpResponseServerError
from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from mscoe_portal.anonymous_request import anonymous_request
from mscoe_portal.permissions import RefusedError
from mscoe_portal.request_id import PLACEHOLDER, request_number

logger = logging.getLogger(__name__)


def bad_request(request, exception=None):
    """Answer 400: the request itself cannot be right (an unknown host, an address that no link leads to)."""
    return _plain_page("400.html", 400)


def page_not_found(request, exception=None):
    """Answer 404 with the whole frame. The delivery layer shows it to all who ask there within seconds: one number."""
    context = {"request_number": request_number()}
    return HttpResponseNotFound(render_to_string("404.html", context, request))


def permission_denied(request, exception=None):
    """Answer 403: signed in or not, this person may not do this. A refusal says why, to a script as plain text."""
    request.refusal = str(exception or "")  # `not_saved` tells it beside what was typed
    reason = request.refusal if isinstance(exception, RefusedError) else ""
    if reason and request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(reason, status=403, content_type="text/plain; charset=utf-8")
    return _plain_page("403.html", 403, reason=reason)


def csrf_failure(request, reason=""):
    """Answer 403 to a form that was sent without its token, most often one that stood open for too long."""
    request.has_no_token = True
    return _plain_page("403_csrf.html", 403)


def server_error(request):
    """Answer 500 with the page that `write_server_error_page` made; without it, with one that asks for nothing."""
    try:
        page = settings.SERVER_ERROR_PAGE.read_bytes()
        return HttpResponseServerError(page.replace(PLACEHOLDER.encode(), request_number().encode()))
    except OSError:
        return _plain_page("500_plain.html", 500)


def too_busy():
    """Answer 503: others send forms at this moment. In the site's default language, nobody having been asked yet."""
    with override(settings.LANGUAGE_CODE):
        return _plain_page("503.html", 503)


def _plain_page(template, status, **context):
    language = get_language() or settings.LANGUAGE_CODE
    # Not by its name: that asks the database for the addresses of pages.
    home = "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
    context |= {"crisis_line": settings.CRISIS_LINE, "home": home, "request_number": request_number()}
    return HttpResponse(render_to_string(template, context), status=status)


def write_server_error_page():
    """Render templates/500.html, menu and quick links of this moment included, into settings.SERVER_ERROR_PAGE.

    In the site's default language, as anybody may see it. The file is replaced in one step, so that no reader gets
    half of it. Raises what rendering and writing raise; the file is then as before.
    """
    path = Path(settings.SERVER_ERROR_PAGE)
    path.parent.mkdir(parents=True, exist_ok=True)
    apphook_reload.ensure_urlconf_is_up_to_date()
    with override(settings.LANGUAGE_CODE):
        request = anonymous_request("", settings.LANGUAGE_CODE)  # no address, so that no page counts as the current one
        page = render_to_string("500.html", {"request_number": PLACEHOLDER}, request)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(page)
    Path(file.name).chmod(0o644)  # nginx shows it while no process answers: deploy/nginx.conf
    Path(file.name).replace(path)


def keep_server_error_page_current(**kwargs):
    """Receiver of the signals after which the menu or the quick links may be others: write the page anew, later.

    Once for each transaction, when it has succeeded. A failure is logged and stops nothing.
    """
    if _write_or_log not in [function for _ids, function, *_rest in connection.run_on_commit]:
        transaction.on_commit(_write_or_log)


def _write_or_log():
    try:
        write_server_error_page()
    except Exception as error:  # noqa: BLE001 - whatever it is, what was published is published
        logger.error("The page for server errors could not be written, the one before stays: %s", error)  # noqa: TRY400

"""A request that nobody has sent: what is rendered for it is what readers get."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest


def anonymous_request(path, language):
    """A reader's request for `path` in `language` (code), which has gone through no middleware."""
    from cms.toolbar.toolbar import CMSToolbar  # needs the apps to be ready

    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    host = next((host for host in settings.ALLOWED_HOSTS if host.strip(".*")), "localhost").lstrip(".*")
    request.META = {"SERVER_NAME": host, "SERVER_PORT": "443", "wsgi.url_scheme": "https"}
    request.user, request.session, request.LANGUAGE_CODE = AnonymousUser(), {}, language
    request.current_page = None
    request.toolbar = CMSToolbar(request)
    return request

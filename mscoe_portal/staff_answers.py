"""What every answer to staff, and every answer of the admin, tells browsers besides."""

from django.conf import settings
from django.utils.cache import patch_cache_control

from mscoe_portal.content_security import is_admin, is_signed_in_staff

# No other website may load an answer as a part of its own page, or learn an address in the admin.
HEADERS = {"Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "same-origin"}


class StaffAnswersMiddleware:
    """Nobody keeps what staff were shown: not the browser of a shared computer, nor a cache on the way.

    An upload is for every reader, whoever asks for it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_admin(request) or (is_signed_in_staff(request) and not request.path.startswith(settings.MEDIA_URL)):
            patch_cache_control(response, private=True, no_store=True)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

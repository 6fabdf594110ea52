from http import HTTPStatus

from django.http import HttpResponsePermanentRedirect

from mscoe_portal.navigation.old_addresses import present_address


class OldAddressMiddleware:
    """Answer a request for an old address with a permanent redirect (RFC 9110, 15.4.2) to the present one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND:
            return response
        address = present_address(request.path if request.path.endswith("/") else f"{request.path}/")
        if not address or address == request.path:
            return response
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

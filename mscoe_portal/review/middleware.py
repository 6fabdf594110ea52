from django.contrib import messages

from mscoe_portal.content_security import is_signed_in_staff
from mscoe_portal.review.taking_over import tell


class TellOfTakeOverMiddleware:
    """Tells people on the next page of the admin that they open whose draft of theirs somebody has taken over."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "GET" and "admin" in request.resolver_match.app_names and is_signed_in_staff(request):
            for words in tell(request.user):
                messages.warning(request, words)

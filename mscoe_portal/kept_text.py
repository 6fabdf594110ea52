"""Text that is typed and not saved yet: the browser keeps it, and the browser alone (static/js/kept-text.js).

The server tells the browser when to drop it, by cookies that the script of the next page in the admin takes away again:
one for each text that was saved, and one for each person who has signed out.
"""

import re

from django.conf import settings
from django.urls import reverse

# Clinic computers are shared. The script drops older texts, too.
DAYS = 7
FIELD = "kept_text"
_is_id = re.compile(r"[a-z0-9]{8,40}").fullmatch


def posted_id(request):
    """The id under which the browser keeps what this form sends; "" without any."""
    posted = request.POST.get(FIELD, "")
    return posted if _is_id(posted) else ""


def forget(request, response):
    """Have the browser drop what `request` has saved."""
    if kept := posted_id(request):
        _tell(response, f"kept-text-saved-{kept}")


def forget_person(user, response):
    """Have the browser drop all that it keeps of `user`, who signs out."""
    if user.pk:
        _tell(response, f"kept-text-ended-{user.pk}")


def _tell(response, name):
    response.set_cookie(
        name,
        "1",
        max_age=DAYS * 24 * 3600,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )

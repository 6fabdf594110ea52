"""`{% load session_end %}`: the warning before a session ends."""

from django import template
from django.conf import settings

from mscoe_portal.accounts.idle import seconds_left

register = template.Library()


@register.inclusion_tag("accounts/session_end.html", takes_context=True)
def session_end(context):
    """The dialogs that static/js/session-end.js opens; nothing for who is not signed in."""
    request = context.get("request")  # the admin renders a page or two without
    if request is None or not request.user.is_authenticated:
        return {}
    warning = settings.SESSION_WARNING
    return {"seconds": seconds_left(request.session), "warning": int(warning.total_seconds())}

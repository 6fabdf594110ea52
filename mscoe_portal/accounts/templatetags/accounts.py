"""`{% load accounts %}`: what pages tell of sign-in."""

from django import template
from django.conf import settings

from mscoe_portal.accounts.idle import seconds_left
from mscoe_portal.accounts.invitations import is_open
from mscoe_portal.accounts.permissions import user_can_reset_second_factor

register = template.Library()
register.filter("has_open_invitation", is_open)
register.filter("can_reset_second_factor_of", user_can_reset_second_factor)


@register.simple_tag
def agency_name():
    """The name of the agency whose own sign-in may be used; "" if there is none."""
    return settings.OIDC_NAME if settings.OIDC_OP_ISSUER else ""


@register.inclusion_tag("accounts/demo_notice.html")
def demo_notice():
    """What each page of a demo's admin says of it."""
    return {"is_demo": settings.DEMO}


@register.inclusion_tag("accounts/session_end.html", takes_context=True)
def session_end(context):
    """The dialogs that static/js/session-end.js opens; nothing for who is not signed in."""
    request = context.get("request")  # the admin renders a page or two without
    if request is None or not request.user.is_authenticated:
        return {}
    warning = settings.SESSION_WARNING
    return {"seconds": seconds_left(request.session), "warning": int(warning.total_seconds())}

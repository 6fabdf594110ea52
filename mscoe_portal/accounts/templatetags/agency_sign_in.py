from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def agency_name():
    """The name of the agency whose own sign-in may be used; "" if there is none."""
    return settings.OIDC_NAME if settings.OIDC_OP_ISSUER else ""

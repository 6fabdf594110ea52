"""`{% load demo %}`: what each page of a demo's admin says of it."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("accounts/demo_notice.html")
def demo_notice():
    return {"is_demo": settings.DEMO}

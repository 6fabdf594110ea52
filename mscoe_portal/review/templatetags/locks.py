from django import template

from mscoe_portal.review.taking_over import since_when_locked

register = template.Library()


@register.filter
def locked_since(version):
    """When the holder of the draft's lock got it, or None."""
    return since_when_locked(version)

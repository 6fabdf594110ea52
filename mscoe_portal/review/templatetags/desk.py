"""`{% load desk %}`: the editors' desk, on the admin's first page."""

from django import template

from mscoe_portal.review.desk import Desk

register = template.Library()


@register.inclusion_tag("review/desk.html")
def desk(user):
    """How much of the site is in date, and what waits for `user`."""
    desk = Desk(user)
    return {"bar": desk.bar, "sections": desk.sections}

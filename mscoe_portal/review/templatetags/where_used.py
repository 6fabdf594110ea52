"""`{% load where_used %}`: where a page, record, alias or source is used."""

from django import template

from mscoe_portal.review.where_used import is_on_every_page, used_by

register = template.Library()


@register.inclusion_tag("review/where_used.html")
def where_used(obj):
    """What uses `obj` (a grouper, or what has no version): what is public and drafts apart, with links to them."""
    uses = used_by(obj)
    return {
        "public": [use for use in uses if use.is_public],
        "drafts": [use for use in uses if not use.is_public],
        "is_on_every_page": is_on_every_page(obj) if hasattr(obj, "static_code") else False,
    }

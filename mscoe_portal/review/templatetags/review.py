"""`{% load review %}`: what readers are told of the clinical review."""

from cms.toolbar.utils import get_toolbar_from_request
from django import template

from mscoe_portal.review.reader import json_in_html, medical_web_page, review_of

register = template.Library()


@register.simple_tag(takes_context=True)
def clinical_review(context):
    """How the page that is shown stands (a `currency.Review`); None where it is no versioned content."""
    request = context["request"]
    return review_of(request, get_toolbar_from_request(request).get_object())


@register.inclusion_tag("components/structured_data.html", takes_context=True)
def structured_data(context, url, citation):
    """The page that is shown, for search engines; nothing where it has no public address (`url`).

    `citation`: the sources that it cites, as dicts of schema.org.
    """
    review = clinical_review(context) if url else None
    if review is None:
        return {"json": ""}
    content = get_toolbar_from_request(context["request"]).get_object()
    return {"json": json_in_html(medical_web_page(content, review, url, citation))}

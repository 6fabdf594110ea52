"""`{% load review %}`: what readers are told of the clinical review, and editors where they write."""

from cms.toolbar.utils import get_toolbar_from_request
from django import template
from django.utils.timezone import localdate
from django.utils.translation import get_language
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.permissions import user_can_act_without_version
from mscoe_portal.review.currency import unsigned_parts
from mscoe_portal.review.desk import Desk
from mscoe_portal.review.due_dates import due_after
from mscoe_portal.review.models import ReviewPlan, Signature
from mscoe_portal.review.reader import json_in_html, medical_web_page, review_of
from mscoe_portal.review.rules import grouped
from mscoe_portal.review.standing import Standing
from mscoe_portal.review.taking_over import since_when_locked
from mscoe_portal.review.where_used import is_on_every_page, used_by

register = template.Library()
register.filter("locked_since", since_when_locked)

# --- For readers ---


@register.simple_tag(takes_context=True)
def clinical_review(context):
    """How the page that is shown stands (a `currency.Review`); None where it is no versioned content."""
    request = context["request"]
    return review_of(request, get_toolbar_from_request(request).get_object())


@register.inclusion_tag("components/structured_data.html", takes_context=True)
def structured_data(context, url, citation):
    """The page that is shown, for search engines; nothing where it has no public address (`url`).

    Nor where it is not translated: they read it at the address of its own language, which is the canonical one.
    `citation`: the sources that it cites, as dicts of schema.org.
    """
    review = clinical_review(context) if url else None
    content = get_toolbar_from_request(context["request"]).get_object()
    if review is None or content.language != get_language():
        return {"json": ""}
    return {"json": json_in_html(medical_web_page(content, review, url, citation))}


# --- For editors ---


@register.inclusion_tag("review/desk.html")
def desk(user):
    """How much of the site is in date, and what waits for `user`."""
    desk = Desk(user)
    return {"bar": desk.bar, "sections": desk.sections}


@register.inclusion_tag("review/findings_panel.html")
def findings_panel(content):
    """What stands against publishing the draft `content` (as it is saved), or that nothing does; else nothing."""
    version = Version.objects.get_for_content(content)
    if version.state != DRAFT:
        return {"groups": [], "may_be_published": False}
    [standing] = Standing.of_each([version])
    return {
        "groups": grouped(standing.findings),
        "may_be_published": not standing.against_publishing,
        "is_stopped": standing.is_stopped,
    }


@register.inclusion_tag("review/plan.html", takes_context=True)
def review_plan(context, content):
    """The review plan of `content`, whichever of its versions that is, with a link for those who may change it."""
    request, version = context["request"], Version.objects.get_for_content(content)
    plan = ReviewPlan.for_version(version)
    public = Version.objects.filter_by_content_grouping_values(content).filter(state=PUBLISHED)
    signature = Signature.objects.filter(version__in=public).first()
    due_on = signature and due_after(localdate(signature.signed_at), plan.months)
    return {
        "plan": plan,
        "due_on": due_on,
        "is_overdue": bool(due_on) and due_on < localdate(),
        "version": version,
        "may_change": user_can_act_without_version(request.user),
        "back": request.get_full_path(),
    }


@register.inclusion_tag("review/unsigned.html")
def unsigned(content):
    """Why readers are told that the public version of `content` is not yet reviewed, although it is signed."""
    signed = Version.objects.filter_by_content_grouping_values(content).filter(
        state=PUBLISHED, pk__in=Signature.objects.values("version")
    )
    return {"parts": [part for version in signed for part in unsigned_parts(version)]}


@register.inclusion_tag("review/where_used.html")
def where_used(obj):
    """What uses `obj` (a grouper, or what has no version): what is public and drafts apart, with links to them."""
    uses = used_by(obj)
    return {
        "public": [use for use in uses if use.is_public],
        "drafts": [use for use in uses if not use.is_public],
        "is_on_every_page": is_on_every_page(obj) if hasattr(obj, "static_code") else False,
    }

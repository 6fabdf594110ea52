"""`{% load plans %}`: who answers for a content, and when its next review is due."""

from django import template
from django.utils.timezone import localdate
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.permissions import user_can_act_without_version
from mscoe_portal.review.currency import unsigned_parts
from mscoe_portal.review.due_dates import due_after
from mscoe_portal.review.models import ReviewPlan, Signature

register = template.Library()


@register.inclusion_tag("review/plan.html", takes_context=True)
def review_plan(context, content):
    """The review plan of `content`, whichever of its versions that is, with a link for those who may change it."""
    request, version = context["request"], Version.objects.get_for_content(content)
    plan = ReviewPlan.for_version(version)
    public = Version.objects.filter_by_content_grouping_values(content).filter(state=PUBLISHED)
    signature = Signature.objects.filter(version__in=public).select_related("version").first()
    due_on = signature and due_after(localdate(signature.signed_at), plan.months)
    return {
        "plan": plan,
        "due_on": due_on,
        "is_overdue": bool(due_on) and due_on < localdate(),
        "unsigned": [(part.title, part.preview_url) for part in unsigned_parts(signature.version)] if signature else [],
        "version": version,
        "may_change": user_can_act_without_version(request.user),
        "back": request.get_full_path(),
    }

"""`{% load findings %}`: what the rules for publication find, where an editor writes."""

from django import template
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version

from mscoe_portal.review.permissions import approval_of
from mscoe_portal.review.rules import findings_of, grouped, stand_against_publishing

register = template.Library()


@register.inclusion_tag("review/findings_panel.html")
def findings_panel(content):
    """What stands against publishing the draft `content` (as it is saved), or that nothing does; else nothing."""
    version = Version.objects.get_for_content(content)
    if version.state != DRAFT:
        return {"groups": [], "may_be_published": False}
    found = findings_of(version, approval_of(version))
    return {"groups": grouped(found), "may_be_published": not stand_against_publishing(found)}

from django import template
from djangocms_versioning.helpers import get_preview_url

from mscoe_portal import version_actions

register = template.Library()


@register.simple_tag
def actions_for(version, user):
    """What `user` may do with `version` in the list of versions."""
    kinds = (version_actions.publish, version_actions.revert, version_actions.withdraw, version_actions.discard)
    return version_actions.actions(version, user, *kinds)


@register.filter
def preview_url(content):
    return get_preview_url(content)


@register.simple_tag
def compare_url(version):
    """Address of what changed in `version` since what is public."""
    return version_actions.comparison_url(version)

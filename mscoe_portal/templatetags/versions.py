from cms.utils.urlutils import add_url_parameters, admin_reverse
from django import template
from djangocms_versioning.helpers import get_preview_url, version_list_url

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
def compare_url(version, other):
    """Address of the comparison of `version` with the version `other`."""
    name = version.versionable.version_model_proxy._meta.model_name
    url = admin_reverse(f"djangocms_versioning_{name}_compare", args=[version.pk])
    return add_url_parameters(url, compare_to=other.pk, back=version_list_url(version.content))

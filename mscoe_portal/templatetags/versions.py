from django import template
from djangocms_versioning.helpers import get_preview_url

from mscoe_portal import version_actions

register = template.Library()
register.filter("preview_url", get_preview_url)
register.simple_tag(version_actions.comparison_url, name="compare_url")


@register.simple_tag
def rows_of(versions, user, back):
    """The rows of the list of versions: each a version, its State, and what `user` may do with it."""
    versions = list(versions)
    offered, states = version_actions.steps(versions, user, back), version_actions.standings(versions)
    kinds = (version_actions.take_over, version_actions.revert, version_actions.archive)
    return [
        (version, states.get(version.pk), offered[version.pk] + version_actions.actions(version, user, *kinds))
        for version in versions
    ]

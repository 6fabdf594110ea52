"""What a user may do next with a version of a page, an alias or a record."""

from dataclasses import dataclass

from cms.utils.urlutils import admin_reverse
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import PUBLISHED

from mscoe_portal.permissions import user_can_publish


@dataclass(frozen=True)
class Action:
    """A button: what it says, where it leads. It asks before it changes anything, or (`post`) changes it at once."""

    label: str
    url: str
    post: bool = False


def new_draft(version, user):
    """Make a draft of what is public, to change it."""
    if version.state == PUBLISHED and version.check_edit_redirect.as_bool(user):
        yield Action(_("New draft"), _address(version, "edit_redirect"), post=True)


def publish(version, user):
    """Make a draft public. Offered to whoever may: what else stands against it is told after the click."""
    if version.can_be_published() and user_can_publish(user):
        yield Action(_("Publish"), _address(version, "publish"), post=True)


def take_over(version, user):
    """Take the lock of a draft's author away."""
    if version.check_unlock.as_bool(user) and user.has_perm("djangocms_versioning.delete_versionlock"):
        yield Action(_("Take over"), _address(version, "unlock"), post=True)


def revert(version, user):
    """Make a draft with the words of an old version."""
    if version.check_revert.as_bool(user):
        yield Action(_("Revert to this"), _address(version, "revert"))


def withdraw(version, user):
    """Take what is public from the site."""
    if version.can_be_unpublished() and version.check_unpublish.as_bool(user):
        yield Action(_("Withdraw"), _address(version, "unpublish"))


def discard(version, user):
    """Throw a draft away."""
    if version.check_discard.as_bool(user):
        yield Action(_("Discard"), _address(version, "discard"))


def what_changed(version, user):
    """Look at what changed since the public version."""
    yield Action(_("What changed"), comparison_url(version))


def comparison_url(version):
    """Address of what changed in `version`."""
    return _address(version, "compare")


def actions(version, user, *kinds):
    """The actions of `kinds` (functions of this module) that `user` may take on `version`, in that order."""
    return [action for kind in kinds for action in kind(version, user)]


def _address(version, action):
    name = version.versionable.version_model_proxy._meta.model_name
    return admin_reverse(f"djangocms_versioning_{name}_{action}", args=[version.pk])

"""What a user may do next with a version of a page, an alias or a record."""

from collections import defaultdict
from dataclasses import dataclass

from cms.utils.urlutils import admin_reverse
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED

from mscoe_portal.permissions import TAKE_OVER


@dataclass(frozen=True)
class Action:
    """A button: what it says, where it leads. It asks before it changes anything, or (`post`) changes it at once.

    `saves`: it stands above a form, which is saved before. `main`: it is the one that the person most likely wants.
    """

    label: str
    url: str
    post: bool = False
    saves: bool = False
    main: bool = False


@dataclass(frozen=True)
class State:
    """Where a version stands on its way to readers: in a word or two, in a sentence, and what the last person said.

    `url`: the page with its history.
    """

    label: str
    words: str
    remark: str
    url: str


# What stands between a draft and its readers adds itself here, at `ready()`: functions like `steps` and `standings`.
STEPS, STANDINGS = [], []


def steps(versions, user, back, *, shown=False, is_judged=False):
    """The steps towards readers, and away from them, that `user` may take: {id of a version: [Action, …]}.

    After a step the user is led to the address `back` ("": where the step thinks best). `shown`: the user reads the
    version where the buttons stand, so that a signature is bound to what is read there. `is_judged`: the page tells
    what stands against publishing, so that it is not offered in vain. Asks as many queries for many versions as for
    one, but for drafts that are approved.
    """
    offered = defaultdict(list)
    for offer in STEPS:
        for pk, actions in offer(versions, user, back, shown=shown, is_judged=is_judged).items():
            offered[pk] += actions
    return offered


def standings(versions):
    """Where each version stands on its way to readers: {id of a version: State}."""
    told = {}
    for tell in STANDINGS:
        told |= tell(versions)
    return told


def new_draft(version, user):
    """Make a draft of what is public, to change it."""
    if version.state == PUBLISHED and version.check_edit_redirect.as_bool(user):
        yield Action(_("New draft"), _address(version, "edit_redirect"), post=True, main=True)


def take_over(version, user):
    """Take the lock of a draft's author away."""
    # Versioning would allow it on what is public, too, while somebody writes a draft of it.
    if version.state == DRAFT and version.check_unlock.as_bool(user) and user.has_perm(TAKE_OVER):
        yield Action(_("Take over"), _address(version, "unlock"), post=True)


def revert(version, user):
    """Make a draft with the words of an old version."""
    if version.check_revert.as_bool(user):
        yield Action(_("Revert to this"), _address(version, "revert"))


def archive(version, user):
    """Put a draft away that is not wanted. It is kept, and can be reverted to."""
    if version.check_archive.as_bool(user):
        yield Action(_("Archive"), _address(version, "archive"))


def comparison_url(version):
    """Address of what changed in `version`."""
    return _address(version, "compare")


def actions(version, user, *kinds):
    """The actions of `kinds` (functions of this module) that `user` may take on `version`, in that order."""
    return [action for kind in kinds for action in kind(version, user)]


def _address(version, action):
    name = version.versionable.version_model_proxy._meta.model_name
    return admin_reverse(f"djangocms_versioning_{name}_{action}", args=[version.pk])

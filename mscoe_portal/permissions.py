"""Who may do what, for all that is versioned: pages, aliases and records."""

from cms.models import Page, PageContent
from django.contrib.auth import get_permission_codename, get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from djangocms_versioning.exceptions import ConditionFailed

MANAGE_SITE, SIGN_CONTENT = "review.manage_site", "review.sign_content"
TAKE_OVER = "djangocms_versioning.delete_versionlock"


class RefusedError(PermissionDenied):
    """An act that is refused; its text says why and what to do instead. It is answered with 403 and that."""


def user_can_publish(user):
    """Whether `user` may publish and unpublish: one right for pages, aliases and records alike."""
    return user.has_perm("cms.publish_page")


def user_can_act_without_version(user):
    """Whether `user` may do what readers see at once, without a draft: a clinical reviewer or a site manager.

    Moving a page, setting the home page, a page's advanced settings, deleting.
    """
    return user.has_perm(SIGN_CONTENT) or user.has_perm(MANAGE_SITE)


def reachable_site_managers():
    """The site managers who have an e-mail address. A superuser is one only if made one."""
    managers = get_user_model().objects.with_perm(
        MANAGE_SITE, include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    )
    return managers.exclude(email="")


def publisher_is_allowed(version, user):
    """Condition of `Version.check_publish` and `check_unpublish`. Raises ConditionFailed.

    Versioning itself asks a page's permission alone: for an alias or a record, who may change may publish.
    """
    if not user_can_publish(user):
        raise ConditionFailed(_("Only a clinical reviewer can publish or unpublish. Ask one to do it."))


def user_can_view_content(user, content):
    """Whether `user` may read `content` whatever its state: a draft and an old version are for editors alone."""
    return _has_right(user, content, "view") or _has_right(user, content, "change")


def user_can_change_content_model(user, content):
    """Whether `user` may write such content as `content`; whether this very one, its version's state and lock say."""
    return _has_right(user, content, "change")


def _has_right(user, content, action):
    # A page's content, as django CMS has it, has no rights of its own.
    opts = (Page if isinstance(content, PageContent) else type(content))._meta
    return user.has_perm(f"{opts.app_label}.{get_permission_codename(action, opts)}")

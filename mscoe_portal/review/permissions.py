"""Who may do what with a version. Each condition says in words what is missing."""

from cms.models import PageContent
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import LockHolder, Signature
from mscoe_portal.web_address import is_off_site

MANAGE_SITE = "review.manage_site"


def user_is_clinical_reviewer(user):
    """Whether `user` was given the right to sign. A superuser has it only if given: signing is a clinician's act."""
    granted = Permission.objects.filter(content_type__app_label="review", codename="sign_content")
    return user.is_active and granted.filter(Q(user=user) | Q(group__user=user)).exists()


def user_is_site_manager(user):
    """Whether `user` may do what has no version: move a page, set the home page, delete, replace a file."""
    return user.is_active and user.has_perm(MANAGE_SITE)


def user_can_act_without_version(user):
    """Whether `user` may do what readers see at once, without a draft."""
    return user_is_site_manager(user) or user_is_clinical_reviewer(user)


def user_can_sign(user, version):
    """Whether `user` may sign `version` as it is now."""
    try:
        signer_is_allowed(version, user)
    except ConditionFailed:
        return False
    return True


def only_leads_elsewhere(content):
    """Whether readers of `content` see nothing of it: a page that redirects to another website."""
    return isinstance(content, PageContent) and is_off_site(content.redirect or "", settings.ALLOWED_HOSTS)


def editors_of(version):
    """The ids of the people who have written any of `version` since it was last public.

    Only the holder of a draft's lock can change it. Drafts of drafts are followed back, so that archiving a draft and
    reverting to it makes nobody innocent of what they wrote.
    """
    drafts = {version.pk: version.created_by_id}
    source = version.source
    while source and source.state not in (PUBLISHED, UNPUBLISHED):
        drafts[source.pk] = source.created_by_id
        source = source.source
    holders = LockHolder.objects.filter(version_id__in=drafts).values_list("user_id", flat=True)
    return {*drafts.values(), *holders}


def signer_is_allowed(version, user):
    """Condition for signing. Raises ConditionFailed."""
    if only_leads_elsewhere(version.content):
        if not user_is_site_manager(user):
            raise ConditionFailed(_("This page only leads to another website: a site manager approves it."))
    elif not user_is_clinical_reviewer(user):
        raise ConditionFailed(_("Only a clinical reviewer can sign."))
    if user.pk in editors_of(version):
        raise ConditionFailed(
            _(
                "You have written some of this draft, so somebody else must approve it: a clinician who wrote none of it."
            )
        )


def approval_of(version, digest=None):
    """The newest signature that holds for exactly what `version` says now, by somebody who wrote none of it, or None."""
    signatures = list(Signature.objects.filter(version_id=version.pk).select_related("signed_by"))
    if not signatures:
        return None
    digest = digest or digest_of(version)
    editors = editors_of(version)
    return next((s for s in signatures if s.digest == digest and s.signed_by_id not in editors), None)


def version_is_approved(version, user=None):
    """Condition of `Version.check_publish`. Raises ConditionFailed, saying whether an approval has lapsed."""
    if version.state != DRAFT or approval_of(version):
        return
    if Signature.objects.filter(version_id=version.pk).exists():
        raise ConditionFailed(_("This draft was changed after it was approved. Submit it for review again."))
    raise ConditionFailed(_("A clinical reviewer has not approved this draft yet. Submit it for review first."))

"""Who may do what with a version. Each condition says in words what is missing."""

from collections import defaultdict
from functools import cached_property

from cms.models import PageContent
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from djangocms_versioning import versionables
from djangocms_versioning.constants import DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.helpers import get_version_for_content
from djangocms_versioning.models import Version

from mscoe_portal.permissions import MANAGE_SITE, SIGN_CONTENT
from mscoe_portal.review.choices import Outcome
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import LockHolder, Signature, Submission
from mscoe_portal.web_address import is_off_site


def clinical_reviewers():
    """Those who were given the right to sign. A superuser has it only if given: signing is a clinician's act."""
    granted = Permission.objects.filter(content_type__app_label="review", codename="sign_content")
    rights = Q(user_permissions__in=granted) | Q(groups__permissions__in=granted)
    return get_user_model().objects.filter(rights, is_active=True).distinct()


def user_is_clinical_reviewer(user):
    """Whether `user` may sign what others wrote."""
    if not user.is_superuser:
        return user.has_perm(SIGN_CONTENT)
    # Django says yes to all that a superuser is asked for, given or not.
    return clinical_reviewers().filter(pk=user.pk).exists()


def user_is_site_manager(user):
    """Whether `user` manages the site: withdraws what is public, approves what only leads elsewhere."""
    return user.has_perm(MANAGE_SITE)


def user_can_change_clinician(user, clinician):
    """Whether `user` may change how readers see `clinician`: that person, or a site manager."""
    is_own = clinician.user_id == user.pk and user.has_perm(SIGN_CONTENT)
    return is_own or user_is_site_manager(user)


class Person:
    """What a user may do in the review, each asked once."""

    def __init__(self, user):
        self.user = user

    @cached_property
    def is_clinical_reviewer(self):
        return user_is_clinical_reviewer(self.user)

    @cached_property
    def is_site_manager(self):
        return user_is_site_manager(self.user)


def only_leads_elsewhere(content):
    """Whether readers of `content` see nothing of it: a page that redirects to another website.

    A page that redirects to its own address is shown all the same (`cms.views.details`): a path may be that one,
    "//path" too, and where the site answers to any host, so may every address.
    """
    address = content.redirect or "" if isinstance(content, PageContent) else ""
    is_whole = address.startswith(("http://", "https://"))
    return is_whole and "*" not in settings.ALLOWED_HOSTS and is_off_site(address, settings.ALLOWED_HOSTS)


def editors_of(version):
    """The ids of the people who have written any of `version` since it was last public."""
    return editors_of_each([version])[version.pk]


def editors_of_each(versions):
    """For each of `versions` what `editors_of` says, with as many queries as for one: {id: ids of people}.

    Only the holder of a draft's lock can change it. Drafts of drafts are followed back, so that archiving a draft and
    reverting to it makes nobody innocent of what they wrote.
    """
    # For each version, the drafts that it comes from: {draft's id: who made it}.
    drafts = {version.pk: {version.pk: version.created_by_id} for version in versions}
    sources = {version.pk: version.source_id for version in versions if version.source_id}
    while sources:
        known = Version.objects.exclude(state__in=[PUBLISHED, UNPUBLISHED]).in_bulk(set(sources.values()))
        sources = {pk: known[source] for pk, source in sources.items() if source in known}
        for pk, source in sources.items():
            drafts[pk][source.pk] = source.created_by_id
        sources = {pk: source.source_id for pk, source in sources.items() if source.source_id}
    editors = {pk: set(made.values()) for pk, made in drafts.items()}
    of_draft = defaultdict(set)
    everyone = {draft for made in drafts.values() for draft in made}
    for draft, user in LockHolder.objects.filter(version_id__in=everyone).values_list("version_id", "user_id"):
        of_draft[draft].add(user)
    return {pk: editors[pk].union(*(of_draft[draft] for draft in made)) for pk, made in drafts.items()}


def signer_is_allowed(version, user, *, person=None, editors=None):
    """Condition for signing. Raises ConditionFailed. `person` and `editors` spare queries where they are known."""
    person = person or Person(user)
    if only_leads_elsewhere(version.content):
        if not person.is_site_manager:
            raise ConditionFailed(_("This page only leads to another website: a site manager approves it."))
    elif not person.is_clinical_reviewer:
        raise ConditionFailed(_("Only a clinical reviewer can sign."))
    if user.pk in (editors_of(version) if editors is None else editors):
        raise ConditionFailed(
            _(
                "You have written some of this draft, so somebody else must approve it: "
                "a clinician who wrote none of it."
            )
        )


def approval_of(version, digest=None):
    """The newest signature, if it holds for exactly what `version` says now and its signer wrote none of it; else None.

    An older one does not count, even for the same words: after it a clinician has signed others. Nor does one after
    which the draft was returned.
    """
    returned = Submission.objects.filter(
        version=OuterRef("version"), outcome=Outcome.RETURNED, answered_at__gt=OuterRef("signed_at")
    )
    signatures = Signature.objects.filter(version_id=version.pk).select_related("signed_by")
    signature = signatures.annotate(was_returned=Exists(returned)).first()
    if signature is None or signature.was_returned or signature.digest != (digest or digest_of(version)):
        return None
    return None if signature.signed_by_id in editors_of(version) else signature


def not_approved(*, was_signed):
    """The ConditionFailed of a draft without an approval that holds."""
    if was_signed:
        return ConditionFailed(
            _("This draft was changed, or returned, after it was approved. Submit it for review again.")
        )
    return ConditionFailed(_("A clinical reviewer has not approved this draft yet. Submit it for review first."))


def version_can_be_changed(version, user=None):
    """Condition of `Version.check_modify` and of the guards: a draft that `user` holds. Raises ConditionFailed.

    Without `user`, the site itself, any draft can be changed.
    """
    if version.state == PUBLISHED:
        raise ConditionFailed(_("What is public does not change in place. Make a new draft, and change that."))
    if version.state != DRAFT:
        raise ConditionFailed(_("This version is kept as it was. Revert to it, and change the draft that this makes."))
    if user is None:
        return
    if not version.locked_by_id:
        raise ConditionFailed(_("Nobody is writing this draft now. Choose “Edit” to take it, then change it."))
    if version.locked_by_id != user.pk:
        raise ConditionFailed(
            _("%(user)s is writing this draft. Ask them, or take the draft over.") % {"user": version.locked_by}
        )


def placeholder_can_be_changed(placeholder, user):
    """Check of every placeholder, which the CMS asks before it offers or takes a change of plugins."""
    if not versionables.exists_for_content(placeholder.source):
        return True
    try:
        version_can_be_changed(get_version_for_content(placeholder.source), user)
    except ConditionFailed:
        return False
    return True


def drafts_are_kept(version, user):
    """Condition of `Version.check_discard`: fails always, so that no draft is thrown away. Raises ConditionFailed."""
    raise ConditionFailed(_("A draft is never thrown away: it shows who wrote what. Archive it instead."))

"""The acts of the review: each checks who may do it, does it and writes it down, in one transaction.

Every function takes the version and the person, and raises ConditionFailed with words for that person when it is
refused. The version's row is locked first, as an edit's and a publish's is (`gate`), so that what was checked is what is
signed.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act, Outcome, SignatureKind
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import Signature, Submission, Waiver
from mscoe_portal.review.permissions import signer_is_allowed, user_can_act_without_version
from mscoe_portal.review.rules import refuse_blocked, refuse_unwaived


def lock(version):
    """The version as the database has it now, locked until the transaction ends (PostgreSQL)."""
    return Version.objects.select_for_update(of=("self",)).get(pk=version.pk)


def open_submission(version):
    """The submission of `version` that waits for an answer, or None."""
    return Submission.objects.open().filter(version_id=version.pk).first()


@transaction.atomic
def submit(version, user, *, reviewer=None, note=""):
    """Ask `reviewer` (None: every reviewer) to review the draft `version`; returns the Submission."""
    version = lock(version)
    if version.state != DRAFT:
        raise ConditionFailed(_("Only a draft can be submitted for review."))
    version.check_modify(user)
    if open_submission(version):
        raise ConditionFailed(_("This draft waits for review already."))
    refuse_blocked(version)
    submission = Submission.objects.create(version=version, submitted_by=user, reviewer=reviewer, note=note)
    audit.record(Act.SUBMITTED, user, version, note=note)
    return submission


@transaction.atomic
def take_back(version, user):
    """Take the draft `version` back from review, to change it once more."""
    submission = _waiting(lock(version))
    if user.pk not in (submission.submitted_by_id, version.locked_by_id):
        raise ConditionFailed(_("Only the person who submitted this draft can take it back."))
    _answer(submission, user, Outcome.TAKEN_BACK)
    audit.record(Act.TAKEN_BACK, user, version)


@transaction.atomic
def approve(version, user, *, comment="", waivers=None):
    """Sign exactly what the draft `version` says now. Returns the Signature.

    `waivers`: {code of a rule that may be waived: reason, in words}.
    """
    version = lock(version)
    submission = _waiting(version)
    signer_is_allowed(version, user)
    if submission.reviewer_id not in (None, user.pk):
        raise ConditionFailed(
            _("%(reviewer)s was asked to review this draft, not you.") % {"reviewer": submission.reviewer}
        )
    refuse_blocked(version)
    refuse_unwaived(version, waivers or {})
    signature = _sign(version, user, SignatureKind.APPROVAL)
    for rule, reason in (waivers or {}).items():
        Waiver.objects.create(signature=signature, rule=rule, reason=reason)
        audit.record(Act.WAIVED, user, version, note=f"{rule}: {reason}")
    _answer(submission, user, Outcome.APPROVED, comment)
    audit.record(Act.APPROVED, user, version, note=comment)
    return signature


@transaction.atomic
def return_with_comments(version, user, comment):
    """Give the draft `version` back to its author, who is told why in `comment`."""
    version = lock(version)
    submission = _waiting(version)
    signer_is_allowed(version, user)
    if not comment.strip():
        raise ConditionFailed(_("Say what the author should change."))
    _answer(submission, user, Outcome.RETURNED, comment)
    audit.record(Act.RETURNED, user, version, note=comment)


@transaction.atomic
def sign_as_still_correct(version, user):
    """Sign what is public once more, unchanged: its next review is due a cycle from today. Returns the Signature."""
    version = lock(version)
    if version.state != PUBLISHED:
        raise ConditionFailed(_("Only what is public can be signed as still correct."))
    signer_is_allowed(version, user)
    signature = _sign(version, user, SignatureKind.STILL_CORRECT)
    audit.record(Act.STILL_CORRECT, user, version)
    return signature


@transaction.atomic
def withdraw(version, user, reason):
    """Take the public `version` off the site at once, whoever holds a draft of it. It needs no approval."""
    version = lock(version)
    if not user_can_act_without_version(user):
        raise ConditionFailed(_("Only a clinical reviewer or a site manager can withdraw what is public."))
    if version.state != PUBLISHED:
        raise ConditionFailed(_("This is not public any more."))
    if not reason.strip():
        raise ConditionFailed(_("Say why it is withdrawn."))
    version.unpublish(user)
    audit.record(Act.WITHDRAWN, user, version, note=reason)


def _waiting(version):
    submission = open_submission(version)
    if version.state != DRAFT or submission is None:
        raise ConditionFailed(_("This draft does not wait for review any more."))
    return submission


def _answer(submission, user, outcome, comment=""):
    submission.outcome, submission.answered_by, submission.answered_at = outcome, user, now()
    submission.comment = comment
    submission.save(update_fields=["outcome", "answered_by", "answered_at", "comment"])


def _sign(version, user, kind):
    return Signature.objects.create(
        version=version, kind=kind, digest=digest_of(version), signed_by=user, signed_at=now()
    )

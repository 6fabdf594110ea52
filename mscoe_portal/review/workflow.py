"""The acts of the review: each checks who may do it, does it and writes it down, in one transaction.

Every function takes the version and the person, and raises ConditionFailed with words for that person when it is
refused. The version's row is locked first, as an edit's and a publish's is (`gate`), so that what was checked is what
is signed.
"""

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal.people import person_name
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act, Outcome, SignatureKind
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.gate import pass_gate
from mscoe_portal.review.models import ReviewPlan, Signature, Submission, Waiver
from mscoe_portal.review.permissions import Person
from mscoe_portal.review.rules import findings_of, refuse_blocked, refuse_unwaived
from mscoe_portal.review.standing import (
    Standing,
    answering_is_allowed,
    planning_is_allowed,
    publishing_is_allowed,
    signing_again_is_allowed,
    submitting_is_allowed,
    taking_back_is_allowed,
    withdrawing_is_allowed,
)


class ChangedError(ConditionFailed):
    """What a person was about to sign is not what they have read."""

    def __str__(self):
        return _("This was changed after you opened it. Read it again before you sign it.")


def lock(version):
    """The version as the database has it now, locked until the transaction ends (PostgreSQL)."""
    return Version.objects.select_for_update(of=("self",)).get(pk=version.pk)


@transaction.atomic
def take_draft(version, user):
    """The draft that `user` goes on with: of the same content as `version`, a new one if there is none, and locked.

    Of two people who ask at once, one gets it.
    """
    version = lock(version)
    version.check_edit_redirect(user)
    draft = version.get_latest_draft_version()
    if draft is None:
        return version.copy(user)
    draft = lock(draft)
    draft.check_edit_redirect(user)
    draft.locked_by = user
    draft.save(update_fields=["locked_by"])
    return draft


@transaction.atomic
def submit(version, user, *, reviewer=None, note=""):
    """Ask `reviewer` (None: every reviewer) to review the draft `version`; returns the Submission."""
    standing = _checked(version, user, submitting_is_allowed)
    refuse_blocked(findings_of(standing.version))
    submission = Submission.objects.create(version=standing.version, submitted_by=user, reviewer=reviewer, note=note)
    audit.record(Act.SUBMITTED, user, standing.version, note=note)
    return submission


@transaction.atomic
def take_back(version, user):
    """Take the draft `version` back from review, to change it once more."""
    standing = _checked(version, user, taking_back_is_allowed)
    _answer(standing.submission, user, Outcome.TAKEN_BACK)
    audit.record(Act.TAKEN_BACK, user, standing.version)


@transaction.atomic
def approve(version, user, *, comment="", waivers=None, seen=None):
    """Sign exactly what the draft `version` says now. Returns the Signature.

    `waivers`: {code of a rule that may be waived: reason, in words}. `seen`: the digest of what the person has read.
    """
    standing = _checked(version, user, answering_is_allowed)
    version = standing.version
    findings = findings_of(version)
    refuse_blocked(findings)
    waivers = refuse_unwaived(findings, waivers or {})
    signature = _sign(version, user, SignatureKind.APPROVAL, seen)
    for rule, reason in waivers.items():
        Waiver.objects.create(signature=signature, rule=rule, reason=reason)
        audit.record(Act.WAIVED, user, version, note=f"{rule}: {reason}")
    _answer(standing.submission, user, Outcome.APPROVED, comment)
    audit.record(Act.APPROVED, user, version, note=comment)
    return signature


@transaction.atomic
def return_with_comments(version, user, comment):
    """Give the draft `version` back to its author, who is told why in `comment`."""
    standing = _checked(version, user, answering_is_allowed)
    if not comment.strip():
        raise ConditionFailed(_("Say what the author should change."))
    _answer(standing.submission, user, Outcome.RETURNED, comment)
    audit.record(Act.RETURNED, user, standing.version, note=comment)


def publish(version, user):
    """Make the approved draft `version` public, in place of the version that is."""
    try:
        with transaction.atomic():
            version = _checked(version, user, publishing_is_allowed).version
            pass_gate(version, user)
            version.publish(user)
    except IntegrityError as error:
        raise ConditionFailed(_("Another page has this address already. Change it, then try again.")) from error


@transaction.atomic
def sign_as_still_correct(version, user, *, seen=None):
    """Sign what is public once more, unchanged: its next review is due a cycle from today. Returns the Signature.

    `seen`: the digest of what the person has read.
    """
    version = _checked(version, user, signing_again_is_allowed).version
    signature = _sign(version, user, SignatureKind.STILL_CORRECT, seen)
    audit.record(Act.STILL_CORRECT, user, version)
    return signature


@transaction.atomic
def withdraw(version, user, reason):
    """Take the public `version` off the site at once, whoever holds a draft of it. It needs no approval."""
    version = _checked(version, user, withdrawing_is_allowed).version
    if not reason.strip():
        raise ConditionFailed(_("Say why it is withdrawn."))
    version.unpublish(user)
    audit.record(Act.WITHDRAWN, user, version, note=reason)


@transaction.atomic
def set_plan(version, user, *, owner, months):
    """Make `owner` (None: nobody) answer for the content of `version`, and its reviews lapse after `months`."""
    version = _checked(version, user, planning_is_allowed).version
    old = ReviewPlan.for_version(version)
    changes = []
    if old.owner != owner:
        changes.append(_("owner: %(old)s → %(new)s") % {"old": _owner(old.owner), "new": _owner(owner)})
    if old.months != months:
        changes.append(_("months between reviews: %(old)s → %(new)s") % {"old": old.months, "new": months})
    if changes:
        ReviewPlan.objects.update_or_create(**ReviewPlan.of(version), defaults={"owner": owner, "months": months})
        audit.record(Act.PLAN_CHANGED, user, version, note="; ".join(changes))


def _owner(user):
    return person_name(user) if user else _("nobody")


def _checked(version, user, condition):
    """The Standing of `version`, locked, for which `condition` holds. Raises ConditionFailed."""
    standing = Standing(lock(version))
    condition(standing, Person(user))
    return standing


def _answer(submission, user, outcome, comment=""):
    submission.outcome, submission.answered_by, submission.answered_at = outcome, user, now()
    submission.comment = comment
    submission.save(update_fields=["outcome", "answered_by", "answered_at", "comment"])


def _sign(version, user, kind, seen):
    digest = digest_of(version)
    if seen not in (None, digest):
        raise ChangedError
    return Signature.objects.create(version=version, kind=kind, digest=digest, signed_by=user, signed_at=now())

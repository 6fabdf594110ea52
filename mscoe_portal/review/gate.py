"""Nothing becomes public unless it is approved, by whatever way it is published."""

from django.utils.timezone import now
from django.utils.translation import gettext as _
from djangocms_versioning.constants import (
    DRAFT,
    OPERATION_ARCHIVE,
    OPERATION_DRAFT,
    OPERATION_PUBLISH,
    OPERATION_UNPUBLISH,
)
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import StateTracking, Version

from mscoe_portal.loading import is_loading
from mscoe_portal.permissions import RefusedError
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act, Outcome
from mscoe_portal.review.digest import lock_signed_values
from mscoe_portal.review.models import LockHolder, Submission
from mscoe_portal.review.rules import is_approved_and_obeys_rules


class NotApprovedError(RefusedError):
    """Somebody tried to publish what nobody has approved. A request that does so is answered with 403."""


def pass_gate(version, user):
    """Check all that stands against `user` publishing the draft `version`, whose row is locked. Raises ConditionFailed.

    Within this transaction it need not be checked again: what is locked stays as it is.
    """
    lock_signed_values(version)
    version.check_publish(user)
    version.passed_gate = True


def refuse_what_is_not_approved(operation, obj, **kwargs):
    """Receiver of `pre_version_operation`: stops `version.publish(user)` too, which asks no condition.

    Raises NotApprovedError.
    """
    if operation != OPERATION_PUBLISH or is_loading() or getattr(obj, "passed_gate", False):
        return
    version = Version.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    if version.state != DRAFT:
        raise NotApprovedError(_("Somebody has published or archived this draft meanwhile. Load the page again."))
    lock_signed_values(version)
    try:
        is_approved_and_obeys_rules(version)
    except ConditionFailed as error:
        raise NotApprovedError(str(error)) from error
    # `guards` asks for it: a version that is saved as published without has come by another way.
    obj.passed_gate = True


# What the audit calls a step of a version. A version that is replaced by a newer one is unpublished, too.
_ACTS = {OPERATION_DRAFT: Act.DRAFTED, OPERATION_ARCHIVE: Act.ARCHIVED, OPERATION_PUBLISH: Act.PUBLISHED}


def write_down_step(operation, obj, **kwargs):
    """Receiver of `post_version_operation`. Withdrawing is written down with its reason, by `workflow.withdraw`."""
    if operation in (OPERATION_ARCHIVE, OPERATION_PUBLISH):
        # Nobody needs to answer any more.
        Submission.objects.open().filter(version_id=obj.pk).update(outcome=Outcome.TAKEN_BACK, answered_at=now())
    act = _ACTS.get(operation)
    if operation == OPERATION_UNPUBLISH and kwargs.get("to_be_published"):
        act = Act.REPLACED
    if act is None:
        return
    # What is new has not been from one state to another.
    steps = StateTracking.objects.filter(version_id=obj.pk).select_related("user")
    step = None if operation == OPERATION_DRAFT else steps.order_by("pk").last()
    user = step.user if step else obj.created_by
    # A draft with the words of another version: of what is public, or an old one that was reverted to.
    note = _("from version %(number)s") % {"number": obj.source.number} if act == Act.DRAFTED and obj.source else ""
    audit.record(Act.LOADED if act == Act.PUBLISHED and is_loading() else act, user, obj, note=note)


def remember_lock_holder(instance, **kwargs):
    """Receiver of `post_save`, of Version and of its proxies, as which the admin saves."""
    if isinstance(instance, Version) and instance.locked_by_id:
        holder = LockHolder(version_id=instance.pk, user_id=instance.locked_by_id)
        LockHolder.objects.bulk_create([holder], ignore_conflicts=True)

"""The audit: what was done, by whom and when, written in the same transaction as the act itself."""

from cms.operations import MOVE_PAGE
from djangocms_versioning.models import Version

from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry


def record_act_without_version(act, user, subject, note="", **kwargs):
    """Receiver of `acted_without_version`."""
    record(Act(act), user, subject, note=note)


def record_move(operation, request, obj, **kwargs):
    """Receiver of the CMS's `post_obj_operation`."""
    if operation == MOVE_PAGE:
        record(Act.PAGE_MOVED, request.user, obj)


def record(act, user, subject, *, note=""):
    """Write down that `user` (None: the site itself) did `act` (a `choices.Act`) to `subject`; returns the entry.

    `subject` is a Version, or an object that has no version.
    """
    if isinstance(subject, Version):
        content = subject.content
        about = {
            "subject": str(content)[:300],
            "model": content._meta.label_lower,
            "object_id": subject.grouper.pk,
            "language": content.language,
            "version_id": subject.pk,
        }
    else:
        about = {"subject": str(subject)[:300], "model": subject._meta.label_lower, "object_id": subject.pk}
    name = (user.get_full_name() or user.get_username()) if user else ""
    return AuditEntry.objects.create(act=act, user_id=user.pk if user else None, user_name=name, note=note, **about)

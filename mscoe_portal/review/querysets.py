from django.db import models
from django.utils.timezone import now

from mscoe_portal.review.choices import Outcome


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what was written down for good."""


class AuditQuerySet(models.QuerySet):
    """Rows are added and read, nothing else."""

    def update(self, **kwargs):
        raise AppendOnlyError("An audit entry is never changed.")

    def delete(self):
        raise AppendOnlyError("An audit entry is never deleted.")

    def bulk_update(self, *args, **kwargs):
        raise AppendOnlyError("An audit entry is never changed.")

    def bulk_create(self, objs, *, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise AppendOnlyError("An audit entry is never changed.")
        return super().bulk_create(objs, **kwargs)


class SubmissionQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for a reviewer's answer."""
        return self.filter(outcome=Outcome.OPEN)


class ShareLinkQuerySet(models.QuerySet):
    def valid(self):
        """Those that open a draft now: neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=now())

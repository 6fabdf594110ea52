"""Links under which somebody without an account reads a draft. They end by themselves, at the latest with the draft."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.permissions import user_can_change_content_model
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import ShareLink
from mscoe_portal.review.workflow import lock

# 256 bits, which nobody guesses: a digest without salt keeps them.
SECRET_BYTES = 32


def sharing_is_allowed(version, user):
    """Condition for making and for ending a link. Raises ConditionFailed."""
    if not user_can_change_content_model(user, version.content):
        raise ConditionFailed(_("Only those who may write such content can share a draft of it."))
    if version.state != DRAFT:
        raise ConditionFailed(_("Only a draft is shared by a link: what is public has an address of its own."))


@transaction.atomic
def share(version, user, *, days):
    """Make a link to the draft `version` that ends after `days`. Returns its secret, which is kept nowhere."""
    version = lock(version)
    sharing_is_allowed(version, user)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = ShareLink.objects.create(
        version=version, secret_digest=_digest(secret), created_by=user, expires_at=now() + timedelta(days=days)
    )
    audit.record(Act.SHARED, user, version, note=_("Until %(time)s") % {"time": _in_words(link.expires_at)})
    return secret


@transaction.atomic
def end_sharing(link, user):
    """Withdraw `link`, whoever made it. One that has ended stays as it is."""
    version = lock(link.version)
    sharing_is_allowed(version, user)
    if ShareLink.objects.valid().filter(pk=link.pk).update(revoked_at=now()):
        note = _("The link that %(user)s made on %(time)s")
        audit.record(
            Act.SHARING_ENDED,
            user,
            version,
            note=note % {"user": link.created_by, "time": _in_words(link.created_at)},
        )


def opened_by(secret):
    """The ShareLink that `secret` opens now. None: it has expired, was withdrawn, or its draft is no draft any more."""
    links = ShareLink.objects.valid().select_related("version")
    return links.filter(secret_digest=_digest(secret), version__state=DRAFT).first()


def _digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def _in_words(time):
    return date_format(localtime(time), "DATETIME_FORMAT")

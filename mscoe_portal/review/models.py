"""What the review keeps, beside each version and without asking anything of a content's own model.

A *version* is one language of one content. A *content* is known, over all its versions, by its identity: the type of
the content, the grouper's id and the language (`ContentIdentity`).
"""

from cms.models import Placeholder
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.models import Version

from mscoe_portal.review.choices import Act, Outcome, SignatureKind
from mscoe_portal.review.querysets import AppendOnlyError, AuditQuerySet, ShareLinkQuerySet, SubmissionQuerySet

# What was signed, and by whom, outlives whatever somebody may try to delete.
PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class Clinician(models.Model):
    """How readers see a person who signs: by name only where the person has agreed to it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="clinician"
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As readers should see it, such as: Ana Ruiz."))
    credentials = models.CharField(
        _("credentials"), max_length=120, blank=True, help_text=_("Such as: MD, neurologist.")
    )
    may_be_named = models.BooleanField(
        _("may be named to readers"),
        default=False,
        help_text=_("Only if the person has agreed. Else readers see “by a clinician of the centers”."),
    )

    class Meta:
        verbose_name = _("clinician")
        verbose_name_plural = _("clinicians")
        ordering = ["name"]
        permissions = [
            ("sign_content", "Can sign content as a clinical reviewer"),
            ("manage_site", "Can do what has no version, and publish pages that only lead elsewhere"),
        ]

    def __str__(self):
        return f"{self.name}, {self.credentials}" if self.credentials else self.name


class ContentIdentity(models.Model):
    """What stays the same over all versions of a content in one language."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    grouper_id = models.PositiveIntegerField()
    language = models.CharField(max_length=15)

    class Meta:
        abstract = True

    @staticmethod
    def of(version):
        """The identity of the content that `version` is a version of: a dict of these fields."""
        return {
            "content_type_id": version.content_type_id,
            "grouper_id": version.grouper.pk,
            "language": version.content.language,
        }


class ReviewPlan(ContentIdentity):
    """Who answers for a content, and after how long its review lapses. Without one: nobody, and 12 months."""

    MONTHS, FEWEST_MONTHS, MOST_MONTHS = 12, 1, 60

    owner = models.ForeignKey(
        **PERSON,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        help_text=_("Is reminded by e-mail when the next review is due."),
    )
    months = models.PositiveSmallIntegerField(
        _("months between reviews"),
        default=MONTHS,
        validators=[MinValueValidator(FEWEST_MONTHS), MaxValueValidator(MOST_MONTHS)],
        help_text=_("From 1 to 60."),
    )

    class Meta:
        verbose_name = _("review plan")
        verbose_name_plural = _("review plans")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "grouper_id", "language"], name="one_plan_a_content")
        ]

    def __str__(self):
        return f"{self.content_type.model} {self.grouper_id} ({self.language})"

    @classmethod
    def for_version(cls, version):
        """The plan of the content of `version`; where there is none, a new one that is not saved."""
        identity = cls.of(version)
        return cls.objects.filter(**identity).select_related("owner").first() or cls(**identity)

    @property
    def reminded_owner(self):
        """The owner, if reminders reach that person: active, and with an address. Else None."""
        return self.owner if self.owner and self.owner.is_active and self.owner.email else None


class LockHolder(models.Model):
    """Who has held a draft's lock, or written words that were copied into it from another draft.

    Only the holder can change a draft, so nobody else has written any of it.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="holders")
    user = models.ForeignKey(**PERSON)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="one_row_a_holder")]

    def __str__(self):
        return f"{self.user}: {self.version_id}"


class ClipboardWriter(models.Model):
    """Who has written words that lie on a clipboard, having been copied or cut out of a draft."""

    placeholder = models.ForeignKey(Placeholder, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(**PERSON)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["placeholder", "user"], name="one_row_a_writer")]

    def __str__(self):
        return f"{self.user}: {self.placeholder_id}"


class TakeOver(models.Model):
    """That somebody took a draft's lock from its holder, who is to be told."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="take_overs")
    taken_from = models.ForeignKey(**PERSON)
    taken_by = models.ForeignKey(**PERSON)
    at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.version_id}: {self.taken_by}"


class Submission(models.Model):
    """A draft that was submitted for review, and the answer."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="submissions")
    submitted_by = models.ForeignKey(**PERSON)
    submitted_at = models.DateTimeField(auto_now_add=True)
    reviewer = models.ForeignKey(
        **PERSON,
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        help_text=_("Leave empty to ask every reviewer."),
    )
    note = models.TextField(_("note to the reviewer"), blank=True, max_length=2000)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.OPEN)
    answered_by = models.ForeignKey(**PERSON, null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=4000)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(outcome=Outcome.OPEN), name="one_open_submission_a_version"
            )
        ]

    def __str__(self):
        return f"{self.version_id}: {self.get_outcome_display()}"


class Signature(models.Model):
    """A clinician's signature below exactly the content whose digest it keeps. Never changed, never deleted."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=20, choices=SignatureKind.choices)
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(**PERSON)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-signed_at", "-pk"]

    def __str__(self):
        return f"{self.version_id}: {self.get_kind_display()}"


class Waiver(models.Model):
    """Why a rule may be broken in what was signed. It belongs to one signature: the next one asks again."""

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=50)
    reason = models.TextField(_("reason"), max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["signature", "rule"], name="one_waiver_a_rule")]

    def __str__(self):
        return self.rule


class ShareLink(models.Model):
    """A link under which somebody without an account may read a draft. Its secret is kept as a digest only."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="share_links")
    secret_digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(**PERSON)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.version_id} until {self.expires_at}"


class Reminder(ContentIdentity):
    """That somebody was reminded of a due date: the same reminder is sent once."""

    due_on = models.DateField()
    # Days before the due date, or, negative, after it.
    days = models.SmallIntegerField()
    sent_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "grouper_id", "language", "due_on", "days"], name="each_reminder_once"
            )
        ]

    def __str__(self):
        return f"{self.content_type_id}/{self.grouper_id}: {self.due_on}"


class CheckedLink(models.Model):
    """What was found when a link of what is public was last asked for; `manage.py check_links` writes it."""

    # Without its #fragment.
    address = models.CharField(max_length=500, unique=True)
    checked_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True)
    # The public versions that had it then.
    found_in = models.ManyToManyField(Version, related_name="+")

    class Meta:
        ordering = ["address"]

    def __str__(self):
        return self.address


class AuditEntry(models.Model):
    """What was done, by whom and when: in words, without keys, so that nothing takes it away with it."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    act = models.CharField(_("what"), max_length=30, choices=Act.choices)
    user_id = models.PositiveIntegerField(null=True)
    user_name = models.CharField(_("who"), max_length=150, blank=True)
    subject = models.CharField(_("content"), max_length=300)
    # The model's label and the id of the grouper, or of the object itself where it is not versioned.
    model = models.CharField(max_length=100, blank=True, db_index=True)
    object_id = models.PositiveIntegerField(null=True)
    language = models.CharField(_("language"), max_length=15, blank=True)
    version_id = models.PositiveIntegerField(null=True, db_index=True)
    note = models.TextField(_("note"), blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.user_name} {self.get_act_display()}: {self.subject}"

    def save(self, **kwargs):
        if self.pk:
            raise AppendOnlyError("An audit entry is never changed.")
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise AppendOnlyError("An audit entry is never deleted.")

"""What proves who a person is. The authenticator app's key and the recovery codes are django-otp's own models."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, TimestampMixin


class Passkey(TimestampMixin, Device):
    """A key pair on a person's own device, of which the site knows the public half.

    The fields are those that a site must keep: https://www.w3.org/TR/webauthn-3/#credential-record
    """

    # In base64url, as browsers write it; at most 1023 bytes.
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    # How often it was used, as far as it counts that: a lower number would be that of a copy.
    sign_count = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")


class DemoEditor(models.Model):
    """That a user is one of those whom `make run` makes, with a password that was printed. No form can change it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="demo_editor"
    )

    def __str__(self):
        return str(self.user)


class AgencyAccount(models.Model):
    """Who a person is to an agency's own sign-in: the provider's name for itself, and its lasting name for the person.

    Neither changes with the person's name or e-mail address, and no other person gets it later (OpenID Connect Core 2).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agency_account")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)

    class Meta:
        verbose_name = _("agency account")
        verbose_name_plural = _("agency accounts")
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_a_person")]

    def __str__(self):
        return self.subject


class Throttle(models.Model):
    """When something was asked for that may be asked for only so often (`throttle.py`)."""

    # A keyed digest: neither an e-mail address nor one of the network is kept.
    key = models.CharField(max_length=64, primary_key=True)
    # Seconds since 1970.
    times = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return self.key

"""A new editor is invited by e-mail and sets the password: nobody else ever knows it."""

from datetime import timedelta
from smtplib import SMTPException

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.mail import send_mail
from django.core.signing import BadSignature, TimestampSigner
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from mscoe_portal.accounts import letters

VALID_FOR = timedelta(days=3)


class NotSentError(Exception):
    """An invitation could not be sent; the text says why."""


class InvitationTokens:
    """What proves that somebody has read an invitation; valid until it is accepted or sent again, or for three days."""

    def make_token(self, user):
        return self._signer(user).sign("invitation")

    def check_token(self, user, token):
        try:
            self._signer(user).unsign(token or "", max_age=VALID_FOR)
        except BadSignature:
            return False
        return is_open(user)

    @staticmethod
    def _signer(user):
        # A password that nobody can use is a random text, another one each time that it is set.
        return TimestampSigner(salt=f"{__name__}:{user.pk}:{user.email}:{user.password}")


def open_invitations():
    """The users who were invited and have not accepted yet."""
    return get_user_model().objects.filter(
        is_active=True, last_login__isnull=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )


def is_open(user):
    """Whether `user` is one of `open_invitations`."""
    return user.is_active and user.last_login is None and not user.has_usable_password()


def invite(user, site):
    """Send `user`, who has no password, the link to set one; links sent before are void. `site`: as https://host.

    Raises NotSentError; call it in a transaction that is then undone.
    """
    if not letters.can_be_sent():
        raise NotSentError(_("The server has no mail server (EMAIL_URL in its settings)."))
    user.set_unusable_password()
    user.save(update_fields=["password"])
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:accept-invitation", args=[uid, InvitationTokens().make_token(user)])
    context = {
        "user": user,
        "link": f"{site}{path}",
        "days": VALID_FOR.days,
        "admin": f"{site}{reverse('admin:index')}",
    }
    subject = _("Your invitation to edit the MSCoE portal")
    try:
        send_mail(subject, render_to_string("accounts/invitation.txt", context), None, [user.email])
    except (OSError, SMTPException) as error:
        raise NotSentError(str(error)) from error

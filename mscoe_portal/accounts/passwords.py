"""What a password must be like, and how a forgotten one is replaced.

The rules are those of NIST SP 800-63B-4, 3.1.1.2, for a password that is the only proof, as it is until a second factor
is set up: at least 15 characters; none that is common or expected; long ones, spaces and all characters are allowed; no
rule about kinds of characters, no date of expiry, no questions. Pasting is not hindered.
"""

import logging
import re
import unicodedata
from ipaddress import IPv6Address, ip_address

from axes.helpers import get_client_ip_address
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import PasswordResetForm
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from mscoe_portal.accounts import letters, notices, throttle

logger = logging.getLogger(__name__)

# Words that are expected here ("the name of the service, the username, and derivatives thereof"). Those of the person
# are compared by Django's UserAttributeSimilarityValidator.
_OF_THIS_SERVICE = re.compile(
    r"mscoe|portal|multiple|sclerosis|centers?|excellence|veterans?|affairs|clinic(al|ian)?|stem|cells?|therapy|password"
)
# So much of a password must be something else.
_LEAST_OF_ONES_OWN = 8
# So many mails with a link an hour, for one e-mail address and for one of the network. A whole clinic may have one.
MOST_FOR_ACCOUNT, MOST_FOR_CLIENT = 3, 20
# Who has one IPv6 address has all with the same first bits.
_OF_ONE_CLIENT = 64


class ExpectedPasswordValidator:
    """Refuses a password of this site's words, and one that is a short piece again and again."""

    def validate(self, password, user=None):
        """Raise ValidationError, in words."""
        own = _OF_THIS_SERVICE.sub("", password.casefold())
        if len(own) < _LEAST_OF_ONES_OWN or re.fullmatch(r"(.{1,5}?)\1+", password.casefold()):
            raise ValidationError(self.get_help_text(), code="password_expected")

    def get_help_text(self):
        return _("Your password can’t be made of this site’s words, or of a few characters again and again.")

    def password_changed(self, password, user=None):
        """Django calls this once a new password is stored, whichever form or command has set it."""
        notices.tell(user, notices.PASSWORD_CHANGED)


class ForgottenPasswordForm(PasswordResetForm):
    """Sends a link to who has this address. Nothing tells whether anybody has, not even how long the answer takes.

    Nor does anything tell that too many were asked for: then all is done as ever, but for the sending.
    """

    def save(self, *, request, **options):
        self.is_counted = count_link(request, self.cleaned_data["email"])
        super().save(request=request, domain_override=request.get_host(), **options)

    def get_users(self, email):
        """Who has this address; else a user who is nobody: it takes as long, and without an address nothing leaves."""
        return list(super().get_users(email)) or [get_user_model()(pk=0)]

    def send_mail(self, *args, **kwargs):
        if self.is_counted:
            letters.SENDER.submit(self._send, get_language(), args, kwargs)

    def _send(self, language, args, kwargs):
        with override(language):
            super().send_mail(*args, **kwargs)


def count_link(request, email):
    """Count that `request` has a link sent to `email`, somebody's or nobody's; returns whether it may; logs why not."""
    if not letters.can_be_sent():
        logger.error("A link for a new password was not sent: the server has no mail server (EMAIL_URL).")
        return False
    if not throttle.count(f"client {_network(get_client_ip_address(request))}", MOST_FOR_CLIENT):
        logger.warning("A link for a new password was not sent: one client asked for %d in an hour.", MOST_FOR_CLIENT)
        return False
    # As Django compares what was typed with what it knows: other spellings are the same account.
    email = unicodedata.normalize("NFKC", email).casefold()
    if not throttle.count(f"account {email}", MOST_FOR_ACCOUNT):
        logger.warning("A link for a new password was not sent: %d were asked for in an hour.", MOST_FOR_ACCOUNT)
        return False
    return True


def _network(address):
    """What of the network address (a text) is one client's."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    return int(number) >> 128 - _OF_ONE_CLIENT if isinstance(number, IPv6Address) else address

"""Letters that tell a person that what they sign in with has changed, so that they notice if it was not them.

NIST SP 800-63B-4, 4.6 (and 4.1.2, 4.2.3): when something is bound to the account, and when it is recovered, with clear
instructions and whom to tell. OWASP ASVS 5.0, 6.3.7: after each update of authentication details. No letter has a link
or a code, nor words that the person has chosen: whoever has got into an account writes no letters in the portal's name.
"""

import logging

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.accounts import letters
from mscoe_portal.people import person_name
from mscoe_portal.permissions import reachable_site_managers

logger = logging.getLogger(__name__)

APP_SET_UP = gettext_lazy("An authenticator app was set up for your account. One that you had before works no more.")
APP_REMOVED = gettext_lazy("The authenticator app of your account was removed.")
PASSKEY_MADE = gettext_lazy("A passkey was made for your account.")
PASSKEY_REMOVED = gettext_lazy("A passkey of your account was removed.")
RECOVERY_CODES_MADE = gettext_lazy("New recovery codes were made for your account. The old ones work no more.")
RECOVERY_CODE_USED = gettext_lazy("A recovery code of yours was used. It works no more.")
SECOND_FACTOR_RESET = gettext_lazy(
    "The second step of your sign-in was reset: your authenticator app, passkeys and recovery codes work no more. "
    "At the next sign-in new ones are set up."
)
PASSWORD_CHANGED = gettext_lazy("The password of your account was set or changed.")
PASSWORD_TAKEN = gettext_lazy("The password of your account was taken away: nobody can sign in with it any more.")
EMAIL_CHANGED = gettext_lazy("The e-mail address of your account was changed. This is the last letter to the old one.")
USERNAME_CHANGED = gettext_lazy("The user name of your account was changed: you sign in with another one now.")
AGENCY_CONNECTED = gettext_lazy("Your account was connected with the sign-in of your agency.")


def tell(person, what, *, to=None):
    """Write to `person` that `what` (one of the above) has happened, once it is certain (the transaction's end).

    `to`: the address that they had until now. Who has none gets no letter. What cannot be sent is logged.
    """
    address = person.email if to is None else to
    if not address:
        return
    managers = reachable_site_managers().exclude(pk=person.pk).order_by("pk")
    context = {"what": what, "contacts": [(person_name(manager), manager.email) for manager in managers]}
    message = EmailMessage(
        _("Your sign-in to the MSCoE portal was changed"),
        render_to_string("accounts/notice.txt", context),
        to=[address],
    )
    transaction.on_commit(lambda: letters.SENDER.submit(_send, message))


def _send(message):
    try:
        if not letters.can_be_sent():
            raise ConnectionError
        message.send()
    except Exception as error:  # noqa: BLE001 - nobody waits for this thread, and the act is done
        # What a mail server says may quote addresses.
        reason = type(error).__name__
        logger.error("A letter about a changed sign-in was not sent (%s)", reason)  # noqa: TRY400 - it is enough

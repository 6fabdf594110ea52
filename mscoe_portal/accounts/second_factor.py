"""The second factor: who must give it, when it was given, and what gives it.

The rules are those of NIST SP 800-63B-4: a password and a one-time code, or a passkey (2.2.1); look-up secrets for who
has lost both (3.1.2); and reauthentication before what matters (2.2.3).
"""

import time
from datetime import timedelta

import django_otp
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, load_backend
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from mscoe_portal import signals
from mscoe_portal.accounts import notices
from mscoe_portal.accounts.models import Passkey
from mscoe_portal.accounts.sessions import end_sessions, lock

# A signature, or another sensitive act, asks for it again when it was last given longer ago.
FRESH_FOR = timedelta(minutes=15)
NUMBER_OF_RECOVERY_CODES = 10
_GIVEN_AT = "second_factor_given_at"
# 50 bits: no letter or digit that is taken for another, so that a code can be copied from paper.
_RECOVERY_CODE = {"length": 10, "allowed_chars": "23456789abcdefghjkmnpqrstuvwxyz"}
_LONGEST_STORED = StaticToken._meta.get_field("token").max_length


# --- Who must give it ---


def must_be_given(request):
    """Whether the person of `request`, who has signed in, must give a second factor before anything else of the admin.

    All staff, once in each session. Only where the settings say that it may be put off, as in a demo, those do without
    who have not set it up; and an agency's own sign-in, which has asked for one, counts.
    """
    user = request.user
    if not user.is_staff or user.is_verified() or _was_given_elsewhere(request):
        return False
    return is_set_up(user) or not settings.SECOND_FACTOR_MAY_BE_PUT_OFF


def _was_given_elsewhere(request):
    """Whether the person came by a sign-in (an authentication backend) that says that it asks for a second factor."""
    path = request.session.get(BACKEND_SESSION_KEY)
    return bool(path) and getattr(load_backend(path), "asks_for_second_factor", False)


def is_set_up(user):
    """Whether `user` has something that gives a second factor. Recovery codes alone are only a way back to it.

    One query: it is asked for at each request of an editor's.
    """
    devices = (model.objects.filter(user=user, confirmed=True).values("pk") for model in (TOTPDevice, Passkey))
    return QuerySet.union(*devices, all=True).exists()


# --- When it was given ---


def give(request, device):
    """Write down in the session that `device` has just proved who the person of `request` is.

    The session gets another key, so first see that it was not ended (`sessions.was_ended`): it would live on.
    """
    if not request.user.is_verified():
        request.session.cycle_key()
    if isinstance(device, StaticDevice):
        notices.tell(request.user, notices.RECOVERY_CODE_USED)
    django_otp.login(request, device)
    request.session[_GIVEN_AT] = time.time()


def note_sign_in(request, user, **kwargs):
    """Receiver of `user_logged_in`: an agency's own sign-in has just asked for a second factor."""
    if _was_given_elsewhere(request):
        request.session[_GIVEN_AT] = time.time()


def is_fresh(request):
    """Whether the second factor was given so lately in this session that no act need ask for it."""
    return time.time() - request.session.get(_GIVEN_AT, 0) < FRESH_FOR.total_seconds()


def must_be_given_again(request):
    """Whether the second factor must be given before a signature, or another sensitive act."""
    may_be_put_off = settings.SECOND_FACTOR_MAY_BE_PUT_OFF and not _was_given_elsewhere(request)
    return not is_fresh(request) and (is_set_up(request.user) or not may_be_put_off)


def must_be_given_before_change(request):
    """Whether the second factor must be given before an act that changes what gives it.

    Only the first device of who came by a password is set up without: there is nothing yet to give it with. Setting
    one up counts as giving it, for a signature too, so who came by an agency must have given the agency's lately.
    """
    return must_be_given_again(request) and (is_set_up(request.user) or _was_given_elsewhere(request))


# --- What gives it ---


def app_of(user):
    """The authenticator app of `user` (a TOTPDevice), or None. A person has one: another takes its place."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


@transaction.atomic
def set_up_app(user, key, code):
    """Make the authenticator app with `key` (hex) the one of `user`, if it shows `code` now; returns it, or None."""
    lock(user)
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    if not totp.verify(int(code), tolerance=1):
        return None
    TOTPDevice.objects.filter(user=user).delete()
    notices.tell(user, notices.APP_SET_UP)
    # The code was used: it does not sign in once more.
    return TOTPDevice.objects.create(user=user, key=key, name="app", last_t=totp.t(), drift=totp.drift)


def recovery_codes_of(user):
    """What holds the recovery codes of `user` (a StaticDevice), or None."""
    return StaticDevice.objects.filter(user=user, confirmed=True).first()


def number_of_recovery_codes(user):
    """How many recovery codes `user` has left."""
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def make_recovery_codes(user):
    """Give `user` ten new recovery codes in place of all others. Returns them; they cannot be read again."""
    lock(user)
    device, _is_new = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
    codes = [get_random_string(**_RECOVERY_CODE) for _number in range(NUMBER_OF_RECOVERY_CODES)]
    device.token_set.all().delete()
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=stored_recovery_code(user, code)) for code in codes
    )
    return codes


def stored_recovery_code(user, code):
    """`code` as the database keeps it.

    Who reads a backup cannot sign in with it; nor does the time that a look-up takes tell how much of a guess is right.
    """
    return salted_hmac(__name__, f"{user.pk}:{code}", algorithm="sha256").hexdigest()[:_LONGEST_STORED]


def passkeys_of(user):
    """The passkeys of `user`, the oldest first."""
    return Passkey.objects.filter(user=user, confirmed=True).order_by("pk")


def devices_of(user):
    """All with which `user` can sign in again and again: the app, then the passkeys."""
    app = app_of(user)
    return [*([app] if app else []), *passkeys_of(user)]


@transaction.atomic
def reset(person, by):
    """Take all that gives a second factor from `person`, who sets up another at the next sign-in.

    Their sessions end: whoever has a stolen one would else be the first to set something up, without the password. The
    audit says that the user `by` did it; None: whoever runs the site's commands.
    """
    lock(person)
    for model in (TOTPDevice, StaticDevice, Passkey):
        model.objects.filter(user=person).delete()
    end_sessions(person)
    notices.tell(person, notices.SECOND_FACTOR_RESET)
    signals.tell(signals.PERSON_CHANGED, by, person, note=_("Second factor reset"))

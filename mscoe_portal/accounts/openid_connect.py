"""Sign-in by an agency's own provider, beside the password: OpenID Connect Core 1.0, by authorization code.

mozilla-django-oidc asks the provider, with PKCE, state and nonce, and finds the key of the signature. What it leaves
open is decided here: whose token it is and for whom (3.1.3.7), whose account a person gets, and what they may do there.
Imported only where the settings name a provider: it takes long to load.
"""

import logging
from hashlib import sha256
from http import HTTPStatus
from time import time

import jwt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import BACKEND_SESSION_KEY, get_user_model, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests import RequestException

from mscoe_portal import signals
from mscoe_portal.accounts import notices
from mscoe_portal.accounts.models import AgencyAccount

logger = logging.getLogger(__name__)

# Seconds by which the provider's clock may differ from ours.
LEEWAY = 30
# OpenID Connect Core, 2.
LONGEST_SUBJECT = AgencyAccount._meta.get_field("subject").max_length
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "nonce"]
# What is raised by an answer that is not what the standard says.
UNUSABLE = (jwt.PyJWTError, SuspiciousOperation, AttributeError, LookupError, TypeError, ValueError)


class SignInRefusedError(Exception):
    """Nobody is signed in; the text says why, and what to do."""

    def __init__(self, words, status=HTTPStatus.FORBIDDEN):
        super().__init__(words)
        self.status = status


def groups_of(claims):
    """The names of our groups that `claims` give, as OIDC_GROUPS translates them. One that is not there is logged."""
    told = claims.get(settings.OIDC_GROUPS_CLAIM)
    told = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    names = {name for value, name in settings.OIDC_GROUPS.items() if value in told}
    there = set(Group.objects.filter(name__in=names).values_list("name", flat=True))
    if missing := sorted(names - there):
        logger.warning("OIDC_GROUPS gives groups that are not there: %s", ", ".join(missing))
    return there


class AgencyBackend(OIDCAuthenticationBackend):
    """Signs in who the provider says they are. A person is the issuer and the subject together, and nothing else."""

    # `second_factor` does not ask for another one.
    asks_for_second_factor = True

    def authenticate(self, request, *, nonce, code_verifier):
        """The user; raises SignInRefusedError. A sign-in by password has other arguments, and never comes here."""
        try:
            return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        except RequestException as error:
            logger.warning("The provider of sign-in gives no answer: %s", type(error).__name__)
            raise SignInRefusedError(
                _("The sign-in of %(agency)s does not answer. Try again in a few minutes.")
                % {"agency": settings.OIDC_NAME},
                HTTPStatus.SERVICE_UNAVAILABLE,
            ) from error
        except (IntegrityError, *UNUSABLE) as error:
            logger.warning("An answer of the provider of sign-in is not accepted: %s", type(error).__name__)
            raise SignInRefusedError(
                _("The answer of %(agency)s could not be checked, so nobody is signed in. Start the sign-in again.")
                % {"agency": settings.OIDC_NAME},
                HTTPStatus.BAD_REQUEST,
            ) from error

    def get_payload_data(self, token, key):
        """The claims of the ID token, once all that 3.1.3.7 asks for is right. The nonce is looked at after that."""
        claims = jwt.decode(
            token,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            issuer=settings.OIDC_OP_ISSUER,
            audience=self.OIDC_RP_CLIENT_ID,
            leeway=LEEWAY,
            options={"require": [*REQUIRED, "auth_time"] if settings.OIDC_MAX_AGE else REQUIRED},
        )
        if len(claims["sub"]) > LONGEST_SUBJECT:
            raise SuspiciousOperation("The name of the person is longer than the standard lets it be")
        is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if is_for_several else self.OIDC_RP_CLIENT_ID) != self.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation("The token was made for somebody else")
        if settings.OIDC_MAX_AGE and time() - claims["auth_time"] > settings.OIDC_MAX_AGE + LEEWAY:
            raise SignInRefusedError(
                _("%(agency)s did not ask you again who you are. Sign out there, and sign in again.")
                % {"agency": settings.OIDC_NAME}
            )
        wanted = settings.OIDC_ACR_VALUES.split()
        if wanted and claims.get("acr") not in wanted:
            raise SignInRefusedError(
                _("%(agency)s did not ask you for a second factor. This site needs one: sign in there again with it.")
                % {"agency": settings.OIDC_NAME}
            )
        return claims

    def get_userinfo(self, access_token, id_token, payload):
        """The claims of the signed token, and those that the provider tells besides."""
        if not self.OIDC_OP_USER_ENDPOINT:
            return payload
        claims = super().get_userinfo(access_token, id_token, payload)
        if claims["sub"] != payload["sub"]:  # 5.3.2
            raise SignInRefusedError(_("The sign-in told of two people. Start it again."), HTTPStatus.BAD_REQUEST)
        return claims | payload

    def get_or_create_user(self, access_token, id_token, payload):
        claims = self.get_userinfo(access_token, id_token, payload)
        groups = groups_of(claims)
        with transaction.atomic():
            user = _user_of(claims, groups)
        if not groups:
            raise SignInRefusedError(
                _("%(agency)s knows you, but has not given you a part in this site. Ask there for one.")
                % {"agency": settings.OIDC_NAME}
            )
        if not user.is_active:
            raise SignInRefusedError(_("Your account here was closed. A site manager can open it again."))
        return user

    def get_user(self, user_id):
        """Django's own: mozilla-django-oidc's would give a closed account as well."""
        return ModelBackend.get_user(self, user_id)


def _user_of(claims, groups):
    """The user whom `claims` name, with just these groups of those that the provider gives; None if new without any."""
    account = AgencyAccount.objects.filter(issuer=claims["iss"], subject=claims["sub"]).select_related("user").first()
    if account is None and groups:
        invited = _invited(claims)
        user = invited or _created(claims)
        if invited:
            notices.tell(user, notices.AGENCY_CONNECTED)
        account = AgencyAccount.objects.create(user=user, issuer=claims["iss"], subject=claims["sub"])
    if account is None:
        return None
    _set_groups(account.user, groups)
    return account.user


def _invited(claims):
    """The user whose account waits for whoever has the e-mail address of `claims`, or None if nobody has it.

    It waits when nobody can sign in to it yet: it was made by a site manager, without a password. Any other account
    with this address is its owner's, and who got the address later, or only says so, does not get the account.
    """
    email = claims.get("email")
    users = get_user_model().objects.filter(email__iexact=email) if email and isinstance(email, str) else []
    if not users:
        return None
    (user, *others) = users
    is_known = user.has_usable_password() or AgencyAccount.objects.filter(user=user).exists()
    may_be_opened = user.is_active and not user.is_superuser and not is_known
    if others or claims.get("email_verified") is not True or not may_be_opened:
        raise SignInRefusedError(
            _("There is an account with your e-mail address already. Ask a site manager to open it to %(agency)s.")
            % {"agency": settings.OIDC_NAME}
        )
    return user


def _created(claims):
    """A new editor, without a password."""
    identity = sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()
    user = get_user_model().objects.create_user(
        f"agency-{identity[:16]}",
        _address_of(claims),
        first_name=str(claims.get("given_name") or claims.get("name") or "")[:150],
        last_name=str(claims.get("family_name") or "")[:150],
        is_staff=True,
    )
    note = _("Created by the sign-in of %(agency)s") % {"agency": settings.OIDC_NAME}
    signals.tell(signals.PERSON_CHANGED, user, user, note=note)
    return user


def _address_of(claims):
    """The e-mail address to write to: "" unless the provider has verified it and letters can be sent there."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return ""
    try:
        return get_user_model()._meta.get_field("email").clean(email, None)
    except ValidationError:
        return ""


def _set_groups(user, names):
    """Give `user` the groups `names`, and take away what else the provider can give. Other groups stay."""
    given = Group.objects.filter(name__in=settings.OIDC_GROUPS.values())
    had = set(user.groups.filter(pk__in=given).values_list("name", flat=True))
    if had == names:
        return
    user.groups.remove(*given.exclude(name__in=names))
    user.groups.add(*given.filter(name__in=names))
    note = _("Groups, by the sign-in of %(agency)s") % {"agency": settings.OIDC_NAME}
    signals.tell(signals.PERSON_CHANGED, user, user, note=note)


@method_decorator(never_cache, name="dispatch")
class StartView(OIDCAuthenticationRequestView):
    """To the provider. Of `next` it keeps nothing that leads off this site."""

    def get_extra_params(self, request):
        """What the provider must ask the person for (3.1.2.1)."""
        wanted = {"max_age": settings.OIDC_MAX_AGE, "acr_values": settings.OIDC_ACR_VALUES}
        return {name: value for name, value in wanted.items() if value}


@method_decorator(never_cache, name="dispatch")
class CallbackView(OIDCAuthenticationCallbackView):
    """Back from the provider: signed in, or told why not."""

    @property
    def success_url(self):
        return self.request.session.get("oidc_login_next") or reverse("admin:index")

    def get(self, request):
        # A sign-in that was cancelled there, that lasted too long, or that this browser has not started.
        is_answer = request.GET.get("state") in request.session.get("oidc_states", {}) and request.GET.get("code")
        try:
            return super().get(request) if is_answer else self.login_failure()
        except SignInRefusedError as refusal:
            return self.refused(str(refusal), refusal.status)

    def login_success(self):
        is_again = self.request.user == self.user and self.request.session[BACKEND_SESSION_KEY] == self.user.backend
        if is_again:
            # Forms that are open in other tabs keep their token, so that what is typed there can be sent.
            user_logged_in.send(type(self.user), request=self.request, user=self.user)
        else:
            login(self.request, self.user)
        return redirect(self.success_url)

    def login_failure(self):
        return self.refused(_("The sign-in was not finished. Start it again."), HTTPStatus.BAD_REQUEST)

    def refused(self, reason, status):
        """A page that says why nobody is signed in, and leads to both ways to try again."""
        context = admin.site.each_context(self.request) | {
            "title": _("You are not signed in"),
            "reason": reason,
            "agency": settings.OIDC_NAME,
            "way_on": self.request.session.get("oidc_login_next") or "",
        }
        return render(self.request, "accounts/agency_sign_in_refused.html", context, status=status)


urlpatterns = [
    path("sign-in/agency/", StartView.as_view(), name="agency-sign-in"),
    path("sign-in/agency/back/", CallbackView.as_view(), name="agency-sign-in-callback"),
]

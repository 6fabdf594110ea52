"""Passkeys: what a browser is asked for, and whether what it gives is right.

The rules are those of Web Authentication (https://www.w3.org/TR/webauthn-3/, 7.1 and 7.2), which `webauthn` checks. It
brings libraries of cryptography that take long to import: that waits until somebody uses a passkey.
"""

from django.conf import settings
from django.http.request import split_domain_port
from django.utils.crypto import salted_hmac

from mscoe_portal.accounts import notices
from mscoe_portal.accounts.models import Passkey
from mscoe_portal.accounts.second_factor import passkeys_of

# A person may have to look for the key (WCAG 2.2.1); 15.1 of the rules recommends at most ten minutes.
_MILLISECONDS = 600_000
_CHALLENGE = "passkey_challenge"
# Bytes of a credential's id.
_LONGEST_ID = 1023
# What the library lets through where a part of an answer is not of the kind that it takes it for.
_OF_ANOTHER_KIND = (ValueError, TypeError, LookupError)


def options_to_make(request):
    """What the person's browser is asked to make a passkey with, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    user = request.user
    options = webauthn.generate_registration_options(
        rp_id=_domain(request),
        rp_name=settings.OTP_TOTP_ISSUER,
        user_name=user.get_username(),
        # The same for all passkeys of a person, and nothing that tells who it is.
        user_id=salted_hmac(__name__, str(user.pk), algorithm="sha256").digest(),
        challenge=_challenge(request),
        timeout=_MILLISECONDS,
        exclude_credentials=_descriptors(user),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.DISCOURAGED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options)


def options_to_ask(request):
    """What the person's browser is asked to prove one of their passkeys with, as JSON."""
    import webauthn

    options = webauthn.generate_authentication_options(
        rp_id=_domain(request),
        challenge=_challenge(request),
        timeout=_MILLISECONDS,
        allow_credentials=_descriptors(request.user),
    )
    return webauthn.options_to_json(options)


def make(request, answer, name):
    """Keep the passkey that the browser has made, whose `answer` is JSON; returns it, or None if that is not right."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = webauthn.verify_registration_response(credential=answer, **_expected(request))
    except (WebAuthnException, *_OF_ANOTHER_KIND):
        return None
    # 7.1 asks the site itself for these two.
    credential_id = bytes_to_base64url(made.credential_id)
    is_known = Passkey.objects.filter(credential_id=credential_id).exists()
    if is_known or len(made.credential_id) > _LONGEST_ID:
        return None
    notices.tell(request.user, notices.PASSKEY_MADE)
    return Passkey.objects.create(
        user=request.user,
        name=name,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


def prove(request, answer):
    """The passkey of the person with which the browser has signed the challenge; None if its `answer` is not right."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    expected = _expected(request)
    try:
        credential = parse_authentication_credential_json(answer)
        passkey = passkeys_of(request.user).select_for_update().get(credential_id=bytes_to_base64url(credential.raw_id))
        proof = webauthn.verify_authentication_response(
            credential=credential,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            **expected,
        )
    except (Passkey.DoesNotExist, WebAuthnException, *_OF_ANOTHER_KIND):
        return None
    passkey.sign_count = proof.new_sign_count
    passkey.set_last_used_timestamp()
    return passkey


def _challenge(request):
    """What the browser must sign: the same on every page of the session, until one answers."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge

    return base64url_to_bytes(request.session.setdefault(_CHALLENGE, bytes_to_base64url(generate_challenge())))


def _expected(request):
    """What an answer must be about. No other answer to the same challenge counts."""
    challenge = _challenge(request)
    del request.session[_CHALLENGE]
    return {
        "expected_challenge": challenge,
        "expected_rp_id": _domain(request),
        # Behind a proxy that ends TLS and does not say so, the settings name the origin.
        "expected_origin": [f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS],
    }


def _domain(request):
    """The domain that a passkey is for: one of ALLOWED_HOSTS, of which the browser says itself where it is."""
    return split_domain_port(request.get_host())[0]


def _descriptors(user):
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    ids = passkeys_of(user).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(id_)) for id_ in ids]

"""Who must give a second factor, what gives it, and that nothing goes round it."""

import hashlib
import json
import time
from io import StringIO

import cbor2
import pytest
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.timezone import now
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from webauthn.helpers import bytes_to_base64url

from mscoe_portal.accounts import passkeys, second_factor
from mscoe_portal.accounts.forms import RecoveryCodeField, SecondFactorForm
from mscoe_portal.accounts.models import Passkey
from mscoe_portal.accounts.permissions import user_can_reset_second_factor
from mscoe_portal.review import workflow
from mscoe_portal.review.models import AuditEntry, Signature
from tests.factories import make_cell_type, make_page, make_user
from tests.review.people import make_author, make_reviewer, step_url, version_of

pytestmark = pytest.mark.django_db

YOURS = "/admin/your-sign-in/"
CODE, SET_UP = f"{YOURS}code/", f"{YOURS}set-up/"

# What a browser answers has this form.
GARBLED = json.dumps(
    {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
    | {"response": dict.fromkeys(["clientDataJSON", "attestationObject", "authenticatorData", "signature"], "IT")}
)


@pytest.fixture(autouse=True)
def no_demo(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False


def make_app(user):
    return TOTPDevice.objects.create(user=user, name="app")


def code_of(app):
    return f"{TOTP(app.bin_key).token():06}"


def wrong_code_of(app):
    return f"{(TOTP(app.bin_key).token() + 1) % 10**6:06}"


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def client_with_factor(user):
    """A client whose person has given the code of an app; the code is not used up."""
    app = make_app(user)
    return client_who_gave_code_of(app), app


def client_who_gave_code_of(app):
    client = client_of(app.user)
    session = client.session
    session.update({"otp_device_id": app.persistent_id, "second_factor_given_at": time.time()})
    session.save()
    return client


def grow_old(client, minutes=16):
    session = client.session
    session["second_factor_given_at"] -= minutes * 60
    session.save()


def answer(code, name="code"):
    return {f"second-factor-{name}": code}


# --- Nothing of the admin before it ---


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/nothing/", "/admin/password_change/", YOURS, "/cms_wizard/create/", "/es/cms_wizard/create/"],
)
def test_who_has_none_is_led_to_set_it_up_and_then_on(address):
    client = client_of(make_author())
    assert client.get(address).url == f"{SET_UP}?next={address.replace('/', '%2F')}"


def test_who_has_one_is_asked_for_it_everywhere_and_a_form_is_not_taken():
    user = make_author()
    make_app(user)
    client = client_of(user)
    for address in ("/admin/stemcells/celltype/add/?language=en", SET_UP):
        assert client.get(address).url.startswith(f"{CODE}?next=%2Fadmin%2F")
    assert client.post("/admin/stemcells/celltype/add/", {}).url == f"{CODE}?next=%2Fadmin%2F"


def test_public_pages_need_none():
    make_page(slug="about")
    assert client_of(make_author()).get("/about/").status_code == 200


def test_in_a_demo_it_may_be_put_off_until_it_is_set_up(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = True
    user = make_author()
    client = client_of(user)
    assert client.get("/admin/").status_code == 200
    assert "Not now, this is a demo" in client.get(SET_UP).content.decode()
    make_app(user)
    assert client.get("/admin/").status_code == 302


def test_outside_of_a_demo_nothing_offers_to_put_it_off():
    assert "Not now" not in client_of(make_author()).get(SET_UP).content.decode()


def test_an_agencys_own_sign_in_brings_its_own(settings, monkeypatch):
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.asks_for_second_factor", True, raising=False)
    client = client_of(make_author())
    assert client.get("/admin/").status_code == 200
    assert second_factor._GIVEN_AT in client.session


# --- Setting it up ---


def test_an_app_is_set_up_by_its_code_and_ten_recovery_codes_are_shown_once():
    user = make_author()
    client = client_of(user)
    page = client.get(SET_UP + "?next=/admin/review/")
    key = page.context["key"].replace(" ", "")
    assert f"secret={key}" in page.context["address"]
    assert "<svg" in page.content.decode()
    assert client.post(SET_UP, {"code": "000 000"}).context["form"].errors
    app = TOTPDevice(key=client.session["new_authenticator_key"])
    shown = client.post(SET_UP + "?next=/admin/", {"code": code_of(app)})
    assert len(shown.context["codes"]) == 10
    assert client.get("/admin/").status_code == 200
    stored = set(second_factor.recovery_codes_of(user).token_set.values_list("token", flat=True))
    assert not stored & {code.replace("-", "") for code in shown.context["codes"]}


def test_a_key_that_was_shown_in_another_session_is_not_set_up():
    user = make_author()
    mine, theirs = client_of(user), client_of(user)
    key = mine.get(SET_UP).context["key"]
    assert theirs.get(SET_UP).context["key"] != key


def test_a_new_app_takes_the_place_of_the_old_one_and_the_codes_stay():
    user = make_author()
    client, old = client_with_factor(user)
    second_factor.make_recovery_codes(user)
    client.get(SET_UP)
    new = TOTPDevice(key=client.session["new_authenticator_key"])
    client.post(SET_UP, {"code": code_of(new)})
    assert second_factor.app_of(user).key == new.key != old.key
    assert second_factor.number_of_recovery_codes(user) == 10
    assert client.get("/admin/").status_code == 200


# --- Giving it ---


def test_the_code_leads_on_and_is_not_taken_twice():
    user = make_author()
    app = make_app(user)
    code = code_of(app)
    assert client_of(user).post(CODE + "?next=/admin/stemcells/", answer(code)).url == "/admin/stemcells/"
    again = client_of(user).post(CODE, answer(code))
    assert "used already" in str(again.context["form"].errors["code"])


def test_the_code_gives_the_session_another_key_and_to_give_it_again_does_not():
    """A key that somebody had before, or planted, is worth nothing then; forms that are open in other tabs stay."""
    app = make_app(make_author())
    client = client_of(app.user)
    keys = [client.session.session_key]
    for _time in range(2):
        assert client.post(CODE, answer(code_of(app))).status_code == 302
        keys.append(client.session.session_key)
        grow_old(client)
        TOTPDevice.objects.update(last_t=-1)
    assert keys[0] != keys[1] == keys[2]


def test_after_a_wrong_code_the_right_one_has_to_wait():
    user = make_author()
    app = make_app(user)
    client = client_of(user)
    assert client.post(CODE, answer(wrong_code_of(app))).context["form"].errors
    refused = client.post(CODE, answer(code_of(app)))
    assert "wait one second" in str(refused.context["form"].errors["code"])
    TOTPDevice.objects.update(throttling_failure_timestamp=now().replace(year=2020))
    assert client.post(CODE, answer(code_of(app))).status_code == 302


def form_with(user, data):
    request = RequestFactory().post(CODE)
    request.user, request.session = user, {}
    return SecondFactorForm(data, request=request)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "12 34 5x", "+12345", "-12345", "1" * 1000])
def test_what_is_no_code_is_refused_without_counting_as_a_try(code):
    user = make_author()
    app = make_app(user)
    assert form_with(user, answer(code)).errors
    app.refresh_from_db()
    assert app.throttling_failure_count == 0


def test_a_recovery_code_works_once_however_it_is_written():
    user = make_author()
    make_app(user)
    code = second_factor.make_recovery_codes(user)[0]
    written = f" {code[:5].upper()} - {code[5:]} "
    client = client_of(user)
    assert client.post(CODE, answer(written, "recovery_code")).status_code == 302
    assert "9 recovery codes left" in client.get("/admin/").content.decode()
    assert form_with(user, answer(written, "recovery_code")).errors


def test_the_recovery_code_of_somebody_else_is_refused():
    user = make_author()
    make_app(user)
    second_factor.make_recovery_codes(user)
    code = second_factor.make_recovery_codes(make_user())[0]
    assert form_with(user, answer(code, "recovery_code")).errors
    assert RecoveryCodeField().clean("ABCDE-fghjk") == "abcdefghjk"


@pytest.mark.parametrize(
    "answer",
    ["x", "[]", "{}", '{"id": 1}', *(GARBLED.replace("IT", it) for it in ["", "AAAA", "é", "AAAAA", "e30", "oA"])],
)
def test_what_is_no_answer_of_a_browser_is_no_passkey(answer):
    user = make_author()
    Passkey.objects.create(user=user, credential_id="AAAA", public_key=b"")
    request = RequestFactory().post(CODE)
    request.user, request.session = user, {}
    assert passkeys.prove(request, answer) is None
    assert passkeys.make(request, answer, "") is None


def make_passkey(user, key, *, credential_id=b"abc"):
    """What `passkeys.make` makes of a browser's answer with this `key` (of COSE)."""
    request = RequestFactory().post(CODE)
    request.user, request.session = user, {}
    challenge = json.loads(passkeys.options_to_make(request))["challenge"]
    client_data = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": "http://testserver"})
    about = (
        hashlib.sha256(b"testserver").digest() + b"\x41" + bytes(20) + len(credential_id).to_bytes(2) + credential_id
    )
    made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about + cbor2.dumps(key)})
    response = {
        "clientDataJSON": bytes_to_base64url(client_data.encode()),
        "attestationObject": bytes_to_base64url(made),
    }
    shown = bytes_to_base64url(credential_id)
    answer = {"id": shown, "rawId": shown, "type": "public-key", "response": response}
    return passkeys.make(request, json.dumps(answer), "")


KEY = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}


@pytest.mark.parametrize("key", [b"", 5, [5], {1: 2, 3: -7, -1: 1, -2: b"x"}])
def test_a_passkey_without_a_key_is_none(key):
    assert make_passkey(make_author(), key) is None


def test_a_passkey_that_somebody_has_already_is_refused():
    author = make_author()
    assert make_passkey(author, KEY).user == author
    assert make_passkey(make_reviewer(), KEY) is None


def test_an_id_longer_than_any_authenticators_is_refused():
    assert make_passkey(make_author(), KEY, credential_id=bytes(1023))
    assert make_passkey(make_author(), KEY, credential_id=bytes(1024)) is None


# --- Before a signature ---


@pytest.fixture
def waiting():
    """A draft that waits for review, and the step that approves it."""
    content = make_cell_type(user=make_author(), published=False)
    version = version_of(content)
    workflow.submit(version, version.created_by)
    return version


def sign(client, version, **typed):
    page = client.get(step_url(version, "approve"))
    form = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
    form |= {name: "A reason." for name in form if name.startswith("waiver")}
    form |= {"seen": page.context["form"].initial["seen"], "comment": "Read\nit all."} | typed
    return client.post(step_url(version, "approve"), form), form


def test_a_signature_asks_again_after_15_minutes_and_keeps_what_was_typed(waiting):
    client, app = client_with_factor(make_reviewer())
    grow_old(client)
    asked, form = sign(client, waiting)
    assert dict(asked.context["typed"]) == form
    assert not Signature.objects.exists()
    refused = client.post(step_url(waiting, "approve"), form | answer("123"))
    assert refused.context["form"].errors
    assert dict(refused.context["typed"]) == form
    signed = client.post(step_url(waiting, "approve"), form | answer(code_of(app)))
    assert signed.url == reverse("review:version", args=[waiting.pk])
    assert Signature.objects.get().kind == "approval"


def test_a_signature_within_15_minutes_asks_nothing(waiting):
    client, _app = client_with_factor(make_reviewer())
    grow_old(client, minutes=14)
    answered, _form = sign(client, waiting)
    assert answered.status_code == 302
    assert Signature.objects.exists()


def test_who_signs_in_at_an_agency_signs_in_there_again_before_a_signature(waiting, monkeypatch):
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.asks_for_second_factor", True, raising=False)
    client = client_of(make_reviewer())
    grow_old(client)
    asked, _form = sign(client, waiting)
    assert "Sign in there again" in asked.content.decode()
    assert not Signature.objects.exists()


# --- Changing it ---


def test_what_gives_it_is_changed_only_after_giving_it_again():
    client, app = client_with_factor(make_author())
    grow_old(client)
    way = f"{CODE}?next="
    assert client.get(SET_UP).url.startswith(way)
    for address in (reverse("accounts:recovery-codes"), reverse("accounts:remove", args=[app.persistent_id])):
        assert client.post(address).url == f"{way}{YOURS.replace('/', '%2F')}"


def test_the_last_device_is_not_removed_but_one_of_two_is():
    user = make_author()
    client, app = client_with_factor(user)
    remove = reverse("accounts:remove", args=[app.persistent_id])
    client.post(remove)
    assert second_factor.app_of(user)
    Passkey.objects.create(user=user, credential_id="a", public_key=b"")
    client.post(remove)
    assert not second_factor.app_of(user)


def test_nobody_removes_the_device_of_somebody_else():
    client, _app = client_with_factor(make_author())
    theirs = make_app(make_author())
    assert client.post(reverse("accounts:remove", args=[theirs.persistent_id])).status_code == 404
    assert client.post(reverse("accounts:remove", args=["auth.user/1"])).status_code == 404


# --- Of a colleague ---


def test_a_site_manager_resets_that_of_a_colleague_and_the_audit_says_so():
    manager, colleague = make_user(groups=["Site managers"]), make_author()
    client, _app = client_with_factor(manager)
    theirs, _app = client_with_factor(colleague)
    second_factor.make_recovery_codes(colleague)
    address = reverse("accounts:reset-second-factor", args=[colleague.pk])
    assert address in client.get(reverse("admin:auth_user_change", args=[colleague.pk])).content.decode()
    assert client.get(address).status_code == 200
    client.post(address)
    assert not second_factor.is_set_up(colleague)
    assert second_factor.number_of_recovery_codes(colleague) == 0
    assert theirs.get("/admin/").url.startswith("/admin/login/")
    assert client_of(colleague).get("/admin/").url.startswith(SET_UP)
    entry = AuditEntry.objects.get(act="person changed")
    assert (entry.user_id, entry.object_id, entry.note) == (manager.pk, colleague.pk, "Second factor reset")


def test_after_a_reset_a_session_from_before_sets_nothing_up_whether_it_had_given_the_second_factor_or_not():
    """Somebody else may have it: with the reset they would become the one who signs in."""
    manager, colleague = make_user(groups=["Site managers"]), make_author()
    client, _app = client_with_factor(manager)
    sessions = [client_with_factor(colleague)[0], client_of(colleague)]
    client.post(reverse("accounts:reset-second-factor", args=[colleague.pk]))
    for session in sessions:
        assert session.get(SET_UP).url.startswith("/admin/login/")
    assert client.get("/admin/").status_code == 200


def test_a_command_resets_that_of_the_last_site_manager():
    manager = make_user(groups=["Site managers"])
    make_app(manager)
    call_command("reset_second_factor", manager.username, stdout=StringIO())
    assert not second_factor.is_set_up(manager)
    assert AuditEntry.objects.get(act="person changed").user_id is None
    with pytest.raises(CommandError, match="Nobody signs in as nobody"):
        call_command("reset_second_factor", "nobody")


def test_nobody_resets_their_own_nor_that_of_who_stands_above():
    manager, colleague = make_user(groups=["Site managers"]), make_author()
    superuser = make_user(is_superuser=True)
    assert user_can_reset_second_factor(manager, colleague)
    assert not user_can_reset_second_factor(manager, manager)
    assert not user_can_reset_second_factor(manager, superuser)
    assert not user_can_reset_second_factor(colleague, manager)
    client, _app = client_with_factor(colleague)
    assert client.post(reverse("accounts:reset-second-factor", args=[manager.pk])).status_code == 403


def test_the_admin_shows_nobodys_keys():
    client, _app = client_with_factor(make_user(is_superuser=True))
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404

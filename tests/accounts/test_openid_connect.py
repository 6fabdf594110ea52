"""Sign-in by an agency's own provider: who gets in as whom, who does not, and that each is told why."""

from time import time
from unittest.mock import Mock
from urllib.parse import quote, urlsplit

import jwt
import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user, get_user_model
from django.contrib.auth.models import Group
from django.core import checks, mail
from django.db import ProgrammingError
from django.urls import reverse
from lxml import html

from mscoe_portal.accounts import letters, notices
from mscoe_portal.accounts.models import AgencyAccount
from mscoe_portal.accounts.views import ask_again
from mscoe_portal.review.models import AuditEntry
from tests.accounts.provider import CLIENT, DEAD, FOREIGN_KEY, running_provider
from tests.factories import make_user
from tests.mscoe_portal.test_settings import run, settings_with

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_with_agency")]

BACKEND = "mscoe_portal.accounts.openid_connect.AgencyBackend"


@pytest.fixture
def provider(settings):
    with running_provider() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, BACKEND]
        yield running


def come_back(client, answer):
    return client.get(reverse("agency-sign-in-callback"), answer)


def sign_in(client, provider, way_on="/admin/"):
    """From the sign-in page to the provider and back."""
    return come_back(client, provider.begin(client, way_on))


def user_of(client):
    """Who is signed in with `client`; None if nobody is."""
    user = get_user(client)
    return user if user.is_authenticated else None


def groups(user):
    return set(user.groups.values_list("name", flat=True))


def words(response):
    (alert,) = html.fromstring(response.content).xpath("//*[@role='alert']")
    return alert.text_content()


# --- Who gets in ---


def test_sign_in_page_offers_the_agency_and_keeps_the_way_on(client, provider):
    page = html.fromstring(client.get("/admin/login/?next=/admin/filer/folder/").content)
    (link,) = page.xpath("//a[normalize-space()='Sign in with Example Agency']/@href")
    assert link == "/admin/sign-in/agency/?next=%2Fadmin%2Ffiler%2Ffolder%2F"


def test_new_person_gets_an_account_without_a_password_and_is_led_on(client, provider):
    response = sign_in(client, provider, "/admin/filer/folder/")
    assert (response.status_code, response["Location"]) == (302, "/admin/filer/folder/")
    user = user_of(client)
    assert (user.email, user.get_full_name()) == ("ana@agency.example", "Ana Ruiz")
    assert not user.has_usable_password()
    assert user.is_staff
    assert not user.is_superuser
    assert groups(user) == {"Authors"}
    assert client.get("/admin/").status_code == 200


def test_second_factor_of_the_agency_is_the_one_that_is_asked_for(client, provider, settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False
    sign_in(client, provider)
    assert client.get("/admin/").status_code == 200
    client.force_login(user_of(client), settings.AUTHENTICATION_BACKENDS[1])
    assert client.get("/admin/").status_code == 302


def test_same_person_is_the_same_user_whatever_changes_beside_the_subject(client, provider):
    sign_in(client, provider)
    first = user_of(client)
    client.logout()
    provider.claims |= {"email": "new@agency.example", "given_name": "Anna"}
    sign_in(client, provider)
    assert user_of(client) == first


def test_another_person_with_the_same_address_is_not_the_same_user(client, provider):
    sign_in(client, provider)
    client.logout()
    provider.subject = "person-2"
    response = sign_in(client, provider)
    assert (response.status_code, user_of(client)) == (403, None)
    assert "account with your e-mail address already" in words(response)


def test_signature_by_an_elliptic_curve_is_accepted(client, provider, settings):
    settings.OIDC_RP_SIGN_ALGO = provider.algorithm = "ES256"
    sign_in(client, provider)
    assert user_of(client)


def test_token_for_several_sites_counts_if_it_was_made_for_this_one(client, provider):
    provider.claims |= {"aud": [CLIENT, "other"], "azp": CLIENT}
    sign_in(client, provider)
    assert user_of(client)


def test_groups_may_be_told_beside_the_token(client, provider):
    provider.claims["groups"] = None
    provider.told = {"groups": ["reviewers"]}
    sign_in(client, provider)
    assert groups(user_of(client)) == {"Clinical reviewers"}


def test_what_is_written_down_of_a_new_person_names_the_agency(client, provider):
    sign_in(client, provider)
    notes = AuditEntry.objects.filter(subject=user_of(client).username).order_by("pk").values_list("note", flat=True)
    assert list(notes) == ["Created by the sign-in of Example Agency", "Groups, by the sign-in of Example Agency"]


# --- Whose account it is ---


def invited(**values):
    user = make_user("ana", email="Ana@agency.example", **values)
    user.set_unusable_password()
    user.save()
    return user


def test_invited_person_gets_the_account_that_waits(client, provider):
    user = invited()
    sign_in(client, provider)
    assert user_of(client) == user
    assert AgencyAccount.objects.get(user=user).subject == "person-1"


def test_invited_person_is_told_that_the_account_is_connected_and_others_who_come_are_not(
    client, provider, django_capture_on_commit_callbacks
):
    invited()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(client, provider)
        client.logout()
        sign_in(client, provider)
        provider.subject, provider.claims["email"] = "person-2", "ben@agency.example"
        sign_in(client, provider)
    letters.SENDER.submit(int).result()
    (letter,) = mail.outbox
    assert letter.to == ["Ana@agency.example"]
    assert str(notices.AGENCY_CONNECTED) in letter.body


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_address_that_is_not_verified_opens_no_account(client, provider, verified):
    invited()
    provider.claims["email_verified"] = verified
    assert "account with your e-mail address already" in words(sign_in(client, provider))
    assert user_of(client) is None


def test_account_with_a_password_is_its_owners(client, provider):
    make_user("ana", email="ana@agency.example")
    assert "account with your e-mail address already" in words(sign_in(client, provider))
    assert (user_of(client), AgencyAccount.objects.count()) == (None, 0)


@pytest.mark.parametrize("values", [{"is_superuser": True}, {"is_active": False}])
def test_account_of_a_superuser_or_one_that_was_closed_is_never_opened_by_an_address(client, provider, values):
    invited(**values)
    assert sign_in(client, provider).status_code == 403


def test_two_accounts_with_the_address_are_opened_to_nobody(client, provider):
    invited()
    make_user("other", email="ana@agency.example").set_unusable_password()
    assert sign_in(client, provider).status_code == 403


def test_address_that_is_not_verified_is_not_kept(client, provider):
    provider.claims["email_verified"] = False
    sign_in(client, provider)
    assert user_of(client).email == ""


TOO_LONG = f"ana@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 9}"


@pytest.mark.parametrize(
    "email", ["ana@agency.example\nBcc: thief@evil.example", "ana", "", None, ["a@b.example"], 5, TOO_LONG]
)
def test_what_is_no_address_is_not_kept(client, provider, email):
    provider.claims["email"] = email
    sign_in(client, provider)
    assert user_of(client).email == ""


def test_closed_account_stays_closed_and_ends_where_it_is_open(client, provider):
    sign_in(client, provider)
    get_user_model().objects.update(is_active=False)
    assert user_of(client) is None
    client.logout()
    assert "account here was closed" in words(sign_in(client, provider))
    assert user_of(client) is None


# --- Groups ---


def test_group_that_the_agency_does_not_give_any_more_is_taken_away_and_others_stay(client, provider):
    sign_in(client, provider)
    user = user_of(client)
    user.groups.add(Group.objects.get(name="Site managers"))
    provider.claims["groups"] = ["reviewers", "others"]
    sign_in(client, provider)
    assert groups(user) == {"Clinical reviewers", "Site managers"}


@pytest.mark.parametrize("told", [[], ["others"], None, {"authors": 1}, 7, "author"])
def test_nobody_without_a_group_gets_in(client, provider, told):
    provider.claims["groups"] = told
    response = sign_in(client, provider)
    assert response.status_code == 403
    assert "has not given you a part in this site" in words(response)
    assert (user_of(client), get_user_model().objects.count()) == (None, 0)


def test_who_loses_the_last_group_loses_it_here_too(client, provider):
    sign_in(client, provider)
    user = user_of(client)
    client.logout()
    provider.claims["groups"] = []
    assert sign_in(client, provider).status_code == 403
    assert groups(user) == set()


def test_group_that_is_not_there_gives_nothing_and_is_logged_without_the_person(client, provider, settings, caplog):
    settings.OIDC_GROUPS |= {"editors": "Editors"}
    provider.claims["groups"] = ["editors"]
    assert "has not given you a part in this site" in words(sign_in(client, provider))
    assert (user_of(client), get_user_model().objects.count()) == (None, 0)
    assert "OIDC_GROUPS gives groups that are not there: Editors" in caplog.messages
    assert not any(word in caplog.text for word in ("Ana", "ana@agency.example", "person-1"))
    provider.claims["groups"] = ["editors", "authors"]
    for _time in range(2):
        sign_in(client, provider)
    assert groups(user_of(client)) == {"Authors"}
    assert AuditEntry.objects.filter(note__startswith="Groups").count() == 1


def test_check_names_the_groups_that_are_not_there_and_those_that_are(settings):
    settings.OIDC_GROUPS = {"authors": "Authors", "editors": "Editors", "all": "authors"}
    assert checks.run_checks(databases=["default"], tags=[checks.Tags.database]) == [
        checks.Warning(
            "OIDC_GROUPS gives groups that are not there: Editors, authors. Nobody gets anything by them.",
            hint="Name others in .env. There are: Authors, Clinical reviewers, Site managers.",
            id="accounts.W001",
        )
    ]


def test_check_finds_no_fault_with_groups_that_are_there_nor_before_there_are_tables(settings, monkeypatch):
    settings.OIDC_GROUPS = {"authors": "Authors"}
    assert checks.run_checks(databases=["default"], tags=[checks.Tags.database]) == []
    settings.OIDC_GROUPS = {"editors": "Editors"}
    assert checks.run_checks(tags=[checks.Tags.database]) == []
    monkeypatch.setattr(Group.objects, "values_list", Mock(side_effect=ProgrammingError))
    assert checks.run_checks(databases=["default"], tags=[checks.Tags.database]) == []


def test_no_claim_makes_a_superuser(client, provider):
    provider.claims |= {"is_superuser": True, "is_staff": True, "groups": ["authors", "superuser", "Site managers"]}
    sign_in(client, provider)
    assert not user_of(client).is_superuser
    assert groups(user_of(client)) == {"Authors"}


# --- What is not accepted ---

CLAIMS = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another site": {"aud": "other"},
    "for several sites, and nobody says for which": {"aud": [CLIENT, "other"]},
    "that was made for another site": {"azp": "other"},
    "with another nonce": {"nonce": "other"},
    "without a nonce": {"nonce": None},
    "that has expired": {"exp": int(time()) - 60},
    "that never expires": {"exp": None},
    "of tomorrow": {"iat": int(time()) + 86_400},
    "of nobody": {"sub": None},
    "of who has a name longer than the standard lets it be": {"sub": "a" * 256},
    "that does not tell when the person was asked": {"auth_time": None},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
def test_token_is_refused(client, provider, claims):
    provider.claims |= claims
    response = sign_in(client, provider)
    assert response.status_code == 400
    assert "could not be checked" in words(response)
    assert user_of(client) is None


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("RS256", FOREIGN_KEY), ("HS256", b"x" * 64)])
def test_signature_is_refused(client, provider, algorithm, key):
    provider.algorithm, provider.key = algorithm, key
    assert sign_in(client, provider).status_code == 400
    assert user_of(client) is None


def test_another_algorithm_than_the_one_agreed_on_is_refused(client, provider):
    provider.algorithm = "ES256"
    assert sign_in(client, provider).status_code == 400
    assert user_of(client) is None


def test_token_that_was_changed_is_refused(client, provider):
    answer = provider.begin(client)
    header, body, signature = provider.token().split(".")
    provider.claims["groups"] = ["reviewers"]
    body = jwt.encode(jwt.decode(provider.token(), options={"verify_signature": False}), "x" * 32).split(".")[1]
    provider.token_answer = (200, {"access_token": "a-token", "id_token": f"{header}.{body}.{signature}"})
    assert come_back(client, answer).status_code == 400


def test_person_of_the_token_and_the_one_told_of_must_be_the_same(client, provider):
    provider.told = {"sub": "person-2"}
    assert sign_in(client, provider).status_code == 400
    assert user_of(client) is None


@pytest.mark.parametrize(("acr", "status"), [("high", 302), ("low", 403), (None, 403)])
def test_second_factor_of_the_agency_is_asked_for_where_the_settings_name_it(client, provider, settings, acr, status):
    settings.OIDC_ACR_VALUES = "high higher"
    provider.claims["acr"] = acr
    assert sign_in(client, provider).status_code == status
    assert provider.started["acr_values"] == "high higher"


@pytest.mark.parametrize(("age", "allowed", "status"), [(800, 900, 302), (1000, 900, 403), (1000, 0, 302)])
def test_agency_must_have_asked_lately(client, provider, settings, age, allowed, status):
    settings.OIDC_MAX_AGE = allowed
    provider.claims["auth_time"] = int(time()) - age
    assert sign_in(client, provider).status_code == status
    assert provider.started.get("max_age", "0") == str(allowed)


def test_signing_in_again_counts_for_a_signature_and_keeps_the_forms_of_other_tabs(client, provider):
    sign_in(client, provider)
    session = client.session
    session["second_factor_given_at"] = 0
    session.save()
    before = client.cookies["sessionid"].value
    sign_in(client, provider)
    assert client.session["second_factor_given_at"] > time() - 60
    assert client.cookies["sessionid"].value == before


def test_who_is_to_sign_something_is_led_to_the_agency_in_another_tab(client, provider, rf):
    sign_in(client, provider)
    request = rf.post("/admin/")
    request.user, request.session = user_of(client), client.session
    assert ask_again(request, "Approve it") is None
    request.session["second_factor_given_at"] = 0
    (link,) = html.fromstring(ask_again(request, "Approve it").content).xpath("//a[@target='_blank']/@href")
    assert link == "/admin/sign-in/agency/?next=/admin/your-sign-in/"


@pytest.mark.parametrize("page", ["set-up", "passkey"])
def test_device_of_ones_own_is_set_up_only_after_a_sign_in_there_that_is_no_older_than_for_a_signature(
    client, provider, page
):
    sign_in(client, provider)
    address = reverse(f"accounts:{page}")
    assert client.get(address).status_code == 200
    session = client.session
    session["second_factor_given_at"] = 0
    session.save()
    again = f"{reverse('agency-sign-in')}?next="
    assert client.get(address).url == again + quote(address, safe="")
    assert client.post(address, {"code": "123456"}).url == again + quote(reverse("accounts:your-sign-in"), safe="")
    assert client.session["second_factor_given_at"] == 0


ANSWERS = {
    "no state": lambda answer: {"code": answer["code"]},
    "another state": lambda answer: answer | {"state": "other"},
    "no code": lambda answer: {"state": answer["state"]},
    "an error": lambda answer: {"state": answer["state"], "error": "access_denied"},
    "nothing": lambda answer: {},
}


@pytest.mark.parametrize("change", ANSWERS.values(), ids=ANSWERS)
def test_what_the_browser_brings_back_is_refused(client, provider, change):
    response = come_back(client, change(provider.begin(client)))
    assert response.status_code == 400
    assert "was not finished" in words(response)


def test_answer_signs_in_once_and_in_no_other_browser(client, provider, django_user_model):
    answer = provider.begin(client)
    assert come_back(type(client)(), answer).status_code == 400
    assert come_back(client, answer).status_code == 302
    assert come_back(client, answer).status_code == 400


def test_another_website_cannot_sign_a_person_out(client, provider):
    sign_in(client, provider)
    come_back(client, {"error": "access_denied"})
    assert user_of(client)


def test_code_at_the_sign_in_page_is_not_looked_at(client, provider):
    answer = provider.begin(client)
    client.post(f"/admin/login/?code=a-code&state={answer['state']}", {"username": "a", "password": "b"})
    assert user_of(client) is None


@pytest.mark.parametrize("way_on", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_way_on_never_leads_to_another_website(client, provider, way_on):
    assert sign_in(client, provider, way_on)["Location"] == "/admin/"


# --- When the provider fails ---


def test_provider_that_is_down_is_told_of(client, provider, settings):
    answer = provider.begin(client)
    settings.OIDC_OP_TOKEN_ENDPOINT = f"{DEAD}/token"
    response = come_back(client, answer)
    assert response.status_code == 503
    assert "Example Agency does not answer" in words(response)
    links = html.fromstring(response.content).xpath("//main//li/a/@href")
    assert [urlsplit(link).path for link in links] == ["/admin/sign-in/agency/", "/admin/login/"]


def test_provider_that_is_slow_is_not_waited_for(client, provider, settings):
    settings.OIDC_TIMEOUT, provider.hangs = 0.05, True
    assert sign_in(client, provider).status_code == 503


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (200, b"<html>"), (200, {}), (200, []), (200, {"id_token": "a.b.c"}), (200, b"null")],
)
def test_answer_that_cannot_be_used_is_no_error_of_ours(client, provider, status, body):
    provider.token_answer = (status, body)
    response = sign_in(client, provider)
    assert response.status_code in {400, 503}
    assert words(response)


def test_sign_in_that_fails_there_locks_nobody_out_here(client, provider):
    provider.claims["iss"] = "https://evil.example"
    for _time in range(11):
        sign_in(client, provider)
    assert not AccessAttempt.objects.exists()
    provider.claims["iss"] = provider.address
    assert sign_in(client, provider).status_code == 302


# --- Settings ---

COMPLETE = {
    "SECRET_KEY": "long and random",
    "OIDC_OP_ISSUER": "https://id.example",
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "https://id.example/authorize",
    "OIDC_OP_TOKEN_ENDPOINT": "https://id.example/token",
    "OIDC_OP_JWKS_ENDPOINT": "https://id.example/keys",
    "OIDC_RP_CLIENT_ID": CLIENT,
    "OIDC_RP_CLIENT_SECRET": "secret",
    "OIDC_GROUPS": '{"authors": "Authors"}',
}


def test_it_is_off_unless_the_environment_names_a_provider():
    assert BACKEND not in settings_with(SECRET_KEY="x")["AUTHENTICATION_BACKENDS"]
    assert BACKEND in settings_with(**COMPLETE)["AUTHENTICATION_BACKENDS"]


def test_site_without_it_offers_only_the_password(client):
    assert "agency" not in client.get("/admin/login/").content.decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"OIDC_RP_CLIENT_SECRET": ""}, "needs these, too: OIDC_RP_CLIENT_SECRET."),
        ({"OIDC_GROUPS": "Authors"}, "OIDC_GROUPS must be JSON"),
        ({"OIDC_GROUPS": '["Authors"]'}, "OIDC_GROUPS must be JSON"),
        ({"OIDC_GROUPS": '{"authors": ["Authors"]}'}, "OIDC_GROUPS must be JSON"),
        ({"OIDC_OP_TOKEN_ENDPOINT": "http://id.example/token"}, "OIDC_OP_TOKEN_ENDPOINT must begin with https://"),
    ],
)
def test_half_a_provider_is_refused_in_words(change, message):
    result = run("from django.conf import settings; settings.DEBUG", **COMPLETE | change)
    assert result.returncode != 0
    assert message in result.stderr.splitlines()[-1]

"""A session that was stolen, or left open, gives nobody rights or a way in: the second factor is asked again.

The table of these acts is complete: what is new on the pages of people, groups and sign-in is in it, or is named here.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sites.models import Site
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from mscoe_portal.accounts import second_factor, urls
from mscoe_portal.accounts.admin import EditorAdmin
from mscoe_portal.accounts.sensitive_acts import ACTS
from mscoe_portal.groups import set_up_groups
from tests.accounts.test_lockout import is_signed_in
from tests.accounts.test_passwords import GOOD
from tests.accounts.test_second_factor import (
    answer,
    client_of,
    client_who_gave_code_of,
    client_with_factor,
    code_of,
    grow_old,
    make_app,
    wrong_code_of,
)
from tests.factories import make_user
from tests.review.people import make_author

pytestmark = pytest.mark.django_db

# Whose pages decide who may sign in, and do what.
MODELS = {User, Group, Site}
NOT_ASKED = {
    "admin:auth_user_history": "only shows",
    "admin:auth_group_history": "only shows",
    "admin:sites_site_history": "only shows",
    "accounts:your-sign-in": "only shows",
    "accounts:session": "only tells how long the session lasts",
    "accounts:second-factor": "is the question itself",
    "accounts:set-up": "asks before it shows its form (after_second_factor)",
    "accounts:passkey": "asks before it shows its form (after_second_factor)",
    "accounts:recovery-codes": "asks on the way there (after_second_factor)",
    "accounts:remove": "asks on the way there (after_second_factor)",
    "accounts:forgotten-password": "is for who is not signed in; the mail is the proof",
    "accounts:forgotten-password-sent": "only shows",
    "accounts:new-password": "is for who is not signed in; the link is the proof",
    "accounts:accept-invitation": "is for who is not signed in; the link is the proof",
}


@pytest.fixture(autouse=True)
def no_demo(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False


# --- The table is complete ---


@pytest.mark.slow
def test_every_address_of_people_groups_and_sign_in_asks_or_is_known_not_to():
    of_models = [pattern for model in MODELS for pattern in admin.site._registry[model].urls]
    unnamed = {str(pattern.pattern) for pattern in of_models if not pattern.name}
    assert unnamed == {"<path:object_id>/"}  # leads to the form
    names = {f"admin:{pattern.name}" for pattern in of_models if pattern.name}
    names |= {f"accounts:{pattern.name}" for pattern in urls.urlpatterns} | {"admin:password_change"}
    assert names == ACTS.keys() | NOT_ASKED.keys()
    assert not ACTS.keys() & NOT_ASKED.keys()


def test_no_other_page_of_the_admin_has_rights_devices_or_sessions():
    labels = {"auth", "sites", "accounts", "axes", "sessions", "contenttypes", "otp_totp", "otp_static"}
    assert labels <= {config.label for config in apps.get_app_configs()}
    of_users = {model for model in admin.site._registry if issubclass(model, User)}
    assert {model for model in admin.site._registry if model._meta.app_label in labels} | of_users == MODELS


# --- Each asks, and goes on with what was typed ---


def invite(person, groups):
    values = {"first_name": "Eva", "last_name": "Roth", "email": "eva@clinic.example", "groups": groups}
    return reverse("admin:auth_user_add"), values


def invite_again(person, groups):
    person.set_unusable_password()
    person.save()
    return reverse("accounts:invite-again", args=[person.pk]), {}


def change_rights(person, groups):
    values = {"username": person.username, "email": "thief@evil.example", "is_staff": "on", "groups": groups}
    values |= {"date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}  # a superuser's form has these, too
    return reverse("admin:auth_user_change", args=[person.pk]), values


def set_password(person, groups):
    values = {"password1": GOOD, "password2": GOOD, "usable_password": "true", "set-password": "Change password"}
    return reverse("admin:auth_user_password_change", args=[person.pk]), values


def take_password(person, groups):
    values = {"usable_password": "false", "unset-password": "Disable password-based authentication"}
    return reverse("admin:auth_user_password_change", args=[person.pk]), values


def reset_second_factor(person, groups):
    make_app(person)
    return reverse("accounts:reset-second-factor", args=[person.pk]), {}


def add_group(person, groups):
    return reverse("admin:auth_group_add"), {"name": "Thieves", "permissions": Permission.objects.first().pk}


def change_group(person, groups):
    return reverse("admin:auth_group_change", args=[groups[0]]), {
        "name": "Thieves",
        "permissions": Permission.objects.first().pk,
    }


def delete_group(person, groups):
    group = Group.objects.create(name="Translators")  # the portal's own are not deleted
    return reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}


def change_site(person, groups):
    return reverse("admin:sites_site_change", args=[1]), {"domain": "evil.example", "name": "Portal"}


def change_own_password(person, groups):
    values = {"old_password": "password", "new_password1": GOOD, "new_password2": GOOD}
    return reverse("admin:password_change"), values


SENT = [
    *(invite, invite_again, change_rights, set_password, take_password, reset_second_factor),
    *(add_group, change_group, delete_group, change_site, change_own_password),
]


def state():
    """All that says who may sign in, how, and what they may do then; and the mails that were sent."""
    return (
        list(User.objects.order_by("pk").values_list("username", "email", "password", "is_active", "is_staff")),
        set(User.groups.through.objects.values_list("user_id", "group_id")),
        set(Group.objects.values_list("name", "permissions")),
        set(TOTPDevice.objects.values_list("user_id")),
        set(Site.objects.values_list("domain")),
        len(mail.outbox),
    )


def manager_with_factor():
    """A client whose person may do all of this, and has given the second factor; and the app."""
    manager = make_user("manager", groups=["Site managers"], is_superuser=True)
    return client_with_factor(manager)


@pytest.mark.slow
@pytest.mark.parametrize("act", SENT, ids=lambda act: act.__name__)
def test_a_session_alone_does_nothing_and_with_the_code_goes_on_with_what_was_typed(act):
    client, app = manager_with_factor()
    grow_old(client)
    address, typed = act(make_author("ana"), [Group.objects.get(name="Authors").pk])
    before = state()
    asked = client.post(address, typed)
    assert "You are about to do this" in asked.text
    again = {}
    for name, value in asked.context["typed"]:
        again.setdefault(name, []).append(value)
    as_sent = {
        name: [str(one) for one in (value if isinstance(value, list) else [value])] for name, value in typed.items()
    }
    assert again == as_sent
    wrong = client.post(address, again | answer(wrong_code_of(app)))
    assert wrong.context["form"].errors
    assert state() == before
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    done = client.post(address, again | answer(code_of(app)))
    assert done.status_code == 302, done.text
    assert state() != before


def test_who_gave_the_second_factor_lately_is_asked_nothing():
    client, _app = manager_with_factor()
    grow_old(client, minutes=14)
    address, typed = change_rights(make_author("ana"), [])
    before = state()
    assert client.post(address, typed).status_code == 302
    assert state() != before


def test_a_new_action_on_the_list_of_people_asks_without_a_word_of_its_own(monkeypatch):
    def close_accounts(model_admin, request, people):
        people.update(is_active=False)

    monkeypatch.setattr(EditorAdmin, "actions", [close_accounts])
    client, app = manager_with_factor()
    grow_old(client)
    person = make_author("ana")
    typed = {"action": "close_accounts", "_selected_action": str(person.pk)}
    address = reverse("admin:auth_user_changelist")
    assert "You are about to do this" in client.post(address, typed).text
    person.refresh_from_db()
    assert person.is_active
    client.post(address, typed | answer(code_of(app)))
    person.refresh_from_db()
    assert not person.is_active


def test_the_page_that_holds_a_typed_password_is_kept_nowhere():
    client, _app = manager_with_factor()
    grow_old(client)
    asked = client.post(*set_password(make_author("ana"), []))
    assert GOOD in asked.text
    assert {"no-store", "private"} <= set(re.split(r",\s*", asked["Cache-Control"]))


def test_who_goes_back_from_the_question_before_an_invitation_is_on_the_persons_page_and_nothing_is_sent():
    client, _app = manager_with_factor()
    person = make_author("ana")
    address, _typed = invite_again(person, [])
    assert client.get(address).url == reverse("admin:auth_user_change", args=[person.pk])
    assert mail.outbox == []


# --- By an agency's sign-in; in a demo ---


def test_who_came_by_an_agency_signs_in_there_again(monkeypatch):
    monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.asks_for_second_factor", True, raising=False)
    client = client_of(make_user("manager", groups=["Site managers"]))
    grow_old(client)
    address, typed = change_rights(make_author("ana"), [])
    before = state()
    assert "Sign in there again" in client.post(address, typed).text
    assert state() == before
    grow_old(client, minutes=-16)  # as the agency's sign-in in another tab does
    assert client.post(address, typed).status_code == 302
    assert state() != before


def test_in_a_demo_who_has_put_the_second_factor_off_is_asked_nothing(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = True
    client = client_of(make_user("manager", groups=["Site managers"]))
    address, typed = change_rights(make_author("ana"), [])
    before = state()
    assert client.post(address, typed).status_code == 302
    assert state() != before


def test_in_a_demo_who_has_set_one_up_is_asked_for_it(settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = True
    client, _app = manager_with_factor()
    grow_old(client)
    address, typed = change_rights(make_author("ana"), [])
    before = state()
    assert "You are about to do this" in client.post(address, typed).text
    assert state() == before


# --- What somebody else might do with the page that asks ---


def sign_in_here(client, username):
    """Sign in by the page for it, as a browser does, and give the second factor; the session has grown old since."""
    user = get_user_model().objects.get(username=username)
    token = client.get("/admin/login/").context["csrf_token"]
    sent = {"username": username, "password": "password", "next": "/admin/", "csrfmiddlewaretoken": str(token)}
    assert is_signed_in(client.post("/admin/login/", sent))
    session = client.session
    session.update({"otp_device_id": second_factor.app_of(user).persistent_id, "second_factor_given_at": 0})
    session.save()


def test_a_page_that_asks_is_of_no_use_to_who_signs_in_after_its_owner_in_the_same_browser():
    people = [make_user(name, groups=["Site managers"]) for name in ("one", "other")]
    apps_of_people = [make_app(user) for user in people]
    address, typed = change_rights(make_author("ana"), [])
    client = Client(enforce_csrf_checks=True)
    sign_in_here(client, "one")
    token = str(client.get(reverse("admin:auth_user_add")).context["csrf_token"])
    asked = client.post(address, typed | {"csrfmiddlewaretoken": token})
    held = dict(asked.context["typed"]) | {"csrfmiddlewaretoken": str(asked.context["csrf_token"])}
    client.post("/admin/logout/", {"csrfmiddlewaretoken": held["csrfmiddlewaretoken"]})
    sign_in_here(client, "other")
    before = state()
    refused = client.post(address, held | answer(code_of(apps_of_people[1])))
    assert refused.status_code == 403
    assert state() == before


def test_nobodys_code_but_ones_own_is_taken():
    client, _app = manager_with_factor()
    grow_old(client)
    theirs = make_app(make_user("other", groups=["Site managers"]))
    address, typed = change_rights(make_author("ana"), [])
    before = state()
    assert client.post(address, typed | answer(code_of(theirs))).context["form"].errors
    assert state() == before


def test_a_code_of_the_second_factor_is_not_shown_when_the_act_is_refused():
    """Somebody has taken the rights away meanwhile: the page that says so gives back what was typed, and no code."""
    manager = make_user("manager")
    client, app = client_with_factor(manager)
    grow_old(client)
    address, typed = change_rights(make_author("ana"), [])
    code = code_of(app)
    refused = client.post(address, typed | answer(code))
    assert refused.status_code == 403
    assert "thief@evil.example" in refused.text
    assert code not in refused.text


def test_a_form_of_another_website_is_refused_and_not_asked_about():
    """Or who confirms it would do what somebody else has typed."""
    client, _app = manager_with_factor()
    grow_old(client)
    client.handler.enforce_csrf_checks = True
    refused = client.post(*change_rights(make_author("ana"), []))
    assert refused.status_code == 403
    assert "thief@evil.example" not in refused.text


@pytest.mark.django_db(transaction=True)
def test_one_code_lets_one_act_through_of_several_at_the_same_moment():
    """Each in a session of its own: within one, whoever comes after the code was given is asked nothing."""
    set_up_groups()
    client, app = manager_with_factor()
    client.get("/admin/")  # the CMS notes who opens a first page
    clients = [client_who_gave_code_of(app) for _number in range(8)]
    for client in clients:
        grow_old(client)
    address, typed = invite(None, [Group.objects.get(name="Authors").pk])
    typed |= answer(code_of(app))

    def send(number):
        try:
            return clients[number].post(address, typed | {"email": f"eva{number}@clinic.example"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(answers) == [200] * 7 + [302]
    assert User.objects.filter(email__startswith="eva").count() == len(mail.outbox) == 1

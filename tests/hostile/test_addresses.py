"""Every address, by construction: what is new is attacked too, or these tests say what is missing for it."""

from http import HTTPStatus

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.hostile.addresses import addresses
from tests.hostile.targets import MARKER, Targets

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Read by everybody, and changed by nobody: a form is refused there whatever it holds (405).
READ_ONLY = HTTPStatus.METHOD_NOT_ALLOWED


@pytest.fixture
def targets(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Targets()


def test_each_address_can_be_attacked(targets):
    paths = [address.sample() for address in addresses()]
    for prefix in ("/admin/auth/", "/admin/filer/", "/admin/review/", "/cms_wizard/", "/healthz/", "/searchapphook/"):
        assert any(path.startswith(prefix) for path in paths), prefix


def test_no_form_without_its_token_is_taken_anywhere(targets):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True))
    taken = {}
    for address in addresses():
        answer = client.post(address.sample(), {"post": "yes"})
        is_refused = "403_csrf.html" in [template.name for template in answer.templates]
        if not is_refused and (address.is_staff or answer.status_code != READ_ONLY):
            taken[address.route] = answer.status_code
    assert taken == {}


def test_a_name_and_a_password_sign_in_at_one_address_alone(targets):
    make_user("somebody")
    words = {"username": "somebody", "password": "password", "next": "/admin/"}
    doors = set()
    for path in [address.sample() for address in addresses()] + ["/cms_login/", "/es/cms_login/"]:
        client = Client()
        client.post(path, words)
        if get_user(client).is_authenticated:
            doors.add(path)
    assert doors == {reverse("admin:login")}


def test_a_password_alone_opens_no_staff_address_and_no_draft(targets, client, settings):
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False
    client.force_login(targets.people["superuser"])
    opened = set()
    for address in addresses():
        answer = client.get(address.sample())
        is_led = answer.get("Location", "").startswith(reverse("accounts:set-up"))
        if address.is_staff and answer.status_code < HTTPStatus.BAD_REQUEST and not is_led:
            opened.add(address.name)
    assert opened == {"jsi18n", "login", "passkey", "session", "set-up"}
    for path in ("/draft/", "/es/draft/", "/draft/?edit", "/draft/?preview", "/draft/?structure", "/draft/?toolbar_on"):
        answer = client.get(path, follow=True)
        assert MARKER not in answer.content.decode(), path

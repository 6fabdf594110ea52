"""Editors' addresses typed by hand: no parameter and no id, however wrong, ends in an error of the server."""

from http import HTTPStatus

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError

from mscoe_portal.bad_requests import Utf8Request
from tests.factories import make_page

pytestmark = pytest.mark.django_db

LARGE = "12345678901234567890"
VERSIONS = "/admin/djangocms_versioning/pagecontentversion/"
# As Django's admin has it: a bad parameter of a list leads to the list without it.
TO_THE_LIST = [HTTPStatus.FOUND, HTTPStatus.OK]
REFUSED = [HTTPStatus.BAD_REQUEST]


@pytest.fixture
def staff(client):
    client.force_login(get_user_model().objects.create_superuser("manager"))
    return client


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{VERSIONS}?page=abc", TO_THE_LIST),
        ("/admin/cms/pagecontent/?e=1", [HTTPStatus.OK]),
        (f"/admin/redirects/redirect/?q={LARGE}", [HTTPStatus.OK]),
        ("/admin/redirects/redirect/add/?_to_field=", REFUSED),
        ("/cms_wizard/create/?page=abc", REFUSED),
        ("/cms_wizard/create/?page=None", [HTTPStatus.OK]),
    ],
)
def test_an_address_typed_by_hand_is_refused_in_words(staff, address, expected):
    make_page("Home", home=True)
    answer = staff.get(address, follow=True)
    assert [*(status for _address, status in answer.redirect_chain), answer.status_code] == expected


def test_an_empty_name_of_a_field_is_refused_where_django_would_look_for_it(staff):
    address = reverse("admin:auth_user_change", args=[get_user_model().objects.get().pk])
    assert staff.get(address).status_code == HTTPStatus.OK
    assert staff.get(f"{address}?_to_field=").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("number", [LARGE, f"-{LARGE}", f" {LARGE}", "1234567890_1234567890"])
def test_a_number_that_no_id_can_be_is_no_error_however_it_is_written(staff, number):
    make_page("Home", home=True)
    addresses = [
        f"{VERSIONS}?page={number}",
        f"/admin/redirects/redirect/?site={number}",
        f"/admin/auth/user/?id__in=1,{number}",
        f"/admin/djangocms_alias/alias/?category={number}",
        f"/admin/filer/image/{number}/change/",
        f"/admin/auth/user/{number}/change/",
        f"/cms_wizard/create/?page={number}",
    ]
    answers = {address: staff.get(address, follow=True).status_code for address in addresses}
    assert [address for address, status in answers.items() if status >= HTTPStatus.INTERNAL_SERVER_ERROR] == []


# --- What a view of a package misreads ---


def test_what_a_package_misreads_is_refused_and_stands_in_the_log(staff, caplog):
    store = reverse("admin:cms_usersettings_session_store")
    assert staff.get(store).status_code == HTTPStatus.OK
    assert staff.post(store).status_code == HTTPStatus.BAD_REQUEST
    [told] = [record for record in caplog.records if record.name == "mscoe_portal.bad_requests"]
    assert (told.levelname, told.exc_info[0]) == ("WARNING", MultiValueDictKeyError)


def test_what_the_cms_calls_an_error_of_the_program_is_refused_too(staff):
    assert staff.post(reverse("admin:cms_placeholder_move_plugin")).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("error", [ValueError, KeyError, DataError, ObjectDoesNotExist])
def test_a_mistake_of_this_site_stays_an_error_of_the_server(staff, monkeypatch, error):
    def fail(*args):
        raise error

    monkeypatch.setattr("mscoe_portal.review.views.desk.Desk", fail)
    staff.raise_request_exception = False
    address = reverse("review:desk_section", args=["x"])
    assert staff.get(address).status_code == HTTPStatus.INTERNAL_SERVER_ERROR


def test_a_mistake_on_a_readers_page_stays_an_error_of_the_server(client, monkeypatch):
    make_page("Home", home=True)
    monkeypatch.setattr("cms.views.render_pagecontent", lambda *args, **kwargs: int("x"))
    client.raise_request_exception = False
    assert client.get("/").status_code == HTTPStatus.INTERNAL_SERVER_ERROR


def test_a_refused_write_is_undone(staff, monkeypatch):
    def write_and_fail(*args, **kwargs):
        get_user_model().objects.create_user("half")
        return int("x")

    # It is called by a package's view, and is no part of this site.
    monkeypatch.setattr("cms.admin.settingsadmin.conditional_escape", write_and_fail)
    address = reverse("admin:cms_usersettings_session_store")
    assert staff.post(address, {"settings": "x"}).status_code == HTTPStatus.BAD_REQUEST
    assert not get_user_model().objects.filter(username="half").exists()


# --- Forms that nobody may send ---


class Unread:
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("It was read")

    readline = read


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/admin/auth/user/1/change/", HTTPStatus.FOUND),
        ("/admin/review/version/1/publish/", HTTPStatus.FOUND),
        ("/nothing", HTTPStatus.METHOD_NOT_ALLOWED),
        ("/stem-cell-therapy/", HTTPStatus.METHOD_NOT_ALLOWED),
    ],
)
def test_a_strangers_form_is_not_even_read(address, expected):
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32
    body = {"wsgi.input": Unread(), "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "9"}
    assert client.generic("POST", address, **body).status_code == expected


@pytest.mark.parametrize("address", ["/admin/auth/user/", "/nothing"])
def test_a_form_that_cannot_be_read_is_refused(staff, address):
    answer = staff.generic("POST", address, b"x", "multipart/form-data")
    assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED}


@pytest.mark.parametrize("address", ["/admin/auth/user/abc/change/", f"{VERSIONS}x/unlock/", "/admin/filer/image/x/"])
def test_an_id_that_is_no_number_is_not_found(staff, address):
    assert staff.post(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "parameter",
    ["charset=undefined", "charset=idna", "charset=rot13", "charset=latin-1", "charset*=''%00"],
)
def test_an_address_is_read_whatever_charset_a_request_names(parameter):
    environ = RequestFactory().get("/admin/login/?next=/caf%C3%A9.../").environ
    assert Utf8Request(environ | {"CONTENT_TYPE": f"text/plain; {parameter}"}).GET["next"] == "/café.../"

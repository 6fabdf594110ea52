"""Editors' addresses typed by hand: no parameter and no id, however wrong, ends in an error of the server."""

from http import HTTPStatus

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

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

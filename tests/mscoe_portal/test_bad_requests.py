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
REFUSED, NOT_FOUND = [HTTPStatus.BAD_REQUEST], [HTTPStatus.NOT_FOUND]


@pytest.fixture
def staff(client):
    client.force_login(get_user_model().objects.create_superuser("manager"))
    return client


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (f"{VERSIONS}?page=abc", TO_THE_LIST),
        (f"{VERSIONS}?page={LARGE}", REFUSED),
        ("/admin/cms/pagecontent/?e=1", [HTTPStatus.OK]),
        (f"/admin/redirects/redirect/?site={LARGE}", REFUSED),
        (f"/admin/redirects/redirect/?q={LARGE}", [HTTPStatus.OK]),
        ("/admin/redirects/redirect/add/?_to_field=", REFUSED),
        (f"/admin/filer/image/{LARGE}/change/", NOT_FOUND),
        (f"/admin/auth/user/{LARGE}/change/", NOT_FOUND),
        ("/cms_wizard/create/?page=abc", REFUSED),
        (f"/cms_wizard/create/?page={LARGE}", REFUSED),
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

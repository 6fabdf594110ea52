"""Where answers lead, and what may stand in their headers: nothing that somebody else wrote.

For any text at every address test_requests.py asks the same; here are the ways in which somebody would try it.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mscoe_portal.review import sharing
from tests.factories import make_cell_type, make_file, make_page, make_user
from tests.review.people import version_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "///evil.example"]


def stays(answer):
    location = answer.get("Location", "/")
    return url_has_allowed_host_and_scheme(location, {"testserver"}) and "evil" not in location.partition("?")[0]


@pytest.fixture
def staff(client):
    client.force_login(make_user("manager", is_superuser=True))
    return client


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_who_signs_in_or_out_stays_on_the_site(elsewhere):
    make_user("somebody")
    client, words = Client(), {"username": "somebody", "password": "password"}
    address, query = reverse("admin:login"), {"next": elsewhere}
    assert stays(client.post(address, words | {"next": elsewhere}, query_params=query))
    assert stays(client.get(address, query))
    assert "sessionid" not in client.cookies  # it is refused as a whole
    assert client.post(address, words | {"next": "/admin/"}).url == "/admin/"
    assert "sessionid" in client.cookies
    assert stays(client.post(reverse("admin:logout"), {"next": elsewhere}, query_params={"next": elsewhere}))


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_who_works_in_the_admin_stays_on_the_site(staff, elsewhere):
    make_page("Home", home=True)
    version, file = version_of(make_cell_type()), make_file()
    query = {"next": elsewhere, "back": elsewhere, "_changelist_filters": elsewhere, "_popup": "1", "_pick": elsewhere}
    query |= {"language": elsewhere, "cms_path": elsewhere, "order_by": elsewhere, "_to_field": "id"}
    for address in (
        reverse("admin:djangocms_versioning_celltypecontentversion_edit_redirect", args=[version.pk]),
        reverse("review:step", args=[version.pk, "withdraw"]),
        reverse("admin:filer_file_change", args=[file.pk]),
        reverse("admin:filer-directory_listing-root"),
        reverse("admin:cms_usersettings_change"),
        reverse("admin:password_change"),
        reverse("cms_wizard_create"),
    ):
        assert stays(staff.post(address, {"name": "x", "reason": "x", "language": "en"}, query_params=query)), address
        assert stays(staff.get(address, query)), address


def test_no_answer_is_made_of_a_host_that_somebody_else_names(staff):
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-server": "evil.example",
        "forwarded": "host=evil.example",
    }
    draft = version_of(make_cell_type(published=False, user=make_user("author", groups=["Authors"])))
    for answer in (
        Client().get("/admin/", headers=forged),
        staff.post(reverse("review:share", args=[draft.pk]), {"days": "7"}, headers=forged),
        staff.get(reverse("sitemap"), headers=forged),
    ):
        assert "evil.example" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize(
    "text", ["x\r\nSet-Cookie: a=b", "x%0d%0aSet-Cookie:%20a=b", "x%0ASet-Cookie: a=b", "x\u560d\u560a"]
)
def test_no_text_of_a_request_becomes_a_header(staff, text):
    make_page("Home", home=True)
    for address in (
        f"/{text}",
        f"/media/{text}",
        f"/es/{text}/",
        f"/admin/{text}",
        f"/admin/auth/user/{text}/change/",
        f"/admin/login/?next={text}",
        f"/cms_wizard/create/?language={text}",
        f"/admin/review/auditentry/csv/?q={text}",
    ):
        answer = staff.get(address)
        assert "a" not in answer.cookies, address
        assert not any("\n" in value or "\r" in value for value in answer.headers.values()), address


def test_a_downloads_name_is_no_header(staff):
    answer = staff.get(make_file('x"\r\nSet-Cookie: a=b.svg').url)
    for closer in answer._resource_closers:
        closer()
    assert "a" not in answer.cookies
    assert not any("\n" in value for value in answer.headers.values())


def test_a_secret_with_a_line_break_opens_nothing(staff):
    draft = version_of(make_cell_type(published=False, user=make_user("author", groups=["Authors"])))
    secret = sharing.share(draft, draft.created_by, days=7)
    assert Client().get(f"/shared-draft/{secret}%0d%0a/").status_code == 404

"""Where a page or an old address leads is checked as every address that a link may have."""

import pytest
from cms.models import PageContent
from django.contrib.redirects.models import Redirect

from tests.factories import make_page, page_content

pytestmark = pytest.mark.django_db

REFUSED = [
    "javascript:alert(1)",
    "ftp://example.org/",
    "//example.org/",
    "/\\example.org",
    "https://va.gov@example.org/",
]
TAKEN = ["https://www.va.gov/", "/about/"]


def lead_page_to(client, address, user):
    """Fill in the redirect of a draft page in the admin. Returns the answer."""
    content = page_content(make_page("Elsewhere", slug="elsewhere", user=user, published=False))
    fields = {"title": "Elsewhere", "slug": "elsewhere", "template": content.template, "redirect": address}
    url = f"/admin/cms/pagecontent/{content.pk}/change/"
    fields["stamp"] = client.get(url).context["adminform"].form["stamp"].value()
    return client.post(url, fields)


def lead_old_address_to(client, address):
    fields = {"site": 1, "old_path": "/old/", "new_path": address}
    return client.post("/admin/redirects/redirect/add/", fields)


@pytest.mark.parametrize("address", REFUSED)
def test_address_that_no_link_may_have_is_refused_at_the_field(admin_client, admin_user, address):
    for answer, name in (
        (lead_page_to(admin_client, address, admin_user), "redirect"),
        (lead_old_address_to(admin_client, address), "new_path"),
    ):
        assert list(answer.context["adminform"].form.errors) == [name]
    assert not PageContent.admin_manager.exclude(redirect=None).exists()
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(("old", "new", "field"), [("old/", "/about/", "old_path"), ("/about/", "/about/", "new_path")])
def test_an_old_address_that_nobody_can_ask_for_or_that_leads_to_itself_is_refused(admin_client, old, new, field):
    fields = {"site": 1, "old_path": old, "new_path": new}
    answer = admin_client.post("/admin/redirects/redirect/add/", fields)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not Redirect.objects.exists()


@pytest.mark.parametrize("address", TAKEN)
def test_address_that_a_link_may_have_is_taken(admin_client, admin_user, address):
    assert lead_page_to(admin_client, address, admin_user).status_code == 302
    assert lead_old_address_to(admin_client, address).status_code == 302
    assert PageContent.admin_manager.get().redirect == address
    assert Redirect.objects.get().new_path == address

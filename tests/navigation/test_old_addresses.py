import pytest
from cms.api import create_page_content
from cms.models import Page
from django.urls import reverse
from djangocms_versioning.models import Version

from mscoe_portal.navigation.models import PublicAddress
from tests.factories import make_cell_type, make_page, make_user, page_content, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home():
    make_page("Home", home=True)


def change(content, user=None, **values):
    """Publish a new version of `content` in which `values` are others; returns the new content."""
    user = user or make_user()
    draft = Version.objects.get_for_content(content).copy(user).content
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save()
    return publish(draft, user)


def change_page(page, language="en", **values):
    return change(page_content(page, language), **values)


def move(client, page, target, user=None):
    """Move `page` below `target` as the page tree in the admin does; target None: to the top level."""
    client.force_login(user or make_user(is_superuser=True))
    url = reverse("admin:cms_page_move_page", args=[page.pk])
    response = client.post(url, {"id": page.pk, "target": target.pk if target else "", "position": 0})
    assert response.status_code == 200, response.content
    client.logout()


def redirect_of(client, path):
    """Status and target of the answer to a reader."""
    response = client.get(path)
    return response.status_code, response.headers.get("Location")


def test_old_address_of_a_page_redirects_for_good(client):
    page = make_page(slug="old")
    change_page(page, slug="new")
    assert client.get("/new/").status_code == 200
    assert redirect_of(client, "/old/") == (301, "/new/")


def test_query_and_missing_slash_survive_the_redirect(client):
    page = make_page(slug="old")
    change_page(page, slug="new")
    assert client.get("/old?page=2", follow=True).redirect_chain[-1] == ("/new/?page=2", 301)


def test_new_slug_of_a_parent_takes_its_pages_along(client):
    parent = make_page(slug="old")
    make_page(parent=parent, slug="below")
    change_page(parent, slug="new")
    assert redirect_of(client, "/old/below/") == (301, "/new/below/")


def test_moved_page_takes_its_pages_along(client):
    parent = make_page(slug="parent")
    make_page(parent=parent, slug="below")
    target = make_page(slug="target")
    move(client, parent, target)
    assert client.get("/target/parent/below/").status_code == 200
    assert redirect_of(client, "/parent/below/") == (301, "/target/parent/below/")


def test_page_moved_in_code_is_found(client):
    page, target = make_page(slug="page"), make_page(slug="target")
    Page.objects.get(pk=page.pk).move_page(Page.objects.get(pk=target.pk), "last-child")
    assert redirect_of(client, "/page/") == (301, "/target/page/")


def test_twice_changed_address_redirects_in_one_step(client):
    page = make_page(slug="first")
    change_page(page, slug="second")
    change_page(page, slug="third")
    assert redirect_of(client, "/first/") == (301, "/third/")
    assert redirect_of(client, "/second/") == (301, "/third/")


def test_address_that_is_live_again_is_served(client):
    page = make_page(slug="first")
    change_page(page, slug="second")
    change_page(page, slug="first")
    assert client.get("/first/").status_code == 200
    assert redirect_of(client, "/second/") == (301, "/first/")


def test_address_taken_over_by_another_page_leads_to_that_page(client):
    first = make_page(slug="wanted")
    change_page(first, slug="other")
    second = make_page(slug="wanted")
    assert client.get("/wanted/").status_code == 200
    change_page(second, slug="elsewhere")
    assert redirect_of(client, "/wanted/") == (301, "/elsewhere/")


def test_old_address_of_an_unpublished_page_is_not_found(client):
    page = make_page(slug="old")
    content = change_page(page, slug="new")
    Version.objects.get_for_content(content).unpublish(make_user())
    assert client.get("/old/").status_code == 404
    assert client.get("/new/").status_code == 404


def test_draft_has_no_old_address(client):
    page = make_page(slug="old", published=False)
    content = page_content(page)
    content.slug = "new"
    content.save()
    publish(content)
    assert client.get("/old/").status_code == 404


def test_slug_changed_in_one_language_redirects_in_that_language(client):
    user = make_user()
    page = make_page(slug="therapy", user=user)
    publish(create_page_content("es", "Terapia", page, slug="terapia", created_by=user), user)
    change_page(page, "es", slug="tratamiento")
    assert redirect_of(client, "/es/terapia/") == (301, "/es/tratamiento/")
    assert client.get("/therapy/").status_code == 200


def test_untranslated_page_redirects_in_the_reader_s_language(client):
    page = make_page(slug="old")
    change_page(page, slug="new")
    assert redirect_of(client, "/es/old/") == (301, "/es/new/")


@pytest.mark.parametrize("path", ["/Page/", "/PAGE", "/ES/Page/"])
def test_address_in_capitals_leads_to_the_page(client, path):
    make_page(slug="page")
    assert redirect_of(client, path) == (301, "/es/page/" if "ES/" in path else "/page/")


def test_address_that_never_was_is_not_found(client):
    assert client.get("/never/").status_code == 404
    assert client.get("/nunca/é/").status_code == 404


@pytest.fixture
def types():
    """The published page that carries the cell types."""
    return make_page(slug="types", apphook="CellTypesApphook")


def test_old_address_of_a_record_redirects_for_good(client, types):
    content = make_cell_type(slug="old")
    assert client.get("/types/old/").status_code == 200
    change(content, slug="new")
    assert client.get("/types/new/").status_code == 200
    assert redirect_of(client, "/types/old/") == (301, "/types/new/")


def test_record_is_found_when_the_page_above_it_gets_a_new_slug(client, types):
    make_cell_type(slug="hsc")
    assert client.get("/types/hsc/").status_code == 200
    change_page(types, slug="kinds")
    assert client.get("/kinds/hsc/").status_code == 200
    assert redirect_of(client, "/types/hsc/") == (301, "/kinds/hsc/")


def test_record_is_found_when_the_page_above_it_moves(client, types):
    make_cell_type(slug="hsc")
    assert client.get("/types/hsc/").status_code == 200
    move(client, types, make_page(slug="therapy"))
    assert client.get("/therapy/types/hsc/").status_code == 200
    assert redirect_of(client, "/types/hsc/") == (301, "/therapy/types/hsc/")


def test_record_is_found_after_two_moves_of_the_page_above_it(client, types):
    make_cell_type(slug="hsc")
    first, second = make_page(slug="first"), make_page(slug="second")
    move(client, types, first)
    assert client.get("/first/types/hsc/").status_code == 200
    move(client, types, second)
    assert redirect_of(client, "/first/types/hsc/") == (301, "/second/types/hsc/")


def test_address_that_was_public_before_addresses_were_written_down_is_found(client):
    page = make_page(slug="old")
    PublicAddress.objects.all().delete()
    change_page(page, slug="new")
    assert redirect_of(client, "/old/") == (301, "/new/")


def test_page_that_becomes_the_home_page_is_found(client):
    make_page(slug="next").set_as_homepage()
    assert redirect_of(client, "/next/") == (301, "/")


def test_addresses_are_asked_for_and_written_together(django_assert_max_num_queries):
    from mscoe_portal.navigation.old_addresses import remember_addresses

    for _number in range(5):
        make_page()
    PublicAddress.objects.all().delete()
    with django_assert_max_num_queries(5):  # pages, two kinds of record, what is known, what is new
        remember_addresses()
    assert PublicAddress.objects.count() == 6

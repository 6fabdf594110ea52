"""The address of a page: none at which readers would get something else."""

import pytest
from cms.api import create_page_content
from cms.cms_wizards import cms_page_wizard, cms_subpage_wizard
from cms.models import Page, PageContent
from cms.toolbar.utils import get_object_preview_url
from cms.utils.urlutils import admin_reverse
from django.db import transaction
from django.urls import reverse
from lxml import html

from tests.factories import make_cell_type, make_page, make_user, page_content, publish
from tests.site import read_addresses

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:get_language_tuple called"),  # the CMS does
]

RESERVED = ["admin", "comfort-panel", "es", "listen", "media", "search", "static"]


@pytest.fixture(autouse=True, scope="module")
def pages(django_db_setup, django_db_blocker):
    """Home, the search page and, with one record, the page of the cell types; all tests of this module share them."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_page("Home", home=True)
        make_page("Search", slug="search", apphook="SearchApphook")
        make_page("Cell types", slug="types", apphook="CellTypesApphook")
        make_cell_type(slug="hsc")
        read_addresses()
        yield
        transaction.set_rollback(True)


def page_at(address):
    return Page.objects.get(urls__path=address)


def errors(response):
    """The fields that the form refuses, with its words; none where it was saved."""
    if response.status_code == 302:
        return {}
    return response.context["adminform"].form.errors


def save(client, content, **values):
    """The answer to an editor who changes the settings of a page."""
    return send(client, content, opened(client, content) | values)


def opened(client, content):
    """What stands in the form of a page's settings: {name: value}."""
    form = client.get(admin_reverse("cms_pagecontent_change", args=[content.pk])).context["adminform"].form
    return {name: form[name].value() for name in form.fields}


def send(client, content, form):
    url = admin_reverse("cms_pagecontent_change", args=[content.pk])
    return client.post(url, {name: value for name, value in form.items() if value not in (None, False)})


def add(client, title, slug, **values):
    """The answer to an editor who adds a page."""
    return client.post(admin_reverse("cms_pagecontent_add"), {"title": title, "slug": slug} | values)


def draft(user, title="A draft", **values):
    return page_content(make_page(title, user=user, published=False, **values))


def create(client, entry, page, slug):
    """The answer to an editor who looks at `page` and adds one by the button “Create”."""
    url = reverse("cms_wizard_create")
    client.post(url, {"wizard_create_view-current_step": 0, "0-entry": entry, "0-language": "en", "0-page": page.pk})
    return client.post(url, {"wizard_create_view-current_step": 1, "1-title": "A page", "1-slug": slug})


def move(client, page, target, position=0):
    """The answer to a site manager who drags `page` into `target`; None: to the top of the tree."""
    url = admin_reverse("cms_page_move_page", args=[page.pk])
    return client.post(url, {"target": target.pk if target else "", "position": position})


def test_a_page_has_an_address_and_no_slug(admin_client, admin_user):
    change = admin_reverse("cms_pagecontent_change", args=[draft(admin_user).pk])
    for url in (admin_reverse("cms_pagecontent_add"), change):
        slug = admin_client.get(url, {"language": "en"}).context["adminform"].form["slug"]
        assert (slug.label, slug.help_text[:21]) == ("Address", "Last part of the page")


def test_what_no_address_can_be_is_refused_in_words_that_say_what_to_type(admin_client, admin_user):
    for response in (add(admin_client, "A page", "A page!"), save(admin_client, draft(admin_user), slug="a/b")):
        assert "Use letters, digits and hyphens alone" in str(errors(response)["slug"])


@pytest.mark.parametrize("slug", RESERVED)
def test_a_new_page_is_refused_an_address_of_the_portal(admin_client, slug):
    response = add(admin_client, "A page", slug)
    assert "slug" in errors(response)
    assert not PageContent.admin_manager.filter(title="A page").exists()


def test_who_is_refused_an_address_reads_what_to_do(admin_client):
    response = add(admin_client, "A page", "listen")
    assert errors(response)["slug"] == [
        "Readers already get something else at /listen/. Choose another address, or another place for the page."
    ]


def test_an_address_that_another_page_has_is_refused_with_its_title_and_what_to_do(admin_client, admin_user):
    make_page("About these pages", slug="about")
    for response in (add(admin_client, "A page", "about"), save(admin_client, draft(admin_user), slug="about")):
        assert errors(response)["slug"] == ["“About these pages” already has this address. Choose another one."]


@pytest.mark.parametrize("wizard", [cms_page_wizard, cms_subpage_wizard])
def test_the_button_create_refuses_an_address_of_the_portal(admin_client, wizard):
    home = Page.objects.get(is_home=True)
    response = create(admin_client, wizard.id, home, "listen")
    assert "Readers already get something else at /listen/." in response.content.decode()
    create(admin_client, wizard.id, home, "listening")
    assert [content.slug for content in PageContent.admin_manager.filter(title="A page")] == ["listening"]


def links(response):
    return [link.get("href") for link in html.fromstring(response.content).iter("a")]


def test_a_new_page_that_is_sent_again_is_there_once_and_the_answer_leads_to_it(admin_client):
    add(admin_client, "A page", "a-page")
    again = add(admin_client, "A page", "a-page")
    content = PageContent.admin_manager.get(title="A page")
    assert "A page is here already, as a draft with this address." in html.fromstring(again.content).text_content()
    assert get_object_preview_url(content) in links(again)


def test_the_button_create_makes_a_page_that_is_sent_again_once(admin_client):
    home = Page.objects.get(is_home=True)
    create(admin_client, cms_page_wizard.id, home, "a-page")
    again = create(admin_client, cms_page_wizard.id, home, "a-page")
    assert get_object_preview_url(PageContent.admin_manager.get(title="A page")) in links(again)


def test_a_copy_of_a_page_that_is_sent_again_is_there_once(admin_client):
    source = page_content(make_page("Care", slug="care"))
    address = admin_reverse("cms_pagecontent_duplicate", args=[source.pk])
    values = {"title": "A copy", "slug": "a-copy", "source": source.page_id}
    statuses = [admin_client.post(address, values).status_code for _time in range(2)]
    assert statuses == [302, 200]
    assert PageContent.admin_manager.filter(title="A copy").count() == 1


def test_a_translation_that_is_sent_again_is_there_once(admin_client):
    page = make_page("Care", slug="care")
    address = f"{admin_reverse('cms_pagecontent_add')}?language=es"
    values = {"title": "Cuidado", "slug": "cuidado", "cms_page": page.pk}
    statuses = [admin_client.post(address, values).status_code for _time in range(2)]
    assert statuses == [302, 200]
    assert PageContent.admin_manager.filter(title="Cuidado").count() == 1


def test_pages_in_different_places_may_have_the_same_last_part_of_the_address(admin_client):
    add(admin_client, "A page", "a-page")
    assert not errors(add(admin_client, "A page", "a-page", parent_page=make_page("Top", slug="top").pk))


@pytest.mark.slow
@pytest.mark.parametrize("slug", RESERVED)
def test_a_page_does_not_change_to_an_address_of_the_portal(admin_client, admin_user, slug):
    content = draft(admin_user)
    form = opened(admin_client, content)
    assert "slug" in errors(send(admin_client, content, form | {"slug": slug}))
    assert "overwrite_url" in errors(send(admin_client, content, form | {"overwrite_url": f"/{slug}/"}))
    assert not errors(send(admin_client, content, form | {"slug": f"about-{slug}"}))


def test_a_page_is_refused_the_address_of_a_record(admin_client, admin_user):
    types = page_at("types")
    assert "slug" in errors(add(admin_client, "HSC", "hsc", parent_page=types.pk))
    content = draft(admin_user, parent=types, slug="about")
    assert "slug" in errors(save(admin_client, content, slug="hsc"))


def test_a_page_is_refused_the_address_of_a_page_beside_it(admin_client, admin_user):
    top = make_page("Top", slug="top")
    make_page("First", slug="first", parent=top)
    assert "slug" in errors(save(admin_client, draft(admin_user, parent=top, slug="second"), slug="first"))


def test_a_page_is_refused_the_address_of_a_page_in_another_language(admin_client, admin_user):
    make_page("Care", slug="care")
    content = page_content(make_page("Cuidado", slug="cuidado", language="es", user=admin_user, published=False), "es")
    assert "slug" in errors(save(admin_client, content, slug="care"))


def test_a_page_may_have_one_address_in_both_languages(admin_client, admin_user):
    page = make_page("Care", slug="care")
    content = create_page_content("es", "Cuidado", page, slug="cuidado", created_by=admin_user)
    assert not errors(save(admin_client, content, slug="care"))


def test_the_page_that_records_or_the_search_hang_under_keeps_its_address(admin_client, admin_user):
    for path in ("search", "types"):
        content = page_content(page_at(path))
        draft = content.versions.get().copy(admin_user).content
        assert not errors(save(admin_client, draft, title="A new title"))


def test_an_address_of_the_portal_is_free_in_a_language_that_does_not_have_it(admin_client, admin_user):
    page = make_page("Aviso", slug="aviso", language="es", user=admin_user, published=False)
    assert not errors(save(admin_client, page_content(page, "es"), slug="admin"))


@pytest.mark.parametrize("published", [True, False])
def test_a_page_is_not_moved_to_where_a_record_has_its_address(admin_client, admin_user, published):
    page = make_page("HSC", slug="hsc", published=published, user=admin_user)
    response = move(admin_client, page, page_at("types"))
    assert "/types/hsc/" in response.content.decode()
    page.refresh_from_db()
    assert page.parent is None
    assert [url.path for url in page.urls.all()] == (["hsc"] if published else [])


def test_a_page_whose_address_is_refused_is_still_put_before_its_siblings(admin_client):
    page = make_page("Listen", slug="listen")
    assert move(admin_client, page, None).status_code == 200
    assert Page.get_root_nodes().first() == page


def test_a_page_is_not_moved_to_where_one_below_it_has_the_address_of_another(admin_client):
    top = make_page("Top", slug="top")
    make_page("Taken", slug="taken", parent=top, overwrite_url="top/care/below/deep")
    care = make_page("Care", slug="care")
    below = make_page("Below", slug="below", parent=care)
    deep = make_page("Deep", slug="deep", parent=below)
    response = move(admin_client, care, top)
    assert "/top/care/below/deep/" in response.content.decode()
    care.refresh_from_db()
    assert care.parent is None
    assert [url.path for url in deep.urls.all()] == ["care/below/deep"]


def test_a_page_is_moved_with_those_below_it(admin_client):
    top, care = make_page("Top", slug="top"), make_page("Care", slug="care")
    below = make_page("Below", slug="below", parent=care)
    assert move(admin_client, care, top).status_code == 200
    assert [url.path for url in below.urls.all()] == ["top/care/below"]


def test_a_page_is_not_moved_to_where_another_has_its_address_in_another_language(admin_client):
    top = make_page("Top", slug="top")
    for number, parent in enumerate([top, None]):
        page = make_page(f"Page {number}", slug=f"page-{number}", parent=parent)
        content = create_page_content("es", "Página", page, slug="pagina", created_by=make_user())
        publish(content)
    response = move(admin_client, page, top)
    assert "/top/pagina/" in response.content.decode()

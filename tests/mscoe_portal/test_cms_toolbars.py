"""The CMS's bar: what it offers over a record and over a page."""

import re

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from lxml import html

from stemcells.models import CellTypeContent
from tests.factories import make_cell_type, make_page, make_user, page_content
from tests.site import read_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def types_page(client):
    """The page under which the cell types hang; a superuser is signed in."""
    user = make_user(is_superuser=True)
    make_page("Home", home=True, user=user)
    page = make_page("Types", slug="types", apphook="CellTypesApphook", user=user)
    read_addresses()
    client.force_login(user)
    return page


def menus_of(client, address):
    """The menus of the bar above what is at `address`: {name: {option: address}}."""
    answer = client.get(address)
    assert answer.status_code == 200
    (left,) = html.fromstring(answer.content).find_class("cms-toolbar-item-navigation")
    return {
        " ".join(menu[0].text_content().split()): {
            " ".join(link.text_content().split()): link.get("href") for link in menu.iterfind("ul//a")
        }
        for menu in left.iterfind("li")
    }


def make_translated_cell_type():
    """A public cell type with a draft in Spanish; returns both contents."""
    english = make_cell_type(slug="cells")
    spanish = make_cell_type(record=english.record, slug="celulas", language="es", published=False)
    return english, spanish


@pytest.mark.parametrize("address", [get_object_preview_url, CellTypeContent.get_absolute_url])
def test_over_a_record_no_menu_acts_on_the_page_above_it(client, types_page, address):
    make_cell_type(slug="cells")
    menus = menus_of(client, address(CellTypeContent.objects.get()))
    assert "Version #1 (Published)" in menus
    assert {"Page", "Language"}.isdisjoint(menus)


def test_nothing_opens_in_a_frame_that_would_open_again_on_the_next_pages(client, types_page):
    bar = client.get(get_object_preview_url(page_content(types_page))).content.decode()
    assert "Manage Versions" in bar
    assert "sideframe" not in re.findall(r'data-rel="(\w+)"', bar)


def test_over_a_record_the_menu_of_languages_leads_to_its_own_translations(client, types_page):
    english, spanish = make_translated_cell_type()
    menus = menus_of(client, get_object_preview_url(english))
    assert menus["Language"] == {
        "English": get_object_edit_url(english, "en"),
        "Spanish": get_object_edit_url(spanish, "es"),
    }


def test_over_a_page_the_menus_act_on_that_page(client, types_page):
    menus = menus_of(client, get_object_preview_url(page_content(types_page)))
    assert f"/admin/cms/pagecontent/{page_content(types_page).pk}/change/?language=en" in menus["Page"].values()
    assert "Spanish..." in menus["Language"]

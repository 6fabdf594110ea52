import pytest
from cms.api import create_page_content
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from mscoe_portal.navigation.menu import main_menu
from tests.factories import make_cell_type, make_page, make_user, page_content, publish
from tests.navigation.pages import get, link_named, menu_of
from tests.site import ADDRESSES

pytestmark = pytest.mark.django_db


def test_page_without_pages_below_is_a_plain_link(client):
    make_page("Contact", home=True)
    assert menu_of(get(client, "/")) == [("Contact", [])]
    assert link_named(get(client, "/"), "Contact").tag == "a"


def test_page_with_pages_below_is_a_button_whose_first_link_is_its_own_page(client):
    make_page("Home", home=True)
    topic = make_page("Stem cell therapy and MS", menu_title="Stem cell therapy", slug="therapy")
    make_page("Research", parent=topic)
    page = get(client, "/")
    assert menu_of(page)[1] == ("Stem cell therapy", ["Stem cell therapy and MS", "Research"])
    assert link_named(page, "Stem cell therapy").tag == "button"
    assert link_named(page, "Stem cell therapy and MS").get("href") == "/therapy/"


def test_deeper_pages_stand_in_the_submenu_in_tree_order(client):
    make_page("Home", home=True)
    top = make_page("Top")
    first = make_page("First", parent=top)
    make_page("Second", parent=top)
    make_page("Below first", parent=first)
    assert menu_of(get(client, "/"))[1] == ("Top", ["Top", "First", "Below first", "Second"])


def test_our_own_pages_come_before_those_that_lead_elsewhere_wherever_they_stand_in_the_tree(client):
    make_page("Home", home=True)
    make_page("Elsewhere", redirect="https://example.org/")
    make_page("Added later")
    assert [name for name, _links in menu_of(get(client, "/"))] == ["Home", "Added later", "Elsewhere"]


def test_submenu_button_controls_the_list_that_follows_it(client):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Top"))
    button = get(client, "/").find(".//button[@data-menu-option]")
    assert button.get("aria-controls") == button.getnext().get("id")


def test_draft_is_not_in_the_menu(client):
    make_page("Home", home=True)
    make_page("Draft", published=False)
    assert menu_of(get(client, "/")) == [("Home", [])]


def test_page_below_an_unpublished_one_is_not_in_the_menu(client):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Draft", published=False))
    assert menu_of(get(client, "/")) == [("Home", [])]


def test_unpublished_change_of_a_title_is_not_in_the_menu(client):
    make_page("Home", home=True)
    user = make_user()
    page = make_page("As published", user=user)
    draft = page_content(page).versions.get().copy(user).content
    draft.title = "As drafted"
    draft.save()
    assert menu_of(get(client, "/")) == [("Home", []), ("As published", [])]


def test_hidden_page_and_all_below_it_are_not_in_the_menu(client):
    make_page("Home", home=True)
    make_page("Below", parent=make_page("Hidden", in_navigation=False))
    top = make_page("Top")
    make_page("Hidden too", parent=top, in_navigation=False)
    assert menu_of(get(client, "/")) == [("Home", []), ("Top", [])]


def test_page_that_leads_to_another_website_is_linked_straight_to_it(client):
    make_page("Home", home=True)
    health = make_page("Health overview", menu_title="Health", redirect="https://www.va.gov/health/")
    make_page("Apply", parent=health, redirect="https://www.va.gov/apply/")
    page = get(client, "/")
    assert menu_of(page)[1] == ("Health", ["Health overview", "Apply"])
    assert link_named(page, "Health overview").get("href") == "https://www.va.gov/health/"
    assert link_named(page, "Apply").get("href") == "https://www.va.gov/apply/"
    assert "offsite" in link_named(page, "Apply").get("class")
    assert link_named(page, "Apply").text_content() == "Apply (on another website)"


def test_own_pages_are_told_from_those_that_lead_elsewhere(client):
    make_page("Home", home=True)
    make_page("Health", redirect="https://www.va.gov/health/")
    items = [item.get("class") for item in get(client, "/").iterfind(".//nav[@data-menu]/ul/li")]
    assert items == ["menu__item menu__item--own", "menu__item"]


def test_page_that_leads_to_another_place_of_the_portal_is_its_own(client):
    make_page("Home", home=True)
    make_page("Therapy", redirect="/stem-cell-therapy/")
    page = get(client, "/")
    assert link_named(page, "Therapy").get("href") == "/stem-cell-therapy/"
    assert "offsite" not in link_named(page, "Therapy").get("class")


def test_current_page_alone_is_marked_as_current(client):
    make_page("Home", home=True)
    top = make_page("Top", slug="top")
    make_page("Below", parent=top, slug="below")
    for path, name in (("/", "Home"), ("/top/below/", "Below")):
        page = get(client, path)
        assert [element.text for element in page.iterfind(".//nav[@data-menu]//*[@aria-current]")] == [name]
    assert "menu__option--here" in get(client, "/top/below/").find(".//button[@data-menu-option]").get("class")
    assert "menu__option--here" not in get(client, "/").find(".//button[@data-menu-option]").get("class")


@pytest.fixture
def list_page():
    """A published page that carries the cell types, below “Therapy”."""
    make_page("Home", home=True)
    top = make_page("Therapy", slug="therapy")
    return make_page("Types", slug="types", parent=top, apphook="CellTypesApphook")


def test_record_stands_below_the_page_that_lists_it(client, list_page):
    make_cell_type(slug="hsc", plural="Blood stem cells", short_name="HSC")
    make_cell_type(plural="Draft cells", published=False)
    assert menu_of(get(client, "/"))[1] == ("Therapy", ["Therapy", "Types", "Blood stem cells (HSC)"])


def test_on_a_record_the_record_is_current_and_not_its_list(client, list_page):
    make_cell_type(slug="hsc", plural="Blood stem cells", short_name="HSC")
    page = get(client, "/therapy/types/hsc/")
    current = [element.text for element in page.iterfind(".//nav[@data-menu]//*[@aria-current]")]
    assert current == ["Blood stem cells (HSC)"]
    assert "menu__option--here" in page.find(".//button[@data-menu-option]").get("class")


def test_nothing_is_current_at_an_address_that_is_not_found(client, list_page):
    page = get(client, "/therapy/types/no-such-type/")
    assert page.find(".//nav[@data-menu]//*[@aria-current]") is None


def test_untranslated_entries_keep_readers_in_their_language(client, list_page):
    make_cell_type(slug="hsc", plural="Blood stem cells", short_name="HSC")
    page = get(client, "/es/therapy/types/")
    assert menu_of(page) == menu_of(get(client, "/"))
    addresses = {link.get("href") for link in page.iterfind(".//nav[@data-menu]//a")}
    assert addresses == {"/es/", "/es/therapy/", "/es/therapy/types/", "/es/therapy/types/hsc/"}
    assert link_named(page, "Types").get("aria-current") == "page"
    assert link_named(page, "Types").get("lang") == "en"


def test_title_in_another_language_than_the_page_says_which(client):
    user = make_user()
    home = make_page("Home", home=True, user=user)
    publish(create_page_content("es", "Inicio", home, created_by=user, in_navigation=True), user)
    make_page("English only")
    page = get(client, "/es/")
    assert link_named(page, "Inicio").get("lang") is None
    assert link_named(page, "English only").get("lang") == "en"
    assert link_named(page, "English only").get("href") == "/es/english-only/"


def test_menu_is_built_once_for_a_request(list_page, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user, request.LANGUAGE_CODE = AnonymousUser(), "en"
    main_menu(request)
    with django_assert_num_queries(0):
        main_menu(request)


def test_answer_before_the_reader_is_known_has_an_empty_menu():
    assert main_menu(RequestFactory().get("/")) == []


def test_every_public_address_of_the_first_content_is_in_the_menu(site):
    addresses = {link.get("href") for link in get(site, "/").iterfind(".//nav[@data-menu]//a")}
    assert set(ADDRESSES) <= addresses

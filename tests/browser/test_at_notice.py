"""The notice for users of assistive technology is true: each thing that it has to name is so in a real browser."""

import pytest
from playwright.sync_api import expect

from mscoe_portal.navigation.publication_rules import MENU_WORDS
from tests import page_kinds
from tests.browser.views import NARROW, WIDE

pytestmark = pytest.mark.django_db


@pytest.fixture
def option(window):
    """A main menu option with a submenu, closed and with the focus."""
    window.set_viewport_size({"width": 1280, "height": 900})
    window.goto(page_kinds.PATHS["home"])
    expect(window.locator("[data-menu='ready']")).to_be_attached()
    option = window.get_by_role("navigation", name="Main").get_by_role("button", name="Health", exact=True)
    option.focus()
    return option


def place_in_submenu(option):
    """Which link of the option's submenu has the focus (0 is the first), or -1."""
    return option.evaluate(
        "(option) => [...option.nextElementSibling.querySelectorAll('a')].indexOf(document.activeElement)"
    )


def forms_mode_may_be_off(option):
    """No part of the menu is a form field or a widget that takes the keys: a screen reader stays in browse mode."""
    menu = option.page.get_by_role("navigation", name="Main")
    widgets = "input, select, textarea, [contenteditable], [role=menu], [role=menubar], [role=application], [tabindex]"
    assert menu.locator(widgets).count() == 0


def enter_expands(option):
    option.press("Enter")
    expect(option).to_have_attribute("aria-expanded", "true")


def down_enters_the_submenu(option):
    option.press("Enter")
    option.press("ArrowDown")
    assert place_in_submenu(option) == 0


def tab_moves_through_the_links(option):
    option.press("Enter")
    option.press("ArrowDown")
    option.page.keyboard.press("Tab")
    assert place_in_submenu(option) == 1


def up_and_down_move_through_the_links(option):
    option.press("Enter")
    places = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        option.page.keyboard.press(key)
        places.append(place_in_submenu(option))
    assert places == [0, 1, 2, 1]


# {what the notice has to name: what is then so}
PROOFS = {
    "auto forms mode": forms_mode_may_be_off,
    "Enter": enter_expands,
    "the down arrow": down_enters_the_submenu,
    "Tab": tab_moves_through_the_links,
    "the up and down arrows": up_and_down_move_through_the_links,
}


def test_each_thing_that_the_notice_has_to_name_is_proved():
    assert sorted(PROOFS) == sorted(MENU_WORDS)


@pytest.mark.parametrize("name", PROOFS)
def test_what_the_notice_names_is_so(name, option):
    PROOFS[name](option)


STEPS = """() => [...document.querySelectorAll(".at-notice li")]
    .filter((step) => step.checkVisibility()).map((step) => step.textContent)"""


def test_where_the_options_are_behind_a_button_the_first_step_is_that_button(window):
    window.set_viewport_size(NARROW)
    window.goto(page_kinds.PATHS["home"])
    expect(window.locator("[data-menu='ready']")).to_be_attached()
    assert window.evaluate(STEPS)[0] == "Find the Menu button and press Enter."
    health = window.get_by_role("button", name="Health", exact=True)
    expect(health).to_be_hidden()
    window.get_by_role("button", name="Menu", exact=True).press("Enter")
    expect(health).to_be_visible()


def test_where_the_options_are_seen_no_step_tells_of_the_button(window):
    window.set_viewport_size(WIDE)
    window.goto(page_kinds.PATHS["home"])
    assert window.evaluate(STEPS)[0] == "Turn auto forms mode off."

"""The main menu's contract.

Each row of its table in docs/architecture.md, with Orca as it is set at first: at an option it goes into focus mode by
itself, in which the arrow keys are the page's.
"""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_option(orca):
    """The focus is on the menu's last option, collapsed."""
    orca.open("/accessibility/", says="Accessibility")
    orca.press("1", says="Accessibility heading level 1.")
    orca.press("shift+Tab", says="About this site link.")
    orca.press("shift+Tab", says="Home link.")
    orca.press("shift+Tab", says=("Contact Us collapsed", "Focus mode"))


@pytest.fixture
def in_submenu(orca, at_option):
    """The focus is on the first link of an expanded option."""
    orca.press("Enter", says="expanded")
    orca.press("Down", says="Contact overview (on another website) link.")


@pytest.mark.usefixtures("at_option")
def test_enter_and_space_expand_and_collapse(orca):
    orca.press("Enter", says="expanded")
    orca.press("Enter", says="collapsed")
    orca.press("Space", says="expanded")
    orca.press("Space", says="collapsed")


@pytest.mark.usefixtures("at_option")
def test_down_on_a_collapsed_option_stays(orca):
    orca.press_unanswered("Down", then="Enter", says="expanded")


@pytest.mark.usefixtures("in_submenu")
def test_down_and_up_move_and_the_last_and_first_link_stay(orca):
    orca.press_unanswered("Up", then="Down", says="Ask a question")
    orca.press("Down", says="Phone numbers")
    orca.press_unanswered("Down", then="Up", says="Ask a question")


@pytest.mark.usefixtures("in_submenu")
def test_home_and_end_lead_to_the_first_and_last_link(orca):
    orca.press("End", says=("Phone numbers", "Browse mode"))
    orca.command("a", says="Focus mode")
    orca.press("Home", says=("Contact overview", "Browse mode"))


@pytest.mark.usefixtures("in_submenu")
def test_tab_moves_through_the_links_and_leaves_the_menu_collapsed(orca):
    orca.press("shift+Tab", says="Contact Us expanded")
    orca.press("Tab", says=("Contact overview", "Browse mode"))
    orca.press("Tab", says="Ask a question")
    orca.press("Tab", says="Phone numbers")
    orca.press("shift+Tab", says="Ask a question")
    orca.press("Tab", says="Phone numbers")
    orca.press("Tab", says="Home link.")
    orca.press("shift+Tab", says=("Contact Us collapsed", "Focus mode"))


@pytest.mark.usefixtures("in_submenu")
def test_escape_says_the_option_and_that_it_is_collapsed(orca):
    orca.press("Escape", says=("Contact Us", "collapsed"))
    orca.press("Tab", says=("Home link.", "Browse mode"))


@pytest.mark.usefixtures("at_option")
def test_opening_another_option_collapses_the_one_before(orca):
    orca.press("Enter", says="expanded")
    orca.press("shift+Tab", says="Locations collapsed")
    orca.press("Enter", says="expanded")
    orca.press("Down", says="Locations overview")
    orca.press("Escape", says=("Locations", "collapsed"))
    orca.press("Tab", says="Contact Us collapsed")


@pytest.fixture
def zoomed(orca):
    """The page is so large that its menu is a phone’s."""
    orca.open("/accessibility/", says="Accessibility")
    orca.zoom_in()
    yield
    orca.zoom_out()


@pytest.mark.usefixtures("zoomed")
def test_menu_of_a_narrow_page_opens_and_closes_by_one_button(orca):
    orca.press("1", says="Accessibility heading level 1.")
    orca.press("shift+Tab", says="About this site link.")
    orca.press("shift+Tab", says="Home link.")
    orca.press("shift+Tab", says=("Menu collapsed", "Focus mode"))
    orca.press("Enter", says="expanded")
    orca.press("Down", says="Home link.")
    orca.press("Escape", says=("Menu", "collapsed"))

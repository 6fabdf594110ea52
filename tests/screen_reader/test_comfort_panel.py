"""The comfort panel: it opens, each choice says what it is for, and it closes where it was opened."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_panel(orca):
    """The panel is open, and the focus on its first choice."""
    orca.open("/site-map/", says="Site map")
    orca.press("b", says="Search push button.")
    orca.press("b", says="Text and colors collapsed")
    orca.press("Enter", says="expanded")
    orca.press("Tab", says=("Text size", "100 % selected radio button"))


@pytest.mark.usefixtures("in_panel")
def test_choices_are_groups_that_say_their_names_and_states(orca):
    orca.command("a", says="Focus mode")
    orca.press("Down", says="125 % selected radio button")
    orca.press("Tab", says=("Colors", "As on my device. selected radio button"))
    orca.press("Tab", says=("Space between lines", "Usual. selected radio button"))
    orca.press("Tab", says=("Space between letters", "Usual. selected radio button"))
    orca.press("Tab", says=("The page", "Calmer page", "check box not checked."))
    orca.press("Space", says="checked")
    orca.press("Tab", says="Underline every link check box not checked.")
    orca.press("Tab", says="Back to the site’s own settings push button.")
    orca.press("Enter", says="The site’s own settings are back.")


@pytest.mark.usefixtures("in_panel")
def test_escape_leads_back_to_the_button_and_says_that_it_is_collapsed(orca):
    orca.press("Escape", says=("Text and colors", "collapsed"))
    orca.press("Tab", says="Home link.")

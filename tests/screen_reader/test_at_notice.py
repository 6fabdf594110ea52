"""The notice for users of assistive technology, followed word for word.

Orca's name for "auto forms mode off" is that browse mode is sticky: its own key and A, three times.
"""

import pytest

pytestmark = pytest.mark.django_db

HOME = "Plain facts about stem cells and MS"


@pytest.fixture
def auto_forms_mode_off(orca):
    """Orca stays in browse mode, whatever gets the focus."""
    orca.open("/", says=HOME)
    orca.press("ctrl+Home", says="Skip to main content", varies=True)  # or Orca would count the last test’s A, too
    orca.command("a", times=3, says="Browse mode is sticky.")
    yield
    orca.command("a", says="Focus mode")  # until the next page is opened


def test_notice_is_read_first_in_three_lines(orca):
    orca.open("/", says=HOME)
    orca.press(
        "Down", says="banner Attention A T users. (screen readers and other assistive technology). To reach the menus:"
    )
    orca.press("Down", says="1. Turn auto forms mode off. 2. Press Enter to expand a main menu option, such as Health")
    orca.press("Down", says="3. Press the down arrow to enter its submenu.")
    orca.press("Down", says="leaving list. region Crisis help")


@pytest.mark.usefixtures("auto_forms_mode_off")
def test_health_expands_and_is_entered_as_the_notice_says(orca):
    orca.press("m", says="Attention A T users.")
    orca.press("m", says=("Crisis help", "Veterans Crisis Line."))
    orca.press("m", says=("Main", "Home link."))
    orca.press("Tab", says="Stem cell therapy collapsed")
    orca.press("Tab", says="About this site collapsed")
    orca.press("Tab", says="Health collapsed")
    orca.press("Enter", says="expanded")
    orca.press("Down", says="Health overview link.")
    orca.press("Tab", says="Apply for health care")
    orca.press("Down", says="Manage your health link.")
    orca.press("Up", says="Apply for health care link.")


@pytest.mark.usefixtures("auto_forms_mode_off")
def test_enter_opens_a_link_of_a_submenu_as_the_notice_says(orca):
    orca.press("m", says="Attention A T users.")
    orca.press("m", says=("Crisis help", "Veterans Crisis Line."))
    orca.press("m", says=("Main", "Home link."))
    orca.press("Tab", says="Stem cell therapy collapsed")
    orca.press("Enter", says="expanded")
    orca.press("Down", says="Stem cell therapy and MS link.")
    orca.press("Enter", says=("Finished loading Stem cell therapy and MS", "Page has", "Skip to main content"))

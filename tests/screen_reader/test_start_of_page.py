"""The start of a page.

Help in a crisis and the page's own content are a few keys away, on every page.
"""

import pytest

pytestmark = pytest.mark.django_db

HOME = "Plain facts about stem cells and MS"


def test_crisis_help_comes_right_after_the_skip_link(orca):
    orca.open("/", says=HOME)
    orca.press("Down", says="banner Attention A T users.")
    orca.press("shift+Tab", says="Skip to main content link.")
    orca.press("Tab", says="Call 988, then press 1 link.")
    orca.press("Tab", says="Text 838255 link.")
    orca.press("Tab", says="Chat online (on another website) link.")


def test_crisis_help_is_the_second_landmark(orca):
    orca.open("/nothing/", says="Page not found")
    orca.press("m", says="Attention A T users.")
    orca.press("m", says=("Crisis help", "Veterans Crisis Line."))
    orca.press("k", says="Call 988, then press 1 link.")


def test_skip_link_leads_to_the_content(orca):
    orca.open("/", says=HOME)
    orca.press("Down", says="Attention A T users.")
    orca.press("shift+Tab", says="Skip to main content link.")
    orca.press("Enter", says=HOME)
    orca.press("Tab", says="Stem cell therapy and MS link")

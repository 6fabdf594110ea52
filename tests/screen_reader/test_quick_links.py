"""The quick links: each says its name, what it is for, and that it leaves the site."""

import pytest

pytestmark = pytest.mark.django_db


def test_quick_links_are_a_landmark_of_three_links(orca):
    orca.open("/disclaimers/", says="Disclaimers")
    orca.press("shift+m", says=("Wrapping to bottom.", "Multiple Sclerosis Centers of Excellence."))
    orca.press("shift+m", says=("Quick Links", "Quick Links heading level 2."))
    orca.press("Tab", says="Veterans Crisis Line Call, text or chat (on another website) link.")
    orca.press("Tab", says="My HealtheVet Your VA health online (on another website) link.")
    orca.press("Tab", says="eBenefits Your VA benefits online (on another website) link.")

"""The topic page, by Orca's quick keys.

Headings, landmarks, lists and the table say what the page is made of, without reading it.
"""

import pytest

pytestmark = pytest.mark.django_db

TOPIC = "Stem cell therapy and MS"


def test_headings_are_an_outline(orca):
    orca.open("/stem-cell-therapy/", says=TOPIC)
    orca.press("1", says="Stem cell therapy and MS heading level 1.")
    orca.press("2", says="In short heading level 2.")
    orca.press("2", says="On this page heading level 2.")
    orca.press("2", says="What is stem cell therapy? heading level 2.")
    orca.press("2", says="Five types of stem cells heading level 2.")
    orca.press("2", says="Where they come from and what they can become heading level 2.")
    orca.press("2", says="For-profit stem cell clinics heading level 2.")
    orca.press("h", says="What the clinics say heading level 3.")


def test_landmarks_are_eight_and_each_is_told_apart(orca):
    orca.open("/stem-cell-therapy/", says=TOPIC)
    orca.press("m", says="Attention A T users.")
    orca.press("m", says=("Crisis help", "Veterans Crisis Line."))
    orca.press("m", says=("Main", "Home link."))
    orca.press("m", says=("Breadcrumb", "Home link."))
    orca.press("m", says="heading level 1.")
    orca.press("m", says=("On this page", "On this page heading level 2."))
    orca.press("m", says=("Quick Links", "Quick Links heading level 2."))
    orca.press("m", says="Multiple Sclerosis Centers of Excellence.")
    # How much of the line follows hangs on how far the page has scrolled back.
    orca.press("m", says=("Wrapping to top.", "Attention A T users."), varies=True)


def test_key_points_are_a_list_that_is_counted(orca):
    orca.open("/stem-cell-therapy/", says=TOPIC)
    orca.press("2", says="In short heading level 2.")
    orca.press("l", says=("List with 5 items", "Stem cell therapy is any treatment"))
    orca.press("i", says="Many types of stem cells are being studied")


def test_table_says_its_caption_size_and_the_header_of_each_cell(orca):
    orca.open("/stem-cell-therapy/", says=TOPIC)
    orca.press("t", says=("The types side by side", "table with 6 rows 5 columns", "Type column header."))
    orca.press("alt+shift+Down", says=("Hematopoietic stem cells", "Row 2, column 1."))
    orca.press("alt+shift+Right", says=("Adult.", "Row 2, column 2."))
    orca.press("alt+shift+Right", says=("Where found", "Bone marrow and blood.", "Row 2, column 3."))
    orca.press("alt+shift+Down", says=("Mesenchymal stem cells", "Several places", "Row 3, column 3."))


def test_table_of_contents_leads_to_a_section(orca):
    orca.open("/stem-cell-therapy/", says=TOPIC)
    orca.press("2", says="In short heading level 2.")
    orca.press("2", says="On this page heading level 2.")
    orca.press("k", says="What is stem cell therapy? link.")
    orca.press("k", says="Five types of stem cells link.")
    orca.press("Enter", says="Five types of stem cells")
    orca.press("t", says=("The types side by side", "Type column header."))

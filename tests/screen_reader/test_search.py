"""The search: its form, and what it says when nothing or something is found."""

import pytest

pytestmark = pytest.mark.django_db


def test_field_has_a_name_and_takes_what_is_typed(orca):
    orca.open("/", says="Plain facts")
    orca.press("m", says="Attention A T users.")
    orca.press("m", says=("Crisis help", "Veterans Crisis Line."))
    orca.press("Tab", says="Call 988")
    orca.press("Tab", says="Text 838255")
    orca.press("Tab", says="Chat online")
    orca.press("Tab", says="Multiple Sclerosis Centers of Excellence link.")
    orca.press("Tab", says=("Search this site entry.", "Focus mode"))
    orca.write("xyzzy")
    orca.press("Enter", says=("Finished loading Search for “xyzzy”", "Page has", "Skip to main content"))


def test_nothing_found_says_what_to_do(orca):
    orca.open("/search/?q=xyzzy", says="Search for “xyzzy”")
    orca.press("1", says="Search heading level 1.")
    orca.press("Down", says="What are you looking for?")
    orca.press("Down", says="xyzzy. Search push button.")
    orca.press("Down", says="Nothing was found for “xyzzy”.")
    orca.press("Down", says="List with 2 items. • Check the spelling of each word.")
    orca.press("Down", says="Try fewer words")
    orca.press("Down", says="Other ways to find a page heading level 2.")


def test_field_of_a_question_that_is_too_long_says_so(orca):
    orca.open(f"/search/?q={'does+it+help+' * 16}", says="Search for “does it help")
    orca.press("1", says="Search heading level 1.")
    orca.press("e", says=("What are you looking for? entry", "Your question is longer than 200 letters."))


def test_results_are_counted_and_listed(orca):
    orca.open("/search/?q=clinics", says="Search for “clinics”")
    orca.press("1", says="Search heading level 1.")
    orca.press("Down", says="What are you looking for?")
    orca.press("Down", says="clinics. Search push button.")
    orca.press("Down", says="results for “clinics”.")
    orca.press("h", says="link heading level 2.")


def test_a_question_in_a_crisis_is_answered_by_help_first(orca):
    orca.open("/search/?q=suicide", says="Search for “suicide”")
    orca.press("1", says="Search heading level 1.")
    orca.press("2", says="Are you in crisis, or worried about someone? heading level 2.")
    orca.press("k", says="Call 988, then press 1 link.")

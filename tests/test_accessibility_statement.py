"""The accessibility statement says what it must, and of the tests what is so."""

import json
import re

import pytest
from django.conf import settings

from tests.site import main

pytestmark = pytest.mark.django_db

STATEMENT = "/accessibility/"
TOOLS = json.loads((settings.BASE_DIR / "tests" / "package.json").read_text())["dependencies"]


@pytest.mark.parametrize(
    "words",
    [
        r"Web Content Accessibility Guidelines \(WCAG\) 2\.2, level AA, and to Section 508",
        rf"axe-core {re.escape(TOOLS['axe-core'].rpartition('.')[0])} and the Nu checker",
        r"Orca, a screen reader, with the Chromium browser",
        r"No person has tested the site with NVDA, JAWS or VoiceOver yet",
        r"We last changed this on \w+ \d{1,2}, 20\d\d\.",
    ],
    ids=["standard", "checkers", "screen reader", "known limits", "date"],
)
def test_the_statement_says(pages, words):
    assert re.search(words, main(pages[STATEMENT]))


@pytest.mark.parametrize("scheme", ["tel:", "mailto:"])
def test_a_barrier_can_be_reported_by_telephone_and_by_e_mail(pages, scheme):
    heading = pages[STATEMENT].get_element_by_id("tell-us-about-a-barrier")
    ways = next(part for part in heading.itersiblings() if part.tag == "ul")
    assert ways.xpath(".//a[starts-with(@href, $scheme)]", scheme=scheme)

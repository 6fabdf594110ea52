"""Every fact of the content brief is on a public page, and a clinician can change it.

The brief's parts, in its own order: around the page, introduction, types, for-profit clinics, research, the centers'
position, links disclaimer, provenance.
"""

import re

import pytest
from cms.models import CMSPlugin, PageContent
from cms.plugin_pool import plugin_pool
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import models

from stemcells.models import RecordContent, Reference
from tests.site import ADDRESSES, main, page, words

pytestmark = pytest.mark.django_db

TOPIC = "/stem-cell-therapy/"
TYPES = "/stem-cell-therapy/cell-types/"
CLINICS = "/stem-cell-therapy/clinic-risks/for-profit-clinics/"
RESEARCH = "/stem-cell-therapy/research/"
POSITION = "/stem-cell-therapy/recommendation/"

# What the pages' own content says: the fact, the words that show it, the pages that show it.
FACTS = {
    "site title": (r"Multiple Sclerosis Centers of Excellence \(MSCoE\)", ["/about/"]),
    # Introduction
    "what therapy means": (r"means any treatment that uses stem cells or acts on them", [TOPIC]),
    "stem cells turn into": (r"can turn into many kinds of specialized cells.{0,30}differentiate", [TOPIC]),
    "many types studied": (r"Many types of stem cells are being studied for possible benefit in MS", [TOPIC, TYPES]),
    "unknown: which cells": (r"Which cells are best\?", [TOPIC]),
    "unknown: delivery": (r"How should they be delivered\?", [TOPIC]),
    "unknown: safety": (r"Are they safe\?", [TOPIC]),
    "unknown: effect in MS": (r"Do they work in MS\?", [TOPIC]),
    "known only by trials": (r"can know only when present and future clinical trials have reported", [TOPIC]),
    "interest, promise": (r"Interest is great and the idea is promising", [TOPIC]),
    "field at its start": (r"But the field is at its start", [TOPIC]),
    "more research before an option": (
        r"Much more research is needed before stem cell therapy becomes an option for treating MS",
        [TOPIC],
    ),
    # Types, as rows of the table and on their own pages
    "HSC row": (
        (
            r"Hematopoietic stem cells HSC Adult Bone marrow and blood "
            r"All the cells of the blood and the immune system Not stated"
        ),
        [TOPIC, TYPES],
    ),
    "MSC row": (
        (
            r"Mesenchymal stem cells MSC Adult Several places, among them bone marrow, skin and fat tissue "
            r"Cells that repair bone, cartilage, muscle or fat Not stated"
        ),
        [TOPIC, TYPES],
    ),
    "NSC row": (
        (
            r"Neural stem cells NSC Specialized Not stated "
            r"Repair nerve tissue in the brain or spinal cord Not stated"
        ),
        [TOPIC, TYPES],
    ),
    "hESC row": (
        (
            r"Human embryonic stem cells hESC Donated blastocysts, 8 to 10 days after fertilization Not stated "
            r"By nature, every type of cell in the body May cause tumors when used as treatment"
        ),
        [TOPIC, TYPES],
    ),
    "iPSC row": (
        (
            r"Induced pluripotent stem cells iPSC Adult cells, engineered to behave like embryonic stem cells "
            r"Not stated Could make any type of cell in the body May cause tumors when used as treatment"
        ),
        [TOPIC, TYPES],
    ),
    "HSC name": (r"Hematopoietic stem cells \(HSC\)", [f"{TYPES}hsc/"]),
    "HSC adult": (r"Origin Adult", [f"{TYPES}hsc/"]),
    "HSC found in": (r"found in bone marrow and blood", [f"{TYPES}hsc/"]),
    "HSC make": (r"make all the cells of the blood and the immune system", [f"{TYPES}hsc/"]),
    "MSC name": (r"Mesenchymal stem cells \(MSC\)", [f"{TYPES}msc/"]),
    "MSC adult": (r"Origin Adult", [f"{TYPES}msc/"]),
    "MSC found in": (r"found in several places, among them bone marrow, skin and fat tissue", [f"{TYPES}msc/"]),
    "MSC make": (r"make cells that repair bone, cartilage, muscle or fat", [f"{TYPES}msc/"]),
    "NSC name": (r"Neural stem cells \(NSC\)", [f"{TYPES}nsc/"]),
    "NSC specialized": (r"Origin Specialized", [f"{TYPES}nsc/"]),
    "NSC do": (r"They repair nerve tissue in the brain or spinal cord", [f"{TYPES}nsc/"]),
    "hESC name": (r"Human embryonic stem cells \(hESC\)", [f"{TYPES}hesc/"]),
    "hESC origin": (r"come from donated blastocysts, 8 to 10 days after fertilization", [f"{TYPES}hesc/"]),
    "hESC make": (r"By nature, they make every type of cell in the body", [f"{TYPES}hesc/"]),
    "hESC concern": (r"Concern May cause tumors when used as treatment", [f"{TYPES}hesc/"]),
    "iPSC name": (r"Induced pluripotent stem cells \(iPSC\)", [f"{TYPES}ipsc/"]),
    "iPSC origin": (
        r"adult cells that have been engineered to behave like embryonic stem cells",
        [f"{TYPES}ipsc/"],
    ),
    "iPSC make": (r"could make any type of cell in the body", [f"{TYPES}ipsc/"]),
    "iPSC concern": (r"Concern May cause tumors when used as treatment", [f"{TYPES}ipsc/"]),
    # For-profit clinics
    "clinics grow": (
        r"number of for-profit stem cell clinics is growing, in the United States and elsewhere",
        [TOPIC, CLINICS],
    ),
    "clinics say: MS": (r"clinics say that they have treated people with MS with stem cells", [TOPIC, CLINICS]),
    "clinics say: others": (r"They say the same about people with many other disorders", [TOPIC, CLINICS]),
    "clinics unregulated": (r"The clinics are unregulated\.", [TOPIC, CLINICS]),
    "clinics no evidence": (
        r"None has shown medical evidence that its treatments work or are safe",
        [TOPIC, CLINICS],
    ),
    "study date": (r"A study was published in June 2016", [TOPIC, CLINICS]),
    "study: unproven treatments": (
        r"It confirmed that such clinics offer many different unproven stem cell treatments",
        [TOPIC, CLINICS],
    ),
    "study: safety": (r"The study also: raised concerns about safety", [TOPIC, CLINICS]),
    "study: oversight": (r"stressed the need for better oversight", [TOPIC, CLINICS]),
    "study: ethics, regulation": (
        r"raised ethical and regulatory questions about the marketing of unproven treatments for many conditions",
        [TOPIC, CLINICS],
    ),
    "study: supports trials": (
        r"Its findings support exploring stem cell therapy in careful clinical trials",
        [TOPIC, CLINICS],
    ),
    "study: aims": (
        (
            r"to find the best cell types, delivery and dose, "
            r"and to learn how safe and how truly effective the therapy is in MS"
        ),
        [TOPIC, CLINICS],
    ),
    "study named by its link": (r"Turner and Knoepfler, “Selling Stem Cells in the USA,”", [TOPIC, CLINICS]),
    "reference": (
        (
            r"Turner L, Knoepfler P\. Selling Stem Cells in the USA: Assessing the Direct-to-Consumer Industry"
            r".{0,25}\. Cell Stem Cell, 2016\. doi 10\.1016/j\.stem\.2016\.06\.007"
        ),
        [TOPIC, CLINICS],
    ),
    # Research
    "studies not for profit": (r"Many stem cell studies run at not-for-profit institutions", [TOPIC, RESEARCH]),
    "funded by NIH": (
        r"Most are funded by federal programs through the National Institutes of Health",
        [TOPIC, RESEARCH],
    ),
    "funded by philanthropy": (r"Philanthropic organizations fund some too", [TOPIC, RESEARCH]),
    "animal studies": (r"The most active area is animal studies", [TOPIC, RESEARCH]),
    "what they explore": (r"They explore how to develop these therapies", [TOPIC, RESEARCH]),
    "what they are for": (
        (
            r"How can stem cells be steered toward the wanted result, in MS and in other diseases\? "
            r"Once that is better understood, the knowledge can serve people\."
        ),
        [TOPIC, RESEARCH],
    ),
    # The centers' position
    "position": (
        r"At this time, the VA MS Centers of Excellence do not recommend stem cell therapy at for-profit institutions",
        [TOPIC, CLINICS, POSITION],
    ),
    "looking forward": (
        r"look forward to the results of the many stem cell trials across the country",
        [TOPIC, CLINICS, POSITION],
    ),
    # Links disclaimer
    "links for convenience": (
        r"links for your convenience and information only",
        [TOPIC, CLINICS, "/disclaimers/"],
    ),
    "links no endorsement": (
        r"A link does not mean that MSCoE endorses or approves any product, service or opinion of the organization",
        [TOPIC, CLINICS, "/disclaimers/"],
    ),
    "links not responsible": (
        (
            r"MSCoE is not responsible for the accuracy, legality or content of an external site\. "
            r"The same is true of links that follow from it"
        ),
        [TOPIC, CLINICS, "/disclaimers/"],
    ),
    "links questions": (
        r"questions about the content of an external site, please contact that site",
        [TOPIC, CLINICS, "/disclaimers/"],
    ),
}

# What stands around the content of every page.
FRAME = {
    "AT notice: for whom": r"Attention A T users \(screen readers and other assistive technology\)",
    "AT notice: 1": r"To reach the menus: (Find the Menu button and press Enter\. )?Turn auto forms mode off\.",
    "AT notice: 2": r"Press Enter to expand a main menu option, such as Health or Benefits\.",
    "AT notice: 3": r"Press the down arrow to enter its submenu\. Tab or the up and down arrows move through the links",
    "AT notice: a link opens": r"links; Enter opens one\.",
    "menu: Health": r"\bHealth Health overview .{0,30}Apply for health care",
    "menu: Benefits": r"\bBenefits Benefits overview .{0,30}Disability",
    "menu: Burials & Memorials": r"Burials & Memorials Burials overview .{0,30}Burial benefits",
    "menu: About VA": r"About VA About VA overview .{0,30}History",
    "menu: Resources": r"Resources Resources overview .{0,30}Forms",
    "menu: Media Room": r"Media Room Media Room overview .{0,30}News",
    "menu: Locations": r"Locations Locations overview .{0,30}Hospitals and clinics",
    "menu: Contact Us": r"Contact Us Contact overview .{0,30}Ask a question",
    "menu: the portal's own": r"Stem cell therapy Stem cell therapy and MS Five types of stem cells",
    "quick links": r"Quick Links Veterans Crisis Line .*My HealtheVet .*eBenefits",
}
# Their numbers are settings, so that no edit can lose them.
CRISIS_HELP = r"Veterans Crisis Line .*Call 988 , then press 1 Text 838255 Chat online"

OWN_WORDS = [(name, address) for name, (_pattern, addresses) in FACTS.items() for address in addresses]


def shows(text, pattern):
    return bool(re.search(pattern, text, re.IGNORECASE))


@pytest.mark.parametrize(("fact", "address"), OWN_WORDS)
def test_fact_is_on_its_page(pages, fact, address):
    assert shows(main(pages[address]), FACTS[fact][0])


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_stands_around_the_content_is_on_every_page(pages, address):
    body = words(pages[address].find("body"))
    missing = [name for name, pattern in (FRAME | {"crisis help": CRISIS_HELP}).items() if not shows(body, pattern)]
    assert missing == []


def test_quick_link_is_a_picture_with_a_text_alternative_and_a_link(pages):
    badges = pages["/"].xpath("//a[@class='badge']")
    assert [(badge.get("href"), badge.xpath("string(.//svg[@role='img']/@aria-label)")) for badge in badges] == [
        ("https://www.veteranscrisisline.net/", "Veterans Crisis Line"),
        ("https://www.myhealth.va.gov/", "My HealtheVet"),
        ("https://www.ebenefits.va.gov/", "eBenefits"),
    ]


def test_topic_page_shows_the_types_as_a_table_and_as_cards_that_lead_to_their_pages(pages):
    table, cards = ".//main//table//tbody/tr", ".//main//li[@class='card']"
    assert [len(pages[TOPIC].findall(path)) for path in (table, cards)] == [5, 5]
    assert all(card.find(".//a").get("href").startswith(TYPES) for card in pages[TOPIC].iterfind(cards))


@pytest.mark.parametrize("address", [TOPIC, CLINICS])
def test_page_links_to_the_study_by_its_name(pages, address):
    links = pages[address].xpath("//main//a[@href='https://doi.org/10.1016/j.stem.2016.06.007']")
    assert len(links) == 2
    assert all("Selling Stem Cells in the USA" in link.text_content() for link in links)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_link_is_called_here(pages, address):
    links = [" ".join(link.text_content().split()).lower() for link in pages[address].iter("a")]
    assert [link for link in links if link in {"", "here", "click here", "more", "read more", "link"}] == []


@pytest.mark.parametrize("address", [TOPIC, CLINICS, f"{TYPES}hsc/"])
def test_content_that_no_clinician_reviewed_says_that_review_is_pending(pages, address):
    assert shows(main(pages[address]), r"Not yet reviewed")


def test_page_about_the_site_quotes_what_a_page_says_that_is_not_reviewed(pages):
    (said,) = pages[TOPIC].xpath("//*[@class='review']/strong")
    assert f"“{said.text_content()}”" in main(pages["/about/"])


def editable_fields():
    """Models that editors change, each with those of its fields that hold words for readers."""
    is_plugin = {plugin.model for plugin in plugin_pool.get_all_plugins()}
    for model in apps.get_models():
        if _record_in_admin(model) or model in is_plugin - {CMSPlugin} or model in {PageContent, Reference}:
            fields = [field for field in model._meta.local_fields if _holds_words(field)]
            if fields:
                yield model, fields


def _record_in_admin(model):
    if not issubclass(model, RecordContent):
        return False
    return admin.site.is_registered(model._meta.get_field(model.grouper_field_name).related_model)


def _holds_words(field):
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.SlugField)
    return is_text and field.editable and not field.choices and field.name not in {"language", "redirect"}


def test_every_fact_leaves_the_site_when_editors_change_the_words_that_are_theirs(site):
    """So none is written in a template or in code; the crisis line is, and stays."""
    for model, fields in editable_fields():
        model._base_manager.update(**{field.name: "Changed" for field in fields})
    shown = {address: main(page(site, address)) for address in ADDRESSES}
    assert [(name, address) for name, address in OWN_WORDS if shows(shown[address], FACTS[name][0])] == []
    body = words(page(site, "/").find("body"))
    assert [name for name, pattern in FRAME.items() if shows(body, pattern)] == []
    assert shows(body, CRISIS_HELP)
    assert settings.CRISIS_LINE["phone"] == "988"

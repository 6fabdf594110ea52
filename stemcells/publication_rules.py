"""What must be right about sources and key points before something is published; the review asks these, too."""

from cms.models import PageContent
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.publication_rules import Level, Rule
from stemcells.choices import ReferenceStatus
from stemcells.citations import citations_of
from stemcells.models import AddressedContent, Citation, ClinicRiskArticleContent, RecommendationContent

# What makes claims, each of which a reader must be able to look up.
NEEDS_SOURCE = (ClinicRiskArticleContent, RecommendationContent)
# Paragraphs of the article itself; what stands in records that it shows is signed with them.
_UNCITED = ".//div[@class='content']/p[not(@class)][not(.//sup[@class='citation'])]"
_IN_SHORT = ".//*[@class='in-short']"


def _cited(draft, status):
    for number, reference, _times in citations_of(draft.request):
        if reference.status == status:
            yield _("Source %(number)s: %(reference)s") % {"number": number, "reference": reference}


def retracted_sources(draft):
    for place in _cited(draft, ReferenceStatus.RETRACTED):
        yield place, _("This source was retracted. Take the citation out, and what rests on it.")


def superseded_sources(draft):
    for place in _cited(draft, ReferenceStatus.SUPERSEDED):
        yield place, _("Newer work has replaced this source. Cite that, or say why this one still holds.")


def without_source(draft):
    cites = any(isinstance(plugin, Citation) for plugin in draft.plugins)
    if isinstance(draft.content, NEEDS_SOURCE) and not cites:
        yield _("The whole text"), _("Cite the source that it rests on: place “Citation” in the text.")


def paragraphs_without_citation(draft):
    if isinstance(draft.content, ClinicRiskArticleContent):
        for paragraph in draft.root.xpath(_UNCITED):
            yield draft.place_of(paragraph), _("If it makes a claim, cite the source: place “Citation” in the text.")


def without_key_points(draft):
    """Who is tired learns first what matters: on the page of a record, and on a page that makes claims."""
    is_subject = isinstance(draft.content, AddressedContent) or (
        isinstance(draft.content, PageContent) and any(isinstance(plugin, Citation) for plugin in draft.plugins)
    )
    if is_subject and not draft.root.xpath(_IN_SHORT):
        yield _("In short"), _("Say first what a reader should remember: two to five short points, one a line.")


PUBLICATION_RULES = [
    Rule("retracted-source", Level.BLOCK, gettext_lazy("A source was retracted"), retracted_sources),
    Rule("no-source", Level.BLOCK, gettext_lazy("Nothing says where this comes from"), without_source),
    Rule("superseded-source", Level.WAIVE, gettext_lazy("A source is superseded"), superseded_sources),
    Rule("no-key-points", Level.WAIVE, gettext_lazy("The key points are missing"), without_key_points),
    Rule("uncited-paragraph", Level.NOTE, gettext_lazy("A paragraph cites no source"), paragraphs_without_citation),
]

from django import template

from stemcells.choices import DisclaimerPlace
from stemcells.citations import citations_of
from stemcells.models import DisclaimerContent
from stemcells.rendering import render_prose, shown_contents

register = template.Library()
register.simple_tag(render_prose, takes_context=True, name="prose")


@register.inclusion_tag("stemcells/sources.html", takes_context=True)
def sources(context):
    """The numbered list of the sources that this page has cited so far; nothing when it cites none.

    Put it after the content area: the citations number themselves while that renders.
    """
    references = []
    for number, reference, times in citations_of(context["request"]):
        reference.number = number
        reference.places = range(1, times + 1)
        references.append(reference)
    return {"references": references}


@register.simple_tag(takes_context=True)
def cited_works(context):
    """The sources that this page has cited, in schema.org's words: a list of dicts."""
    works = []
    for _number, reference, _times in citations_of(context["request"]) if "request" in context else ():
        is_article = bool(reference.doi or reference.pubmed_id)
        work = {"@type": "ScholarlyArticle" if is_article else "CreativeWork", "name": reference.title}
        works.append(work | {"url": reference.address, "datePublished": str(reference.year)})
    return works


@register.inclusion_tag("stemcells/links_disclaimer.html", takes_context=True)
def links_disclaimer(context):
    """The disclaimers that show by themselves where a content area of the page so far links off-site; else nothing.

    Put it after the last area. One that an editor has placed on the page is not shown twice.
    """
    request = context["request"]
    shown = shown_contents(request, DisclaimerContent) if getattr(request, "links_off_site", ()) else {}
    placed = getattr(request, "placed_disclaimers", ())
    by_themselves = [
        disclaimer
        for key, disclaimer in shown.items()
        if disclaimer.shown == DisclaimerPlace.OFF_SITE_PAGES and key not in placed
    ]
    return {"disclaimers": by_themselves}

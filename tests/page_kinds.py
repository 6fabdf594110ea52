"""Every kind of page that a reader can meet, by name."""

from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client, RequestFactory

from mscoe_portal import errors
from mscoe_portal.loading import loading
from mscoe_portal.search.index import rebuild
from stemcells.models import CellType, ClinicRiskArticle, Recommendation, Reference
from tests import site
from tests.factories import add_plugin, add_text, make_page, page_content

PATHS = {
    "home": "/",
    "topic": "/stem-cell-therapy/",
    "list": "/stem-cell-therapy/cell-types/",
    "record": "/stem-cell-therapy/cell-types/hesc/",
    "articles": "/stem-cell-therapy/clinic-risks/",
    "article": "/stem-cell-therapy/clinic-risks/for-profit-clinics/",
    "research": "/stem-cell-therapy/research/",
    "recommendation": "/stem-cell-therapy/recommendation/",
    "disclaimers": "/disclaimers/",
    "accessibility": "/accessibility/",
    "site map": "/site-map/",
    "search": "/search/",
    "search, results": "/search/?q=stem",
    "search, nothing found": "/search/?q=xyzzy",
    "search, in crisis": "/search/?q=suicide",
    "not found": "/nothing/",
    "untranslated": "/es/stem-cell-therapy/",
    "untranslated record": "/es/stem-cell-therapy/cell-types/hesc/",
    "not found, untranslated": "/es/nothing/",
    "with all that an editor can place": "/everything/",
    "server error": "/server-error/",
    "server error, plain": "/server-error-plain/",
    "bad request": "/bad-request/",
    "forbidden": "/forbidden/",
}
# Parts of a page that are fetched when a reader asks for them.
PARTS = ["/comfort-panel/", "/es/comfort-panel/"]
STATUS = {
    "not found": 404,
    "not found, untranslated": 404,
    "server error": 500,
    "server error, plain": 500,
    "bad request": 400,
    "forbidden": 403,
}


def answers():
    """Load the first content, and a page that holds all that an editor can place; return {kind: response}."""
    site.load()
    make_page_with_everything()
    rebuild()
    errors.write_server_error_page()
    failed = {"server error": errors.server_error(None)}
    settings.SERVER_ERROR_PAGE.unlink()
    failed |= {
        "server error, plain": errors.server_error(None),
        "bad request": errors.bad_request(None),
        "forbidden": errors.permission_denied(RequestFactory().get("/")),
    }
    client = Client()
    return {kind: failed.get(kind) or client.get(path) for kind, path in PATHS.items()}


def kind_at(url):
    """The kind of page at `url`, or None."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return next((kind for kind, there in PATHS.items() if there == path), None)


def make_page_with_everything():
    """A topic page with rich text of every kind and with every plugin, sources that are out of date included."""
    page = make_page("Everything", slug="everything", in_navigation=False)
    placeholder = page_content(page).get_placeholders().get(slot="content")

    def place(plugin_type, **values):
        add_plugin(placeholder, plugin_type, "en", **values)

    add_text(page, "<ul><li>First point</li><li>Second point</li></ul>", slot="in_short")
    add_text(
        page,
        """<h2>Text</h2><p>A <strong>strong</strong> word, an <em>important</em> one, a <cite>title</cite>,
        H<sub>2</sub>O, an <abbr title="multiple sclerosis">MS</abbr>, <span lang="fr">une phrase</span>,
        <a href="/about/">a link</a>,
        <a href="https://www.nih.gov/">one that leaves</a>, <a href="tel:988">a call</a>.</p>
        <blockquote><p>A quotation.</p></blockquote>
        <ol start="3"><li>Three<ul><li>One below</li></ul></li><li>Four</li></ol>
        <h3>A part</h3><h4>A part of the part</h4><p>Line one<br>line two</p>
        <table><caption>A table</caption><thead><tr><th scope="col">Year</th><th scope="col">Clinics</th></tr></thead>
        <tbody><tr><th scope="row">2016</th><td>570</td></tr></tbody></table>""",
    )
    for status in ("current", "superseded", "retracted"):
        text = add_text(page, "<p>A claim</p>")
        reference = Reference.objects.create(
            key=status, title=f"A {status} study", authors="Author A", year=2016, status=status, pubmed_id="12345"
        )
        citation = add_plugin(placeholder, "CitationPlugin", "en", target=text, reference=reference)
        text.body = f'<p>A claim.<cms-plugin id="{citation.pk}"></cms-plugin></p>'
        with loading():
            text.save()
    for urgency in ("note", "important", "warning"):
        place("CalloutPlugin", urgency=urgency, text="Do not miss this.")
    add_text(page, "<h2>Records</h2>")
    place("CellTypeListPlugin", layout="table")
    place("CellTypeListPlugin", layout="cards")
    place("CellTypeCardPlugin", cell_type=CellType.objects.first())
    for extent in ("summary", "whole"):
        place("ClinicRiskTeaserPlugin", article=ClinicRiskArticle.objects.get(), extent=extent)
    place("RecommendationCalloutPlugin", recommendation=Recommendation.objects.get())
    place("DisclaimerNotePlugin")
    paths = add_plugin(placeholder, "PathsPlugin", "en")
    place("PathPlugin", target=paths, name="A way on", note="Where it leads.", address="/about/")

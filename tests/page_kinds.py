"""Every kind of page that a reader can meet, by name."""

from urllib.parse import urlsplit

from cms.api import create_page_content
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from mscoe_portal import errors
from mscoe_portal.loading import loading
from mscoe_portal.review import sharing
from mscoe_portal.search.index import rebuild
from stemcells.models import CellType, CellTypeContent, ClinicRiskArticle, Recommendation, Reference
from tests import site
from tests.factories import (
    add_plugin,
    add_text,
    make_cell_type,
    make_clinician,
    make_page,
    make_recommendation,
    make_user,
    page_content,
    publish,
    sign,
)
from tests.review.people import make_author, version_of

# As long as words are in German, and an address of 200 characters
LONG_WORD = "Hämatopoesestammzelltransplantationsnachsorge"
LONG_ADDRESS = "https://www.example.org/".ljust(200, "a")

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
    "search, last page of results": "/search/?q=stem&page=2",
    "search, misspelled": "/search/?q=stemm",
    "search, too long": f"/search/?q={'xyzzy' * 41}",
    "not found": "/nothing/",
    "untranslated": "/es/stem-cell-therapy/",
    "untranslated record": "/es/stem-cell-therapy/cell-types/hesc/",
    "not found, untranslated": "/es/nothing/",
    "with all that an editor can place": "/everything/",
    "reviewed": "/reviewed/",
    "overdue": "/overdue/",
    "translated": "/es/en-dos-idiomas/",
    "shared draft": "/shared-draft/",
    "shared draft, what changed": "/shared-changes/",
    "shared draft, ended": "/shared-draft-ended/",
    "server error": "/server-error/",
    "server error, plain": "/server-error-plain/",
    "bad request": "/bad-request/",
    "forbidden": "/forbidden/",
    "form sent too late": "/form-sent-too-late/",
    "with long words": "/long-words/",
}
# Parts of a page that are fetched when a reader asks for them.
PARTS = ["/comfort-panel/", "/es/comfort-panel/", "/listen/", "/es/listen/"]
# These must not need the database: they have no menu, no notice and no quick links.
PLAIN = ["server error, plain", "bad request", "forbidden", "form sent too late"]
STATUS = {
    "not found": 404,
    "not found, untranslated": 404,
    "server error": 500,
    "server error, plain": 500,
    "bad request": 400,
    "forbidden": 403,
    "form sent too late": 403,
    "shared draft, ended": 404,
}


def answers():
    """Load the first content, and pages in every state that content can have; return {kind: response}."""
    site.load()
    make_page_with_everything()
    make_pages_by_review()
    make_translated_page()
    rebuild()
    errors.write_server_error_page()
    made = {"server error": errors.server_error(None)}
    settings.SERVER_ERROR_PAGE.unlink()
    made |= {
        "server error, plain": errors.server_error(None),
        "bad request": errors.bad_request(None),
        "forbidden": errors.permission_denied(RequestFactory().get("/")),
        "form sent too late": errors.csrf_failure(RequestFactory().post("/")),
    }
    client = Client()
    shared = share_a_draft()
    for kind, path in PATHS.items():
        if kind == "with long words":  # the last: from then on every page has them in its menu
            make_page_with_long_words()
        if kind not in made:
            made[kind] = client.get(shared.get(kind, path))
    return made


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
        """<h2>Rich text</h2><p>A <strong>strong</strong> word, an <em>important</em> one, a <cite>title</cite>,
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
    add_text(page, "<h2>All records</h2>")
    place("CellTypeListPlugin", layout="table")
    place("CellTypeListPlugin", layout="cards")
    add_text(page, "<h2>One of each</h2>")
    place("CellTypeCardPlugin", cell_type=CellType.objects.first())
    for extent in ("summary", "whole"):
        place("ClinicRiskTeaserPlugin", article=ClinicRiskArticle.objects.get(), extent=extent)
    place("RecommendationCalloutPlugin", recommendation=Recommendation.objects.get())
    place("DisclaimerNotePlugin")
    paths = add_plugin(placeholder, "PathsPlugin", "en")
    place("PathPlugin", target=paths, name="A way on", note="Where it leads.", address="/about/")


def make_pages_by_review():
    """A page that a clinician has signed, and one whose review has lapsed since. The others were never reviewed."""
    clinician = make_clinician("Ana Ruiz", "MD, neurologist")
    for state, days_ago in {"reviewed": 1, "overdue": 800}.items():
        page = make_page(f"Words that are {state}", slug=state, in_navigation=False)
        add_text(page, "<h2>First part</h2><p>Words.</p><h2>Second part</h2><p>More words.</p>")
        sign(page_content(page), clinician, days_ago=days_ago)


def make_translated_page():
    """A page in two languages: each leads to the other."""
    page = make_page("In two languages", slug="in-two-languages", in_navigation=False)
    user = make_user()
    publish(create_page_content("es", "En dos idiomas", page, created_by=user, slug="en-dos-idiomas"), user)
    add_text(page, "<h2>Una parte</h2><p>Palabras.</p>", language="es")


def share_a_draft():
    """Share a draft of what is public, and withdraw another link to it; return {kind of page: path}."""
    author = make_author()
    draft = version_of(CellTypeContent.objects.get(slug="hesc")).copy(author).content
    draft.concern = "A new concern."
    draft.save()
    version = version_of(draft)
    secret, ended = (sharing.share(version, author, days=7) for _link in range(2))
    sharing.end_sharing(version.share_links.latest("pk"), author)
    return {
        "shared draft": reverse("shared-draft", args=[secret]),
        "shared draft, what changed": reverse("shared-changes", args=[secret]),
        "shared draft, ended": reverse("shared-draft", args=[ended]),
    }


def make_page_with_long_words():
    """A page with a word and an address that are longer than a phone is wide, wherever an editor can write them."""
    option = make_page(f"{LONG_WORD} 1", slug="long-option")
    page = make_page(f"{LONG_WORD} 2", slug="long-words", parent=option, overwrite_url="long-words")
    link = f'<a href="{LONG_ADDRESS}">{LONG_ADDRESS}</a>'
    add_text(page, f"<ul><li>{LONG_WORD}</li></ul>", slot="in_short")
    add_text(
        page,
        f"""<h2>{LONG_WORD} 3</h2><p>{LONG_WORD} {link}</p><h3>{LONG_WORD} 4</h3><ol><li>{LONG_WORD} {link}</li></ol>
        <table><caption>{LONG_WORD}</caption>
        <thead><tr><th scope="col">{LONG_WORD}</th><th scope="col">{LONG_WORD}</th></tr></thead>
        <tbody><tr><th scope="row">{LONG_WORD}</th><td>{link}</td></tr></tbody></table><h2>{LONG_WORD} 5</h2>""",
    )
    placeholder = page_content(page).get_placeholders().get(slot="content")
    long_record = make_cell_type(
        slug="long",
        short_name=LONG_WORD[:12],
        plural=LONG_WORD,
        summary=LONG_WORD,
        makes_or_does=LONG_WORD,
        concern=LONG_WORD,
    )
    add_plugin(placeholder, "CellTypeListPlugin", layout="table")
    add_plugin(placeholder, "CellTypeCardPlugin", cell_type=long_record.cell_type)
    add_plugin(placeholder, "CalloutPlugin", urgency="warning", text=f"{LONG_WORD} {LONG_ADDRESS}")
    position = make_recommendation(title=LONG_WORD, statement=LONG_WORD)
    add_plugin(placeholder, "RecommendationCalloutPlugin", recommendation=position.recommendation)
    paths = add_plugin(placeholder, "PathsPlugin")
    add_plugin(placeholder, "PathPlugin", target=paths, name=LONG_WORD, note=LONG_WORD, address="/about/")

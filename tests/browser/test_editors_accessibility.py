"""Every page that an editor meets, in each of its states: nothing for axe-core to find, nothing that scrolls sideways.

Nor does it with spaced text (WCAG 1.4.12), which cuts nothing off.
Nor does it break the Content-Security-Policy or ask another host.

What packages leave is in docs/accessibility-findings.yaml, and nothing else may be found. A finding that is gone must
be taken out there.
"""

import re
from importlib.metadata import version
from threading import Lock
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import expect

from tests import editor_pages
from tests.browser.axe import BRING_AXE, RUN, RUN_ON_NEW_LOOKS
from tests.browser.server import HOST, SITE
from tests.browser.test_layout import ADD_STYLE, BROKEN, SPACING
from tests.editor_contents import make_contents
from tests.editor_pages import MENU, PAGES, Page

pytestmark = [
    pytest.mark.django_db,
    # djangocms-versioning's filter of languages; a warning to nobody else.
    pytest.mark.filterwarnings("ignore:get_language_tuple called without"),
]

# Each page is looked at in these; in COLORS only at what colors decide, where they are new.
VIEWS = [(1280, "light"), (1280, "dark"), (320, "dark"), (320, "light")]
COLORS = [(1280, "dark"), (320, "light")]
KNOWN = yaml.safe_load((settings.BASE_DIR / "docs" / "accessibility-findings.yaml").read_text())
# With the number of the row of KNOWN that tells of it, or -1.
IN_WORDS = """({id, target, html, failureSummary}) => {
    const element = document.querySelector(target.flat().at(0));
    const row = known.findIndex(({rule, where}) => rule === id && element.closest(where));
    return [row, id, target.join(" "), html.slice(0, 200), failureSummary];
}"""
SIGN_IN = "/login/"
DIRECTIVE = re.compile(r"Content Security Policy directive:? ['\"]([\w-]+)")
# What the policy refuses to packages: nothing that an editor needs. Here, too, nothing more may be found, nor less.
REFUSED = {
    # Handlers of the buttons for a page's languages, to which a script of the CMS gives the same once more
    "page’s settings": {"script-src-attr"},
    "page’s settings, with mistakes": {"script-src-attr"},
    # A small window for a new folder, which opens as a page; and rules that nothing else needs
    "pictures and files, folder": {"script-src-attr", "style-src"},
    "pictures and files, to choose": {"script-src-attr", "style-src"},
    # The focus on the only field
    "new folder": {"script-src", "style-src"},
    # A pattern behind a picture, and the logo of the CMS
    "picture": {"img-src"},
    "not found": {"img-src"},
}
STATUS = {
    "sign in, locked out": 429,
    "cell type, saved meanwhile": 409,
    "cell type, not saved": 409,
    "submit, refused": 409,
    "approve, changed meanwhile": 409,
    "share, refused": 409,
    "forbidden": 403,
    "not found": 404,
}
SHORT_WORD = 13  # letters; it is divided where somebody has left it no room
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Names that packages end with an ellipsis: they stand whole where these lead.
SHORTENED = ".cms-modal-title, .cms-dragitem-text, .select2-selection__rendered"
# What more is cut off once the text is spaced: tag, class, by how many pixels of width and height.
CUT_OFF_BY = f"""(css) => {{
    const cut = (part) => {{
        const {{overflowX, overflowY}} = getComputedStyle(part), hides = ["hidden", "clip"];
        return [hides.includes(overflowX) && part.scrollWidth - part.clientWidth,
            hides.includes(overflowY) && part.scrollHeight - part.clientHeight];
    }};
    // What is one pixel wide is for screen readers alone; a field for text scrolls by its cursor.
    const parts = [...document.body.querySelectorAll("*")]
        .filter((part) => part.clientWidth > 1 && part.checkVisibility({{visibilityProperty: true}}))
        .filter((part) => !part.matches("[type=text], {SHORTENED}"));
    const before = parts.map(cut);
    ({ADD_STYLE})(css);
    return parts.map((part) => [part.tagName, part.className, ...cut(part)])
        .filter(([, , x, y], number) => x > Math.max(before[number][0], 1) || y > Math.max(before[number][1], 1));
}}"""
# Until the page has not changed for 300 milliseconds.
QUIET = """() => new Promise((done) => {
    let timer;
    const begin = () => { clearTimeout(timer); timer = setTimeout(done, 300); };
    new MutationObserver(begin).observe(document, {childList: true, subtree: true});
    begin();
})"""


# The CMS's toolbar moves what has no room into a menu when the window's size changes: in the next frame.
TOOLBAR_ARRANGED = """() => document.querySelector(".cms-toolbar-item") && new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done()));
})"""


@pytest.fixture(scope="module")
def there(site):
    """What `make_contents` made, for all tests of this module: they only look at it."""
    return make_contents()


class Window:
    """A browser window that shows each `editor_pages.Page`: Django’s test client is the browser’s server.

    It notes by which directives of the policy the browser refused something (`refused`), and which other hosts it asked
    (`hosts`).
    """

    def __init__(self, page, people):
        self.page, self.refused, self.hosts = page, set(), set()
        page.on("console", self.note_message)
        page.on("request", self.note_request)
        self.clients = {"": Client()} | {name: Client() for name in people}
        for name, user in people.items():
            self.clients[name].force_login(user)
        # What the page asks for is answered in another thread, from the test's own transaction, one at a time.
        self.connection, self.turn, self.client = connections[DEFAULT_DB_ALIAS], Lock(), None

    def note_message(self, message):
        self.refused |= set(DIRECTIVE.findall(message.text))

    def note_request(self, request):
        self.hosts |= {urlsplit(request.url).netloc} - {HOST, ""}

    def show(self, wanted):
        """Open the page; returns the browser’s."""
        self.refused.clear()
        self.hosts.clear()
        with self.turn:
            self.client = self.clients[wanted.person]
            self.response, self.path = editor_pages.answer(wanted, self.client), wanted.path
            while self.response.status_code == 302:
                self.path = self.response.headers["Location"]
                self.response = self.client.get(self.path)
        assert SIGN_IN in wanted.path or SIGN_IN not in self.path
        self.page.goto(self.path)
        for opens in wanted.opens:
            self.part(opens).click()
        if wanted.opens:
            self.page.mouse.move(0, 0)  # what it points at has a hint, which comes and goes
            self.page.evaluate(QUIET)
        if wanted.waits_for:
            self.part(wanted.waits_for).wait_for()
        # The CMS's, of the package, fades out a moment after all is there.
        expect(self.page.locator("#cms-loading-bar")).to_have_count(0)
        assert wanted.shows in self.page.inner_text("body")
        return self.page

    def part(self, selector):
        """The first part of the page that `selector` selects: "frame >> part", in a frame."""
        *frames, selector = selector.split(" >> ")
        place = self.page
        for frame in frames:
            place = place.frame_locator(frame)
        return place.locator(selector).first

    def answer(self, path):
        with self.turn:
            if not self.client:
                return None
            connections[DEFAULT_DB_ALIAS] = self.connection
            response = self.response if path == self.path else self.client.get(path)
            body = b"".join(response) if response.streaming else response.content
            return response.status_code, dict(response.headers), body

    def rest(self):
        """Answer nothing until the next page is shown."""
        with self.turn:
            self.client = None


@pytest.fixture(scope="module")
def only_window(browser, there, page_server):
    context = browser.new_context(base_url=SITE, reduced_motion="reduce")
    window = Window(context.new_page(), there.people)
    page_server.answer = window.answer
    window.connection.inc_thread_sharing()
    yield window
    window.connection.dec_thread_sharing()
    page_server.silent()
    context.close()


@pytest.fixture
def window(only_window):
    yield only_window
    only_window.rest()


def set_view(page, width, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    size = {"width": width, "height": 900}
    if page.viewport_size != size:
        page.set_viewport_size(size)
        page.evaluate(TOOLBAR_ARRANGED)


@pytest.mark.filterwarnings("ignore:get_(language_list|fallback_languages) called")  # djangocms-link’s list
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_but_what_is_written_down_and_nothing_scrolls_sideways(window, there, axe_script, name):
    known = [row for row in KNOWN if name in row["pages"]]
    # As narrow as it gets: the text editor gives a menu its place once, when it opens.
    set_view(window.page, *VIEWS[-1])
    page = window.show(PAGES[name](there))
    assert window.response.status_code == STATUS.get(name, 200)
    # Before axe, which looks at style sheets by means that the policy refuses.
    assert (window.refused, window.hosts) == (REFUSED.get(name, set()), set())
    for frame in page.frames:
        frame.evaluate(BRING_AXE)
    found = []
    for view in VIEWS:
        set_view(page, *view)
        run = RUN_ON_NEW_LOOKS if view in COLORS else RUN
        found += [(view, *one) for one in page.evaluate(f"async (known) => (await ({run})([])).map({IN_WORDS})", known)]
        if view[0] == 320:
            assert page.evaluate(TOO_WIDE) <= 0
            assert [word for word in page.evaluate(BROKEN) if len(word) <= SHORT_WORD] == []
    assert [frame.evaluate(CUT_OFF_BY, SPACING) for frame in page.frames] == [[] for _frame in page.frames]
    if name == "text, menu of the toolbar":
        for _closed_and_open in range(2):  # it takes its place once, when it opens
            window.part(MENU).click()
    assert [frame.evaluate(TOO_WIDE) for frame in page.frames if frame.evaluate(TOO_WIDE) > 0] == []
    assert [one for one in found if one[1] < 0] == []
    seen = {row for _view, row, *_rest in found}
    assert [row for number, row in enumerate(known) if number not in seen] == [], "is gone: take it out of the file"


def test_the_names_in_the_tree_of_pages_can_be_read_on_a_telephone(window, there):
    set_view(window.page, 390, "light")
    page = window.show(PAGES["pages and menu"](there))
    column = page.locator(".jstree-grid-midwrapper > .jstree-grid-column-0").bounding_box()
    assert column["width"] >= 200


def test_a_broken_policy_and_another_host_would_be_noticed(window, monkeypatch):
    broken = HttpResponse(
        '<!doctype html><p style="color: red"><img src="https://elsewhere.example/">',
        headers={"Content-Security-Policy": "style-src 'none'"},
    )
    monkeypatch.setattr(editor_pages, "answer", lambda page, client: broken)
    window.show(Page("/"))
    assert window.refused == {"style-src"}
    assert window.hosts == {"elsewhere.example"}


def test_what_is_written_down_names_pages_that_there_are_and_the_version_that_it_was_found_in():
    for row in KNOWN:
        assert set(row["pages"]) <= PAGES.keys(), row
        assert version(row["package"]) == row["version"], f"look at it anew: {row}"

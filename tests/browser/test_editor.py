"""The path of an editor in a real browser: from signing in to what readers see, and back; and the forms on the way."""

import pytest
from playwright.sync_api import expect

from tests import site
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Hematopoietic stem cells"
PUBLIC_PAGE = "/stem-cell-therapy/cell-types/hsc/"
CONCERN = "May cause a test to be written."


@pytest.fixture
def portal(live_server):
    """Address of the site with its first content, an author and a reviewer."""
    site.load()
    make_user("author", groups=["Authors"])
    make_user("reviewer", groups=["Clinical reviewers"])
    return live_server.url


@pytest.fixture
def person(browser, portal):
    """A function that gives the browser page of a person, signed in where the person has a name."""
    complaints, contexts = [], []

    def open_browser(name=None, **options):
        context = browser.new_context(base_url=portal, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            page.goto("/admin/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill("password")
            page.get_by_role("button", name="Log in").click()
            expect(page.get_by_role("heading", name="What you can edit")).to_be_visible()
        page.complaints = complaints
        return page

    yield open_browser
    for context in contexts:
        context.close()


def open_record(page):
    page.goto("/admin/")
    page.get_by_role("link", name="Cell types", exact=True).click()
    page.get_by_role("link", name=TITLE, exact=True).click()


def go_to_desk(page):
    """To the first page, where a script tells what the rules find in a draft."""
    page.goto("/admin/")
    expect(page.locator("[data-rules-of] p").first).to_be_visible()


def press(page, step):
    """Press the button of a step in the bar above a page's preview."""
    page.locator(".cms-toolbar").get_by_role("link", name=step).click()


def submit_from_preview(author):
    """Ask every reviewer, as an author does who has looked at the draft."""
    press(author, "Submit for review")
    author.get_by_label("Note to the reviewer").fill("Only the concern.")
    author.get_by_role("button", name="Submit for review").click()
    expect(author.locator(".cms-toolbar").get_by_role("link", name="Waiting for review")).to_be_visible()


def approve_and_publish_from_desk(reviewer):
    """Approve the draft and publish it as a reviewer does, who finds it on the desk: read it first."""
    reviewer.goto("/admin/")
    expect(reviewer.get_by_text("Only the concern.")).to_be_visible()
    reviewer.get_by_role("link", name="Waiting for your review (1)").click()
    waiting = reviewer.locator("section", has=reviewer.locator("#desk-waiting"))
    waiting.get_by_role("link", name=TITLE, exact=True).click()
    press(reviewer, "Approve")
    reviewer.get_by_role("button", name="Approve").click()
    press(reviewer, "Publish")
    reviewer.wait_for_url(f"**{PUBLIC_PAGE}*")


def concern_of(reader):
    """What the public page says of the concern."""
    reader.goto(PUBLIC_PAGE)
    expect(reader.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return CONCERN in reader.inner_text("main")


@pytest.mark.postgres  # not the others here: what axe and the policy say of a page is the same on every database
def test_an_edit_becomes_public_once_a_reviewer_has_approved_it_and_can_be_taken_back(person):
    author, reviewer, reader = person("author"), person("reviewer"), person()

    open_record(author)
    author.get_by_role("button", name="New draft").click()
    author.get_by_label("Concern").fill(CONCERN)
    author.get_by_role("button", name="Save and preview").click()
    expect(author.get_by_text(CONCERN)).to_be_visible()
    expect(author.locator(".cms-toolbar").get_by_role("link", name="Publish")).to_have_count(0)
    submit_from_preview(author)
    assert not concern_of(reader)

    approve_and_publish_from_desk(reviewer)
    expect(reviewer.get_by_text(CONCERN)).to_be_visible()
    assert concern_of(reader)

    open_record(author)
    author.get_by_role("link", name="Versions").click()
    author.get_by_role("row", name="1 Unpublished").get_by_role("link", name="Revert to this").click()
    author.get_by_role("button", name="Revert", exact=True).click()
    author.get_by_role("row", name="3 Draft").get_by_role("link", name="Preview 3").click()
    submit_from_preview(author)
    assert concern_of(reader)

    approve_and_publish_from_desk(reviewer)
    assert not concern_of(reader)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_editors_own_pages_are_accessible_and_keep_the_policy(person, axe_script, width):
    author = person("author", viewport={"width": width, "height": 900})
    open_record(author)
    record = author.url
    visit = [
        ("Select cell type", lambda: author.goto("/admin/stemcells/celltype/")),
        (f"Cell type: {TITLE} (published)", lambda: author.goto(record)),
        (f"Change cell type: {TITLE} (draft)", lambda: author.get_by_role("button", name="New draft").click()),
        (f"Submit for review: {TITLE}", lambda: author.get_by_role("button", name="Submit for review").click()),
        (f"Change cell type: {TITLE} (draft)", lambda: author.get_by_role("button", name="Submit for review").click()),
        (f"Review: {TITLE}", lambda: author.get_by_role("link", name="History").click()),
        (f"Versions of {TITLE}", lambda: author.get_by_role("link", name="Versions", exact=True).click()),
        ("Your desk", lambda: go_to_desk(author)),
        ("Never reviewed", author.get_by_role("link", name=": Never reviewed").click),
        ("Add cell type", lambda: author.goto("/admin/stemcells/celltype/add/")),
        ("Add cell type", lambda: author.get_by_role("button", name="Save", exact=True).click()),
        ("Add source", lambda: author.goto("/admin/stemcells/reference/add/")),
    ]
    assert_accessible(author, visit, axe_script)


def test_the_reviewers_own_pages_are_accessible_and_keep_the_policy(person, axe_script):
    reviewer = person("reviewer", viewport={"width": 320, "height": 900})

    def link(name):
        return reviewer.get_by_role("link", name=name).first

    visit = [
        ("What was done", lambda: reviewer.goto("/admin/review/auditentry/")),
        ("What was done", link("published").click),
        ("Your name, as readers see it", lambda: reviewer.goto("/admin/review/clinician/")),
        ("Your name, as readers see it", lambda: reviewer.get_by_role("button", name="Save", exact=True).click()),
        (f"Cell type: {TITLE} (published)", lambda: open_record(reviewer)),
        (f"Change the review plan: {TITLE}", link("Change the review plan").click),
    ]
    assert_accessible(reviewer, visit, axe_script)


def assert_accessible(page, visit, axe_script):
    """Go where `visit` leads, pairs of a page's heading and how to go there: axe finds nothing, nothing is too wide."""
    found = {}
    for heading, go in visit:
        go()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        # Before axe, which reads style sheets by means that the policy refuses.
        assert [text for text in page.complaints if "Content Security Policy" in text] == []
        page.evaluate(axe_script)
        violations = page.evaluate("axe.run().then(result => result.violations)")
        if violations:
            found[heading] = [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in violations]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{heading} scrolls sideways"
        page.complaints.clear()
    assert found == {}

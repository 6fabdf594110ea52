"""The path of an editor in a real browser: from signing in to what readers see, and back."""

import pytest
from cms.toolbar.utils import get_object_preview_url
from playwright.sync_api import expect

from mscoe_portal.review import workflow
from stemcells.models import CellTypeContent
from tests.factories import make_cell_type, make_page
from tests.review.people import approve, make_author, make_reviewer, version_of

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Test stem cells"
PUBLIC_PAGE = "/types/test/"
OLD, NEW = "May cause a test to be read.", "May cause a test to be written."


@pytest.fixture
def portal(live_server):
    """Address of a site with a public cell type, an author and a reviewer."""
    make_page("Home", home=True)
    make_page("Types", slug="types", apphook="CellTypesApphook")
    make_cell_type(slug="test", plural=TITLE, concern=OLD)
    make_author("author")
    make_reviewer("reviewer")
    return live_server.url


@pytest.fixture
def person(browser, portal):
    """A function that gives the browser page of a person, signed in where the person has a name.

    Nobody's browser may refuse anything, or find a mistake in a script.
    """
    complaints, contexts = [], []

    def open_browser(name=None):
        context = browser.new_context(base_url=portal)
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
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def open_record(page):
    page.goto("/admin/")
    page.get_by_role("link", name="Cell types", exact=True).click()
    page.get_by_role("link", name=TITLE, exact=True).click()


def press(page, step):
    """Press the button of a step in the bar above a page's preview."""
    page.locator(".cms-toolbar").get_by_role("link", name=step).click()


def words_of(reader):
    """What the public page says."""
    reader.goto(PUBLIC_PAGE)
    expect(reader.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return reader.inner_text("main")


@pytest.mark.postgres
def test_an_edit_becomes_public_once_a_reviewer_has_approved_it_and_can_be_taken_back(person):
    author, reviewer, reader = person("author"), person("reviewer"), person()

    open_record(author)
    author.get_by_role("button", name="New draft").click()
    author.get_by_label("Concern").fill(NEW)
    author.get_by_role("button", name="Save and preview").click()
    expect(author.get_by_text(NEW)).to_be_visible()
    expect(author.locator(".cms-toolbar").get_by_role("link", name="Publish")).to_have_count(0)
    press(author, "Submit for review")
    author.get_by_label("Note to the reviewer").fill("Only the concern.")
    author.get_by_role("button", name="Submit for review").click()
    expect(author.locator(".cms-toolbar").get_by_role("link", name="Waiting for review")).to_be_visible()
    assert OLD in words_of(reader)

    reviewer.goto("/admin/")
    expect(reviewer.get_by_text("Only the concern.")).to_be_visible()
    reviewer.get_by_role("link", name="Waiting for your review (1)").click()
    waiting = reviewer.locator("section", has=reviewer.locator("#desk-waiting"))
    waiting.get_by_role("link", name=TITLE, exact=True).click()
    press(reviewer, "Approve")
    reviewer.get_by_role("button", name="Approve").click()
    press(reviewer, "Publish")
    reviewer.wait_for_url(f"**{PUBLIC_PAGE}*")
    expect(reviewer.get_by_text(NEW)).to_be_visible()
    assert NEW in words_of(reader)

    open_record(author)
    author.get_by_role("link", name="Versions").click()
    author.get_by_role("row", name="1 No longer public").get_by_role("link", name="Revert to this").click()
    author.get_by_role("button", name="Revert", exact=True).click()
    author.get_by_role("row", name="3 Draft").get_by_role("link", name="Preview 3").click()
    expect(author.get_by_text(OLD)).to_be_visible()
    assert NEW in words_of(reader)

    # As above, by the same functions that the buttons call.
    draft = version_of(CellTypeContent.admin_manager.latest("pk"))
    workflow.publish(approve(draft), make_reviewer())
    assert OLD in words_of(reader)


def test_what_is_to_mend_in_a_draft_is_shown_for_this_draft_alone(person):
    draft, other = (get_object_preview_url(make_cell_type(published=False)) for _number in range(2))
    author = person("author")
    author.goto(draft)
    press(author, "to mend")
    author.wait_for_url("**/review/version/*/")
    author.goto(other)
    expect(author.locator(".cms-toolbar").get_by_role("link", name="to mend")).to_be_visible()
    assert author.frames == [author.main_frame]


def test_the_name_of_a_page_in_the_tree_leads_to_the_page_and_no_frame_opens_from_there(person):
    author = person("author")
    author.goto("/admin/cms/pagecontent/")
    author.get_by_role("treeitem", name="Types").locator("> a").click()
    author.wait_for_url("**/preview/**")
    press(author, "Version #1 (Published)")
    press(author, "Manage Versions...")
    author.wait_for_url("**/pagecontentversion/**")

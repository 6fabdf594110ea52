"""The work of editors by keys alone: each stop has a focus that can be seen, and an act leaves it where it belongs."""

import re

import pytest
from cms.models import PageContent
from cms.toolbar.utils import get_object_edit_url
from django.conf import settings
from django.db import transaction
from django.templatetags.static import static
from django.test import Client
from playwright.sync_api import expect

from mscoe_portal.review import workflow
from stemcells.models import CellTypeContent
from tests.factories import (
    add_text,
    make_cell_type,
    make_page,
    make_page_with_words,
    make_reference,
    make_user,
    page_content,
)
from tests.review.people import version_of

pytestmark = [pytest.mark.django_db(transaction=True)]

# What has the focus: its name, and whether a line of 2 pixels or more is drawn around it.
FOCUSED = """() => {
    let element = document.activeElement, frame = "";
    while (element?.contentDocument) element = element.contentDocument.activeElement;
    const labels = [...(element.labels ?? [])].map((label) => label.textContent);
    const name = element.ariaLabel || labels.join(" ") || element.textContent.trim() || element.value || element.title;
    if (element.matches("body")) return ["", true]; // past the page's last stop: the browser's own bar
    const {outlineStyle, outlineWidth} = element.ownerDocument.defaultView.getComputedStyle(element);
    return [name.replace(/\\s+/g, " ").trim(), outlineStyle !== "none" && parseFloat(outlineWidth) >= 2];
}"""
MOST_STOPS = 150


class Keyboard:
    """A person's browser of which only the keys are used."""

    def __init__(self, page):
        self.page, self.unseen = page, []

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    @property
    def focused(self):
        return self.page.evaluate(FOCUSED)[0]

    def tab_to(self, name, *, key="Tab"):
        """Press `key` until what has the focus is called `name`, or begins with it; note what stops are not seen."""
        passed = []
        for _stop in range(MOST_STOPS):
            self.press(key)
            here, is_seen = self.page.evaluate(FOCUSED)
            if not is_seen:
                self.unseen.append((self.page.url, here))
            if here == name or here.startswith((f"{name} ", f"{name}:")):
                return
            passed.append(here)
        raise AssertionError(f"“{name}” is not reached: {passed}")

    def skip_to_main(self):
        """By the first link of the page, past its head and its menu."""
        self.press("Tab")
        assert self.focused == "Skip to main content"
        self.press("Enter")

    def choose(self, name):
        """Go to `name` and press it; another page comes."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.press("Enter")


@pytest.fixture(scope="module")
def tab(browser, live_server):
    """One for all tests: in each of its own the browser would fetch and compile every style sheet and script anew."""
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def keyboard(tab, live_server):
    """A function that gives the keyboard of a person, signed in, at an address."""

    def sit_down(user, address):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        tab.goto(address)
        return Keyboard(tab)

    yield sit_down
    # A file of the site asks the server for nothing more while the database is emptied.
    tab.goto(static("img/icon.svg"))
    tab.evaluate("localStorage.clear(), sessionStorage.clear()")
    tab.context.clear_cookies()


@transaction.atomic
def make_home_page():
    make_page("Home", home=True)


def expect_message(keyboard, words):
    """The message is on the page, and has the focus."""
    message = keyboard.page.get_by_role("group", name="Message")
    expect(message).to_contain_text(words)
    expect(message).to_be_focused()


def test_a_mistake_is_told_first_and_its_link_leads_to_the_field(keyboard):
    author = keyboard(make_user("author", groups=["Authors"]), "/admin/stemcells/celltype/add/")
    author.choose("Save")
    assert author.page.title().startswith("Error: ")
    expect(author.page.get_by_role("group", name="There is a problem")).to_be_focused()
    author.tab_to("Short name: This field is required.")
    author.press("Enter")
    field = author.page.get_by_label("Short name")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("The usual abbreviation, such as HSC. This field is required.")


def test_a_cell_type_is_written_and_submitted_with_the_keyboard_alone(keyboard):
    make_home_page()
    author = keyboard(make_user("author", groups=["Authors"]), "/admin/stemcells/celltype/")
    author.skip_to_main()
    author.choose("Add cell type")
    expect(author.page.get_by_label("Short name")).to_be_focused()
    author.type("TSC")
    texts = {"Full name": "Test stem cell", "Plural": "Test stem cells", "Summary": "Words."}
    for name, text in (texts | {"Origin": "Adult", "What they make or do": "Tests"}).items():
        author.tab_to(name)
        author.type(text)
    author.choose("Save")
    expect_message(author, "was added successfully")

    author.page.goto("/admin/")
    author.skip_to_main()
    author.choose("Test stem cells")
    author.choose("Submit for review")
    author.skip_to_main()
    author.tab_to("Note to the reviewer")
    author.type("All is new.")
    author.choose("Submit for review")
    expect(author.page.get_by_role("status").filter(has_text="Submitted for review.")).to_have_count(1)
    assert author.unseen == []


def test_what_is_public_is_changed_and_previewed_with_the_keyboard_alone(keyboard):
    make_home_page()
    make_page("Types", slug="types", apphook="CellTypesApphook")
    content = make_cell_type(concern="Old words.")
    address = f"/admin/stemcells/celltype/{content.cell_type_id}/change/?language=en"
    author = keyboard(make_user("author", groups=["Authors"]), address)
    author.skip_to_main()
    author.choose("New draft")
    author.skip_to_main()
    author.tab_to("Concern")
    author.press("Control+a")
    author.type("New words.")
    author.choose("Save and preview")
    expect(author.page.get_by_role("main")).to_contain_text("New words.")
    assert author.unseen == []


def test_a_draft_is_read_approved_published_and_withdrawn_with_the_keyboard_alone(keyboard):
    make_home_page()
    author = make_user("author", groups=["Authors"])
    content = make_cell_type(user=author, published=False, plural="Test stem cells")
    workflow.submit(version_of(content), author)
    reviewer = keyboard(make_user("reviewer", groups=["Clinical reviewers"]), "/admin/")
    reviewer.skip_to_main()
    reviewer.choose("What changed: Test stem cells")
    expect(reviewer.page.get_by_role("heading", level=1)).to_contain_text("Test stem cells")
    # Back at /admin/#content-start, where the skip link led: the first stop is at the page's top or in its main part,
    # as Chromium brings the scroll position back before it goes to the fragment or after.
    reviewer.page.go_back()
    reviewer.choose("Test stem cells")
    reviewer.choose("Approve")
    reviewer.skip_to_main()
    reviewer.choose("Approve")
    reviewer.choose("Publish")
    assert CellTypeContent.objects.filter(pk=content.pk).exists()

    reviewer.page.goto(f"/admin/stemcells/celltype/{content.cell_type_id}/change/?language=en")
    reviewer.skip_to_main()
    reviewer.choose("Withdraw")
    reviewer.skip_to_main()
    reviewer.choose("Withdraw")
    expect(reviewer.page.get_by_role("group", name="There is a problem")).to_be_focused()
    reviewer.tab_to("Reason: This field is required.")
    reviewer.press("Enter")
    reviewer.type("It was a test.")
    reviewer.choose("Withdraw")
    expect_message(reviewer, "Withdrawn.")
    assert not CellTypeContent.objects.filter(pk=content.pk).exists()
    assert reviewer.unseen == []


def test_a_page_is_made_changed_and_submitted_with_the_keyboard_alone(keyboard):
    make_home_page()
    author = keyboard(make_user("author", groups=["Authors"]), "/admin/cms/pagecontent/?language=en")
    author.page.get_by_role("treeitem", name="Home").wait_for()
    author.skip_to_main()
    author.choose("New Page")
    expect(author.page.get_by_label("Title (required)")).to_be_focused()
    author.type("A new page")
    author.choose("Save")
    expect_message(author, "was added successfully")

    author.page.get_by_role("treeitem", name="A new page").wait_for()
    author.choose("Page settings: A new page")
    author.tab_to("Page title")
    author.type("All about it")
    author.choose("Save")
    expect_message(author, "was changed successfully")

    with transaction.atomic():
        add_text(PageContent.admin_manager.get(title="A new page").page, "<p>What it is about.</p>")
    author.page.goto("/admin/")
    author.skip_to_main()
    author.choose("A new page")
    author.choose("Submit for review")
    author.skip_to_main()
    author.choose("Submit for review")
    expect(author.page.get_by_role("status").filter(has_text="Submitted for review.")).to_have_count(1)
    assert author.unseen == []


def test_a_draft_is_returned_with_comments_with_the_keyboard_alone(keyboard):
    author = make_user("author", groups=["Authors"])
    content = page_content(make_page_with_words("A new page", user=author, published=False))
    workflow.submit(version_of(content), author)
    reviewer = keyboard(make_user("reviewer", groups=["Clinical reviewers"]), "/admin/")
    reviewer.skip_to_main()
    reviewer.choose("A new page")
    reviewer.choose("Return with comments")
    reviewer.skip_to_main()
    reviewer.choose("Return with comments")
    expect(reviewer.page.get_by_role("group", name="There is a problem")).to_be_focused()
    reviewer.tab_to("What should the author change?: This field is required.")
    reviewer.press("Enter")
    reviewer.type("Say it in plain words.")
    reviewer.choose("Return with comments")
    expect(reviewer.page.get_by_role("status").filter(has_text="Returned to its author.")).to_have_count(1)
    assert reviewer.unseen == []


def test_a_source_is_cited_in_a_text_with_the_keyboard_alone(keyboard):
    author = make_user("author", groups=["Authors"])
    source = make_reference(title="On stem cells")
    content = page_content(make_page(user=author, published=False))
    text = add_text(content.page, "<p>A claim</p>")
    hand = keyboard(author, get_object_edit_url(content))
    hand.tab_to("Parts of the page")
    hand.press("Enter")
    hand.tab_to("Change: Text A claim")
    hand.press("Enter")
    frame = hand.page.frame_locator(".cms-modal-frame iframe")
    editor = frame.get_by_role("textbox", name="Text")
    editor.wait_for()
    hand.tab_to("Text")
    hand.press("End", "Alt+F10")
    hand.press("Escape")
    expect(editor).to_be_focused()
    hand.press("Alt+F10", "ArrowLeft", "Enter")
    expect(frame.get_by_role("button", name="Citation", exact=True)).to_be_focused()
    hand.press("Enter")
    dialog = hand.page.frame_locator("dialog.cms-dialog iframe")
    source_field = dialog.get_by_role("combobox", name="Source")
    expect(source_field).to_be_focused()
    hand.press("Enter")
    hand.type("stem")
    choice = dialog.get_by_role("option").filter(has_text="On stem cells")
    expect(choice).to_have_attribute("id", re.compile("."))
    search = dialog.get_by_role("searchbox", name="Source")
    expect(search).to_have_attribute("aria-activedescendant", choice.get_attribute("id"))
    hand.press("Enter")
    hand.tab_to("Save")
    hand.press("Enter")
    expect(frame.locator("cms-plugin")).to_be_visible()
    hand.press("Control+Enter")
    expect(hand.page.locator(".cms-modal-frame iframe")).to_have_count(0)
    text.refresh_from_db()
    (citation,) = text.placeholder.get_plugins().filter(plugin_type="CitationPlugin")
    assert re.search(rf'<cms-plugin [^>]*id="{citation.pk}"', text.body)
    assert citation.get_bound_plugin().reference == source
    assert hand.unseen == []


def test_alt_and_f10_lead_out_of_a_table_in_a_text(keyboard):
    author = make_user("author", groups=["Authors"])
    text = add_text(
        make_page(user=author, published=False),
        "<table><tbody><tr><td><p>One</p></td><td><p>Two</p></td></tr></tbody></table><p>End</p>",
    )
    hand = keyboard(author, f"/admin/cms/placeholder/edit-plugin/{text.pk}/?cms_path=/")
    editor = hand.page.get_by_role("textbox", name="Text")
    # It has the focus by itself, in the first cell; in a table Tab goes on to the next.
    expect(editor).to_be_focused()
    hand.tab_to("Text")
    assert hand.page.evaluate("getSelection().anchorNode.textContent") == "Two"
    toolbar = hand.page.get_by_role("toolbar", name="Formatting")
    hand.press("Alt+F10")
    expect(toolbar.locator(":focus")).to_have_count(1)
    hand.press("Shift+Tab")
    expect(toolbar.locator(":focus")).to_have_count(0)
    expect(editor).not_to_be_focused()
    assert hand.unseen == []


def test_the_buttons_below_a_text_in_a_window_of_its_own_are_of_one_height(keyboard):
    author = make_user("author", groups=["Authors"])
    text = add_text(make_page(user=author, published=False), "<p>Words</p>")
    hand = keyboard(author, f"/admin/cms/placeholder/edit-plugin/{text.pk}/?cms_path=/")
    buttons = (hand.page.get_by_role("button", name="Save"), hand.page.get_by_role("link", name="Delete"))
    tops_and_heights = {(box["y"], box["height"]) for box in (button.bounding_box() for button in buttons)}
    assert len(tops_and_heights) == 1


def test_a_menu_opened_with_the_mouse_closes_when_the_text_is_left(keyboard):
    author = make_user("author", groups=["Authors"])
    text = add_text(make_page(user=author, published=False), "<p>Words</p>")
    hand = keyboard(author, f"/admin/cms/placeholder/edit-plugin/{text.pk}/?cms_path=/")
    editor = hand.page.get_by_role("textbox", name="Text")
    editor.click()
    opener = hand.page.get_by_role("button", name="Put in")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(editor).to_be_focused()
    hand.press("Tab")
    expect(editor).not_to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(hand.page.get_by_role("button", name="Citation", exact=True)).to_be_hidden()


@pytest.mark.filterwarnings("ignore:get_(language_list|fallback_languages) called")  # djangocms-link’s list
def test_words_become_a_link_to_an_address_with_the_keyboard_alone(keyboard):
    author = make_user("author", groups=["Authors"])
    text = add_text(make_page(user=author, published=False), "<p>Words</p>")
    hand = keyboard(author, f"/admin/cms/placeholder/edit-plugin/{text.pk}/?cms_path=/")
    editor = hand.page.get_by_role("textbox", name="Text")
    editor.wait_for()
    hand.tab_to("Text")
    hand.press("Control+a", "Alt+F10")
    hand.tab_to("Link")
    hand.press("Enter")
    expect(hand.page.get_by_placeholder("URL or search").last).to_be_focused()
    hand.type("/about/")
    hand.press("Enter")
    expect(editor.locator("a[href='/about/']")).to_have_text("Words")
    assert hand.unseen == []


def menu_of(hand, page):
    return hand.page.locator(f"[aria-label='Options: {page}']")


def open_menu_of(hand, page):
    """Open the menu of `page` in the tree of pages, by keys, and wait for what it offers."""
    if not menu_of(hand, page).evaluate("opener => opener === document.activeElement"):
        hand.tab_to(f"Options: {page}")
    hand.press("Enter")
    expect(menu_of(hand, page)).to_have_attribute("aria-expanded", "true")
    expect(hand.page.locator(".cms-pagetree-dropdown-menu-open .js-cms-pagetree-dropdown-loader")).to_have_count(0)
    expect(menu_of(hand, page)).to_be_focused()


def test_a_page_is_moved_below_another_with_the_keyboard_alone(keyboard):
    make_home_page()
    make_page("A first page")
    moved, parent = make_page("A page"), make_page("Its parent")
    hand = keyboard(make_user("reviewer", groups=["Clinical reviewers"]), "/admin/cms/pagecontent/?language=en")
    hand.page.get_by_role("treeitem", name="A page").wait_for()
    open_menu_of(hand, "A page")
    hand.press("Escape")
    expect(menu_of(hand, "A page")).to_have_attribute("aria-expanded", "false")
    open_menu_of(hand, "A page")
    hand.tab_to("Cut: A page")
    hand.press("Enter")
    open_menu_of(hand, "Its parent")
    hand.tab_to("Paste: Its parent")
    with hand.page.expect_response(re.compile("/move-page/")) as answer:
        hand.press("Enter")
    assert answer.value.ok
    moved.refresh_from_db()
    assert moved.parent_id == parent.pk
    assert hand.unseen == []


def test_the_legend_of_the_tree_of_pages_opens_by_a_key(keyboard):
    make_home_page()
    hand = keyboard(make_user("author", groups=["Authors"]), "/admin/cms/pagecontent/?language=en")
    hand.page.get_by_role("treeitem", name="Home").wait_for()
    hand.tab_to("Legend")
    hand.press("Enter")
    expect(hand.page.get_by_role("button", name="Legend")).to_have_attribute("aria-expanded", "true")
    assert hand.unseen == []


def test_a_part_of_a_page_is_moved_to_its_end_with_the_keyboard_alone(keyboard):
    author = make_user("author", groups=["Authors"])
    content = page_content(make_page(user=author, published=False))
    placeholder, _placeholder = (add_text(content.page, f"<p>{words}</p>").placeholder for words in ("First", "Second"))
    hand = keyboard(author, get_object_edit_url(content))
    hand.tab_to("Parts of the page")
    hand.press("Enter")
    hand.tab_to("Cut, copy, delete: Text First")
    hand.press("Enter")
    hand.tab_to("Cut")
    with hand.page.expect_response(re.compile("/move-plugin/")):
        hand.press("Enter")
    hand.tab_to("Cut, copy, delete: Text Expand all")
    hand.press("Enter")
    hand.tab_to("Paste")
    with hand.page.expect_response(re.compile("/move-plugin/")):
        hand.press("Enter")
    assert [plugin.get_bound_plugin().body for plugin in placeholder.get_plugins()] == ["<p>Second</p>", "<p>First</p>"]


def test_no_letter_or_sign_alone_is_a_command_while_a_page_is_edited(keyboard):
    """WCAG 2.1.4."""
    author = make_user("author", groups=["Authors"])
    hand = keyboard(author, get_object_edit_url(page_content(make_page(user=author, published=False))))
    hand.tab_to("Parts of the page")
    hand.press("?", "f", "t", "f", "p")
    assert hand.focused == "Parts of the page"
    expect(hand.page.locator(".cms-modal-open")).to_have_count(0)

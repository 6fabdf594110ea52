"""Editing, from the first word of a draft to its withdrawal.

A record is written, previewed and changed, a source is cited, a mistake is mended; a draft goes to review, is compared,
returned or approved, published and withdrawn. So does a page.
"""

from types import SimpleNamespace

import pytest
from cms.toolbar.utils import get_object_edit_url
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from mscoe_portal.review import workflow
from tests.editor_pages import record
from tests.factories import (
    add_text,
    make_disclaimer,
    make_page,
    make_page_with_words,
    make_reference,
    make_user,
    page_content,
)
from tests.review.people import version_of
from tests.screen_reader.orca import LOADING

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def drafts(session, django_db_blocker):
    """Addresses of drafts in the server's database, of which one waits for review; a reviewer is signed in."""
    with django_db_blocker.unblock():
        reviewer, author = make_user("reviewer", groups=["Clinical reviewers"]), make_user(groups=["Authors"])
        begun, finished, waiting = (
            make_disclaimer(user=user, published=False, title=title, text="These words are a test.")
            for user, title in ((reviewer, "About a change"), (reviewer, "About a draft"), (author, "About a review"))
        )
        mistaken = make_disclaimer(
            user=author, published=False, title="About a mistake", text="These words are a test."
        )
        changed = make_page_with_words("About a change of pages", user=author, published=False, in_navigation=False)
        public = page_content(changed)
        for content in (waiting, mistaken, public):
            workflow.submit(version_of(content), author)
        make_reference(authors="Doe J", title="A trial of words")
        page = page_content(make_page("About a page", user=reviewer, published=False, in_navigation=False))
        add_text(page.page, "<p>A claim</p>")
        addresses = SimpleNamespace(
            begun=record(begun),
            finished=f"/admin/review/version/{version_of(finished).pk}/",
            waiting=f"/admin/review/version/{version_of(waiting).pk}/",
            mistaken=f"/admin/review/version/{version_of(mistaken).pk}/",
            text=get_object_edit_url(page),
            settings=f"/admin/cms/pagecontent/{page.pk}/change/",
            page=f"/admin/review/version/{version_of(page).pk}/",
            waiting_page=f"/admin/review/version/{version_of(public).pk}/",
        )
    session.open("/admin/")
    session.press("Tab", says="Password password text.")
    session.press("shift+Tab", says="Username entry required.")
    session.write("reviewer")
    session.press("Tab", says="Password password text.")
    session.write("password")
    session.press("Enter", says="Finished loading Your desk")
    yield addresses
    with django_db_blocker.unblock():
        Session.objects.all().delete()


@pytest.fixture(autouse=True)
def no_transaction(drafts):
    """End the test's own: in its time SQLite would let nobody else write."""
    transaction.set_rollback(True)
    connection.close()


def open_with_choice(orca, address):
    """Of a page with a choice Orca sometimes says that instead of its beginning, as if it had the focus."""
    orca.open(address)
    orca.press("Tab", says="Skip to main content", varies=True)


def test_a_record_is_written_and_its_preview_is_read(orca):
    orca.open("/admin/stemcells/disclaimer/", says="Select disclaimer to change")
    orca.press("1", says="Select disclaimer to change heading level 1.")
    orca.press("Tab", says="Add disclaimer link.")
    orca.press("Enter", says=LOADING)
    orca.press("Tab", says="Kind (required) combo box.")
    orca.press("shift+Tab", says=("Title entry required.", "The heading above the text."))
    orca.write("About Orca")
    orca.press("Tab", says="Kind (required) combo box.")
    orca.press("o", says="Other.")
    orca.press("Tab", says=("Text entry required.", "Plain text."))
    orca.write("It was heard.")
    orca.press("Tab", says="Where it shows (required) combo box. Only where an editor places it.")
    orca.press("Tab", says="Save push button.")
    orca.press("Tab", says="Save and continue editing push button.")
    orca.press("Tab", says="Save and preview push button.")
    orca.press("Enter", says=("Finished loading About Orca", "Page has", "Skip to main content"))
    orca.press("1", says="About Orca heading level 1.")
    orca.press("2", says="As it is shown on pages heading level 2.")
    orca.press("Down", says="It was heard.")


def test_a_draft_is_changed_and_saved(orca, drafts):
    orca.open(drafts.begun)
    orca.press("1", says="Change disclaimer: About a change (draft) heading level 1.", varies=True)
    orca.press("e", says="Title entry About a change required.")
    orca.command("a", says="Focus mode")
    orca.press("End", says="blank")
    orca.write(", made")
    orca.press("Tab", says="Kind (required) combo box. Other.")
    orca.press("Tab", says="Text entry")
    orca.press("Tab", says="Where it shows (required) combo box.")
    orca.press("Tab", says="Save push button.")
    orca.press("Enter", says=("Message panel.", "About a change, made"))


def test_a_source_is_cited_in_a_text_from_its_toolbar(orca, drafts):
    orca.open(drafts.text, says="About a page")
    orca.press("m", says=("Editing", "Parts of the page link."))
    orca.press("m", says="Attention A T users.")
    orca.press("shift+Tab", says="SUBMIT FOR REVIEW link.")
    orca.press("shift+Tab", says="Not submitted for review link.")
    orca.press("shift+Tab", says="Parts of the page link.")
    orca.press("Enter", says="About a page")
    orca.press("b", says="Change between light and dark push button.")
    orca.press("b", says="Add a part to: Introduction")
    orca.press("b", says="Cut, copy, delete: Introduction")
    orca.press("b", says="Add a part to: Text")
    orca.press("b", says="Cut, copy, delete: Text")
    orca.press("b", says="Change: Text A claim push button.")
    # The package makes the field, with the focus, a moment before it has its name, "Text".
    orca.press("Enter", says="entry.", varies=True)
    orca.press("alt+F10", says="Formatting tool bar Paragraph push button.")
    orca.press("Left", says="Put in collapsed push button.")
    orca.press("Enter", says="Citation push button.")
    orca.press("Enter", says="Text entry.", varies=True)
    orca.wait_for_focus(".select2-selection")
    # Where the focus leaves a frame, or comes into one, Orca says it on some machines only.
    orca.press("Tab", says=(), varies=True)
    orca.press("shift+Tab", says="Source (required) combo box.", varies=True)
    orca.press("Enter", says="expanded", varies=True)
    orca.write("trial of words", says="Doe J (2016). A trial of words.", varies=True)
    orca.press("Enter", says="Source (required) combo box", varies=True)
    # Of two links the address comes a moment later, and with it their role.
    orca.press("Tab", says="Change selected source", varies=True)
    orca.press("Tab", says="Add another source link.")
    orca.press("Tab", says="View selected source", varies=True)
    orca.press("Tab", says=(), varies=True)
    orca.press("Tab", says="Cancel link.", varies=True)
    orca.press("shift+Tab", says="SAVE link.")
    orca.press("Enter", says="Text entry.", varies=True)
    orca.press("ctrl+Enter", says=())
    orca.wait_without(".cms-modal-frame iframe")
    orca.open(drafts.text, says="About a page")
    orca.press("2", says="In short heading level 2.")
    orca.press("k", says="Source 1] link.")


def test_a_mistake_is_told_first_and_its_link_leads_to_the_field(orca):
    orca.open("/admin/stemcells/celltype/", says="Select cell type to change")
    orca.press("1", says="Select cell type to change heading level 1.")
    orca.press("Tab", says="Add cell type link.")
    orca.press("Enter", says=LOADING)
    orca.press("Tab", says="Full name entry required.")
    orca.press("Enter", says="There is a problem panel.")
    orca.press("Tab", says="Short name: This field is required. link.")
    orca.press("Tab", says="Full name: This field is required. link.")
    orca.press("Enter", says=("Full name entry required. invalid entry.", "This field is required."))


def test_a_draft_is_submitted_with_a_note(orca, drafts):
    open_with_choice(orca, f"{drafts.finished}submit/")
    orca.press("1", says="Submit for review: About a draft heading level 1.")
    orca.press("Tab", says="Reviewer combo box. Every clinical reviewer.")
    orca.press("Tab", says="Note to the reviewer entry. Such as: what you changed, and why.")
    orca.write("All is new")
    orca.press("Tab", says="Submit for review push button.")
    orca.press("Enter", says="Message panel. Submitted for review.")


def test_what_changed_is_told_in_words(orca, drafts):
    orca.open(drafts.waiting, says="Review: About a review")
    orca.press("1", says="Review: About a review heading level 1.")
    orca.press("Tab", says="Approve link.")
    orca.press("Tab", says="Return with comments link.")
    orca.press("Tab", says="Preview link.")
    orca.press("Tab", says="What changed link.")
    orca.press("Enter", says="Finished loading What changed: About a review")
    orca.press("1", says="What changed: About a review heading level 1.")
    orca.press("Down", says="Approve link. Return with comments link.")
    orca.press("Down", says="None of it has been public before, so all of it is new.")
    orca.press("2", says="Facts and settings heading level 2.")
    orca.press("Down", says="Kind")
    orca.press("Down", says="[added: Other. ]")


def test_a_draft_is_approved_published_and_withdrawn(orca, drafts):
    orca.open(f"{drafts.waiting}approve/", says="Approve: About a review")
    orca.press("1", says="Approve: About a review heading level 1.")
    orca.press("Tab", says="Comment entry.")
    orca.press("Tab", says="Approve push button.")
    orca.press("Enter", says="Message panel. Approved.")
    orca.open(f"{drafts.waiting}publish/", says="Publish: About a review")
    orca.press("1", says="Publish: About a review heading level 1.")
    orca.press("Tab", says="Publish push button.")
    orca.press("Enter", says="Message panel. Published.")
    orca.open(f"{drafts.waiting}withdraw/", says="Withdraw: About a review")
    orca.press("1", says="Withdraw: About a review heading level 1.")
    orca.press("Tab", says="Disclaimers link.")
    orca.press("Tab", says=("Reason entry required.", "Shows in the history, not to readers."))
    orca.write("It was a test")
    orca.press("Tab", says="Withdraw it all the same, although these lose by it: Disclaimers.")
    orca.press("Space", says="checked")
    orca.press("Tab", says="Withdraw push button.")
    orca.press("Enter", says="Message panel. Withdrawn.")


def test_a_draft_is_returned_with_comments(orca, drafts):
    orca.open(f"{drafts.mistaken}return/", says="Return with comments: About a mistake")
    orca.press("1", says="Return with comments: About a mistake heading level 1.")
    orca.press("Tab", says="What should the author change? entry required.")
    orca.write("Say it in plain words")
    orca.press("Tab", says="Return with comments push button.")
    orca.press("Enter", says="Message panel. Returned to its author.")


def test_a_page_is_made_changed_and_submitted(orca, drafts):
    orca.open("/admin/cms/pagecontent/add/?language=en")
    orca.press("Tab", says="Address entry required.", varies=True)
    orca.press("shift+Tab", says="Title entry")
    orca.write("About a new page")
    orca.press("Enter", says=("Message panel.", "About a new page (en)", "was added successfully."), varies=True)
    open_with_choice(orca, drafts.settings)
    orca.press("1", says="Change page", varies=True)
    orca.press("e", says="Title entry About a page required.")
    orca.command("a", says="Focus mode")
    orca.press("End", says="blank")
    orca.write(" of words")
    orca.press("Tab", says="Address entry")
    orca.command("a", says="Browse mode")
    orca.press("b", says="More about the address toggle button collapsed.")
    orca.press("b", says="Save push button.")
    orca.press("Enter", says=("Message panel.", "About a page of words (en)", "was changed successfully."), varies=True)
    open_with_choice(orca, f"{drafts.page}submit/")
    orca.press("1", says="Submit for review: About a page of words heading level 1.")
    orca.press("b", says="Submit for review push button.")
    orca.press("Enter", says="Message panel. Submitted for review.")


def test_a_page_is_approved_published_and_withdrawn(orca, drafts):
    for act, done in (("Approve", "Approved"), ("Publish", "Published")):
        orca.open(f"{drafts.waiting_page}{act.lower()}/", says=f"{act}: About a change of pages")
        orca.press("1", says=f"{act}: About a change of pages heading level 1.")
        orca.press("b", says=f"{act} push button.")
        orca.press("Enter", says=f"Message panel. {done}.")
    orca.open(f"{drafts.waiting_page}withdraw/", says="Withdraw: About a change of pages")
    orca.press("1", says="Withdraw: About a change of pages heading level 1.")
    orca.press("Tab", says=("Reason entry required.", "Shows in the history, not to readers."))
    orca.write("It was a test")
    orca.press("Tab", says="Withdraw push button.")
    orca.press("Enter", says="Message panel. Withdrawn.")

"""Editing: a mistake in a form, a draft on its way to review, its approval, publication and withdrawal."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from mscoe_portal.review import workflow
from tests.factories import make_disclaimer, make_user
from tests.review.people import version_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def drafts(session, django_db_blocker):
    """The ids of two drafts in the server's database, of which one waits for review; a reviewer is signed in."""
    with django_db_blocker.unblock():
        reviewer, author = make_user("reviewer", groups=["Clinical reviewers"]), make_user(groups=["Authors"])
        finished, waiting = (
            version_of(make_disclaimer(user=user, published=False, title=title, text="<p>These words are a test.</p>"))
            for user, title in ((reviewer, "About a draft"), (author, "About a review"))
        )
        workflow.submit(waiting, author)
    session.open("/admin/", focus="Username entry required.")
    session.write("reviewer")
    session.press("Tab", says="Password password text.")
    session.write("password")
    session.press("Enter", says="Finished loading Your desk")
    yield finished.pk, waiting.pk
    with django_db_blocker.unblock():
        Session.objects.all().delete()


@pytest.fixture(autouse=True)
def no_transaction(drafts):
    """End the test's own: in its time SQLite would let nobody else write."""
    transaction.set_rollback(True)
    connection.close()


def test_a_mistake_is_told_first_and_its_link_leads_to_the_field(orca):
    orca.open("/admin/stemcells/celltype/", says="Select cell type to change")
    orca.press("1", says="Select cell type to change heading level 1.")
    orca.press("Tab", says="Add cell type link.")
    orca.press("Enter", says="Short name (required) entry required.")
    orca.press("Enter", says="There is a problem panel.")
    orca.press("Tab", says="Short name: This field is required. link.")
    orca.press("Tab", says="Full name: This field is required. link.")
    orca.press("Enter", says=("Full name (required) entry required. invalid entry.", "This field is required."))


def test_a_draft_is_submitted_with_a_note(orca, drafts):
    orca.open(f"/admin/review/version/{drafts[0]}/submit/", says="Submit for review: About a draft")
    orca.press("1", says="Submit for review: About a draft heading level 1.")
    orca.press("Tab", says="Reviewer combo box. Every clinical reviewer.")
    orca.press("Tab", says="Note to the reviewer entry. Such as: what you changed, and why.")
    orca.write("All is new")
    orca.press("Tab", says="Submit for review push button.")
    orca.press("Enter", says="Message panel. Submitted for review.")


def test_what_changed_is_told_in_words(orca, drafts):
    orca.open(f"/admin/review/version/{drafts[1]}/", says="Review: About a review")
    orca.press("1", says="Review: About a review heading level 1.")
    orca.press("Tab", says="Approve link.")
    orca.press("Tab", says="Return with comments link.")
    orca.press("Tab", says="Preview link.")
    orca.press("Tab", says="What changed link.")
    orca.press("Enter", says="Finished loading What changed: About a review")
    orca.press("1", says="What changed: About a review heading level 1.")
    orca.press("Down", says="None of it has been public before, so all of it is new.")
    orca.press("2", says="Facts and settings heading level 2.")
    orca.press("Down", says="Language")
    orca.press("Down", says="[added: English. ]")


def test_a_draft_is_approved_published_and_withdrawn(orca, drafts):
    orca.open(f"/admin/review/version/{drafts[1]}/approve/", says="Approve: About a review")
    orca.press("1", says="Approve: About a review heading level 1.")
    orca.press("Tab", says="Comment entry.")
    orca.press("Tab", says="Approve push button.")
    orca.press("Enter", says="Message panel. Approved.")
    orca.open(f"/admin/review/version/{drafts[1]}/publish/", says="Publish: About a review")
    orca.press("1", says="Publish: About a review heading level 1.")
    orca.press("Tab", says="Publish push button.")
    orca.press("Enter", says="Message panel. Published.")
    orca.open(f"/admin/review/version/{drafts[1]}/withdraw/", says="Withdraw: About a review")
    orca.press("1", says="Withdraw: About a review heading level 1.")
    orca.press("Tab", says="Disclaimers link.")
    orca.press("Tab", says="Reason (required) entry required. Shows in the history, not to readers.")
    orca.write("It was a test")
    orca.press("Tab", says="Withdraw it all the same, although these lose by it: Disclaimers.")
    orca.press("Space", says="checked")
    orca.press("Tab", says="Withdraw push button.")
    orca.press("Enter", says="Message panel. Withdrawn.")

import pytest
from django.contrib.auth import get_user_model
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal.review import workflow
from mscoe_portal.review.choices import Act
from mscoe_portal.review.gate import NotApprovedError
from mscoe_portal.review.models import AuditEntry
from tests.factories import make_cell_type, make_page, make_user, page_content
from tests.review.people import make_author, make_reviewer

pytestmark = pytest.mark.django_db


def make_draft(author):
    return Version.objects.get_for_content(make_cell_type(user=author, published=False))


def approved(version, author, reviewer):
    workflow.submit(version, author)
    workflow.approve(version, reviewer)
    return version


@pytest.fixture
def author():
    return make_author()


def test_an_approved_draft_is_published(author):
    version, reviewer = make_draft(author), make_reviewer()
    approved(version, author, reviewer).publish(reviewer)
    assert Version.objects.get(pk=version.pk).state == PUBLISHED


def test_a_superuser_cannot_publish_what_is_not_approved(author):
    with pytest.raises(NotApprovedError):
        make_draft(author).publish(make_user(is_superuser=True))


def test_a_superuser_cannot_sign(author):
    version = make_draft(author)
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="Only a clinical reviewer can sign"):
        workflow.approve(version, make_user(is_superuser=True))


def test_nobody_approves_what_they_wrote():
    reviewer = make_reviewer()
    version = make_draft(reviewer)
    workflow.submit(version, reviewer)
    with pytest.raises(ConditionFailed, match="somebody else must approve it"):
        workflow.approve(version, reviewer)


def test_a_change_after_the_approval_makes_it_lapse(author):
    version, reviewer = make_draft(author), make_reviewer()
    approved(version, author, reviewer)
    version.content.concern = "Another concern."
    version.content.save()
    with pytest.raises(NotApprovedError, match="changed, or returned, after it was approved"):
        version.publish(reviewer)


def test_archiving_a_draft_and_reverting_to_it_does_not_hide_who_wrote_it():
    writer, other = make_reviewer(), make_author()
    version = make_draft(writer)
    version.archive(writer)
    copy = version.copy(other)
    workflow.submit(copy, other)
    with pytest.raises(ConditionFailed, match="somebody else must approve it"):
        workflow.approve(copy, writer)


def test_a_page_that_only_leads_elsewhere_is_approved_by_a_site_manager(author):
    page = make_page(user=author, published=False, redirect="https://www.va.gov/")
    version = Version.objects.get_for_content(page_content(page))
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="a site manager approves it"):
        workflow.approve(version, make_reviewer())
    workflow.approve(version, make_user(groups=["Site managers"]))


def test_each_step_is_written_down_with_who_did_it(author):
    version, reviewer = make_draft(author), make_reviewer()
    approved(version, author, reviewer).publish(reviewer)
    steps = AuditEntry.objects.filter(version_id=version.pk).order_by("pk").values_list("act", "user_id")
    assert list(steps) == [
        (Act.DRAFTED, author.pk),
        (Act.SUBMITTED, author.pk),
        (Act.APPROVED, reviewer.pk),
        (Act.PUBLISHED, reviewer.pk),
    ]


def test_first_content_is_marked_as_loaded_and_never_reviewed():
    version = Version.objects.get_for_content(make_cell_type())
    assert AuditEntry.objects.filter(version_id=version.pk, act=Act.LOADED).exists()
    assert not version.signatures.exists()


def test_withdrawing_needs_a_reason_and_no_approval(author):
    version = Version.objects.get_for_content(make_cell_type())
    version.copy(author)
    with pytest.raises(ConditionFailed, match="Say why"):
        workflow.withdraw(version, make_reviewer(), " ")
    workflow.withdraw(version, make_reviewer(), "It is wrong.")
    assert AuditEntry.objects.get(act=Act.WITHDRAWN).note == "It is wrong."


def test_what_is_public_can_be_signed_again_unchanged():
    version = Version.objects.get_for_content(make_cell_type(user=get_user_model().objects.create(username="loader")))
    workflow.sign_as_still_correct(version, make_reviewer())
    assert version.signatures.count() == 1

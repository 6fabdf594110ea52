"""Two people at the same draft at the same moment: no word is public that was not approved, and nobody sees a failure.

The first has done the act and its transaction is still open; the second begins. On SQLite there is one writer at a time
(`transaction_mode`), so these run on PostgreSQL alone.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from djangocms_text.models import Text
from djangocms_versioning.constants import DRAFT, OPERATION_PUBLISH, PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version
from djangocms_versioning.signals import pre_version_operation

from mscoe_portal.groups import set_up_groups
from mscoe_portal.permissions import RefusedError
from mscoe_portal.review import workflow
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import Signature
from mscoe_portal.review.permissions import approval_of, editors_of
from mscoe_portal.review.taking_over import take_over
from tests.factories import add_plugin, add_text, make_page, make_reference, page_content, publish
from tests.races import PATIENCE, let_run, race, run
from tests.review.people import make_author, make_reviewer, version_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_postgresql]

FAILURE = 500


class Case:
    """A submitted draft of a page with two texts, its author, two reviewers."""

    def __init__(self):
        set_up_groups()
        self.author, self.reviewer, self.other = make_author("author"), make_reviewer("ana"), make_reviewer("ben")
        self.page = make_page("As it was", user=self.author, published=False)
        add_text(self.page, "<ul><li>A point.</li></ul>", slot="in_short")
        self.first_text, self.text = add_text(self.page, "<p>One.</p>"), add_text(self.page, "<p>Two.</p>")
        self.version = version_of(page_content(self.page))
        workflow.submit(self.version, self.author)

    def now(self):
        return Version.objects.get(pk=self.version.pk)

    def words(self):
        texts = Text.objects.filter(placeholder=self.text.placeholder_id).order_by("position")
        return list(texts.values_list("body", flat=True))

    def approve(self, reviewer=None):
        return workflow.approve(self.now(), reviewer or self.reviewer)

    def publish(self):
        return self.now().publish(self.reviewer)

    def edit(self):
        text = Text.objects.get(pk=self.text.pk)
        text.body = "<p>Changed.</p>"
        with transaction.atomic():
            text.save()

    def client(self, user):
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    def publish_by_button(self, client):
        url = reverse("admin:djangocms_versioning_pagecontentversion_publish", args=[self.version.pk])
        return lambda: client.post(url)

    def move_by_request(self, client):
        url = reverse("admin:cms_placeholder_move_plugin") + "?cms_path=/"
        data = {"plugin_id": self.text.pk, "target_language": "en", "target_position": 1}
        return lambda: client.post(url, data)


@pytest.fixture
def case():
    return Case()


ORIGINAL, MOVED = ["<p>One.</p>", "<p>Two.</p>"], ["<p>Two.</p>", "<p>One.</p>"]


def test_an_approval_signs_the_edit_that_it_waited_for(case):
    _edited, signature = race(case.edit, case.approve)
    assert signature.digest == digest_of(case.now())
    assert case.words() == ["<p>One.</p>", "<p>Changed.</p>"]


def test_an_edit_after_the_approval_takes_the_approval_away(case):
    race(case.approve, case.edit)
    assert approval_of(case.now()) is None


def test_nothing_is_published_with_an_edit_that_was_not_approved(case):
    case.approve()
    response = race(case.edit, case.publish_by_button(case.client(case.reviewer)))[1]
    assert response.status_code < FAILURE
    assert case.now().state == DRAFT


def test_no_edit_comes_in_between_the_check_and_the_publish(case):
    case.approve()
    edits = []
    with ThreadPoolExecutor(1) as pool:

        def edit_meanwhile(operation, **kwargs):
            if operation == OPERATION_PUBLISH:
                edits.append(pool.submit(run, case.edit))
                let_run(edits[0])

        # The gate, connected earlier, has checked the draft by then.
        pre_version_operation.connect(edit_meanwhile)
        try:
            case.publish()
        finally:
            pre_version_operation.disconnect(edit_meanwhile)
        assert isinstance(edits[0].result(PATIENCE), RefusedError)
    assert case.words() == ORIGINAL


@pytest.mark.parametrize("way", ["form", "move"])
def test_an_edit_that_comes_after_the_publish_is_refused(case, way):
    case.approve()
    if way == "form":
        assert isinstance(race(case.publish, case.edit)[1], RefusedError)
    else:
        assert race(case.publish, case.move_by_request(case.client(case.author)))[1].status_code == 403
    assert case.now().state == PUBLISHED
    assert case.words() == ORIGINAL


def test_a_text_that_is_moved_before_the_publish_is_not_published(case):
    case.approve()
    move, push = case.move_by_request(case.client(case.author)), case.publish_by_button(case.client(case.reviewer))
    race(move, push)
    assert case.words() == MOVED
    assert case.now().state == DRAFT


def test_of_two_publishes_one_is_done(case):
    case.approve()
    response = race(case.publish, case.publish_by_button(case.client(case.other)))[1]
    assert response.status_code < FAILURE
    assert list(Version.objects.values_list("state", flat=True)) == [PUBLISHED]


def test_of_two_approvals_one_is_done(case):
    refusal = race(case.approve, lambda: case.approve(case.other))[1]
    assert isinstance(refusal, ConditionFailed)
    assert Signature.objects.count() == 1


def test_what_is_saved_after_the_draft_was_taken_over_is_refused(case):
    client = case.client(case.author)
    response = race(lambda: take_over(case.version, case.other), case.move_by_request(client))[1]
    assert response.status_code == 403
    assert case.words() == ORIGINAL
    assert case.now().locked_by == case.other


def test_what_is_saved_before_the_draft_is_taken_over_stays(case):
    race(case.edit, lambda: take_over(case.version, case.other))
    assert case.words() == ["<p>One.</p>", "<p>Changed.</p>"]
    assert editors_of(case.now()) == {case.author.pk, case.other.pk}


def test_of_two_new_drafts_one_is_made(case):
    publish(case.version.content)
    public, second = case.now(), make_author()
    refusal = race(lambda: workflow.take_draft(public, case.author), lambda: workflow.take_draft(public, second))[1]
    assert isinstance(refusal, ConditionFailed)
    assert list(Version.objects.filter(state=DRAFT).values_list("locked_by", flat=True)) == [case.author.pk]


def test_a_withdrawal_and_a_publish_of_the_next_draft_leave_one_state(case):
    case.approve()
    case.publish()
    public = case.now()
    draft = public.copy(case.author)
    workflow.submit(draft, case.author)
    workflow.approve(draft, case.reviewer)
    client = case.client(case.reviewer)
    url = reverse("admin:djangocms_versioning_pagecontentversion_publish", args=[draft.pk])
    response = race(lambda: workflow.withdraw(public, case.reviewer, "Wrong."), lambda: client.post(url))[1]
    assert response.status_code < FAILURE
    assert Version.objects.filter(state=PUBLISHED).count() <= 1


def test_a_source_that_is_changed_while_its_page_is_published_lapses_the_approval(case):
    source = make_reference(title="As it was signed")
    add_plugin(case.text.placeholder, "CitationPlugin", target=case.text, reference=source)
    case.approve()
    url = reverse("admin:stemcells_reference_change", args=[source.pk])
    client = case.client(case.author)
    values = client.get(url).context["adminform"].form
    values = {field.html_name: field.value() for field in values if field.value() is not None}
    refusal = race(lambda: client.post(url, values | {"title": "Changed"}), case.publish)[1]
    source.refresh_from_db()
    assert source.title == "Changed"
    assert isinstance(refusal, RefusedError)
    assert case.now().state == DRAFT


def test_a_source_is_not_changed_by_an_author_who_waited_for_the_publish(case):
    source = make_reference(title="As it was signed")
    add_plugin(case.text.placeholder, "CitationPlugin", target=case.text, reference=source)
    case.approve()
    url = reverse("admin:stemcells_reference_change", args=[source.pk])
    client = case.client(case.author)
    values = client.get(url).context["adminform"].form
    values = {field.html_name: field.value() for field in values if field.value() is not None}
    response = race(case.publish, lambda: client.post(url, values | {"title": "Changed"}))[1]
    source.refresh_from_db()
    assert (response.status_code, source.title) == (403, "As it was signed")
    assert case.now().state == PUBLISHED

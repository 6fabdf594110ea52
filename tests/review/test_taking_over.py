"""Taking over a colleague's draft: who may, and what becomes of the lock; and how the colleague hears of it."""

import re

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from cms.utils.urlutils import admin_reverse
from django.core import mail
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal import version_actions
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry, LockHolder, TakeOver
from mscoe_portal.review.taking_over import since_when_locked, take_over
from tests.factories import make_alias, make_cell_type, make_page, make_user, page_content, publish
from tests.review.people import make_author, make_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_user("author", groups=["Authors"], email="author@example.org")


@pytest.fixture
def reviewer():
    return make_user("reviewer", groups=["Clinical reviewers"], first_name="Ana", last_name="Ruiz")


@pytest.fixture
def version(author):
    return Version.objects.get_for_content(make_cell_type(user=author, published=False, plural="Locked cells"))


def holder(version):
    return Version.objects.get(pk=version.pk).locked_by


def unlock_url(version, back=""):
    name = version.versionable.version_model_proxy._meta.model_name
    return admin_reverse(f"djangocms_versioning_{name}_unlock", args=[version.pk]) + (f"?back={back}" if back else "")


def form_url(version):
    return admin_reverse("stemcells_celltype_change", args=[version.content.cell_type_id])


def words(response):
    return " ".join(response.content.decode().split())


def test_the_lock_goes_to_the_one_who_takes_over_and_is_written_down(version, author, reviewer):
    take_over(version, reviewer)
    assert holder(version) == reviewer
    assert LockHolder.objects.filter(version_id=version.pk, user=reviewer).exists()
    entry = AuditEntry.objects.get(act=Act.TAKEN_OVER)
    assert (entry.user_id, entry.version_id, entry.note) == (reviewer.pk, version.pk, "from author")


def test_an_author_cannot_take_over(version, author):
    with pytest.raises(ConditionFailed, match="Ask one to do it"):
        take_over(version, make_author())
    assert holder(version) == author


def test_what_is_public_cannot_be_taken_over(version, author, reviewer):
    publish(version.content)
    with pytest.raises(ConditionFailed):
        take_over(version, reviewer)


def test_the_second_of_two_who_take_over_takes_it_from_the_first(version, author, reviewer):
    second = make_reviewer()
    take_over(version, reviewer)
    assert take_over(version, second).taken_from == reviewer
    assert since_when_locked(Version.objects.get(pk=version.pk)) == TakeOver.objects.first().at


def test_the_button_leads_to_the_draft_which_is_now_mine(client, version, reviewer):
    client.force_login(reviewer)
    response = client.post(unlock_url(version))
    assert response.url == get_object_edit_url(version.content)
    assert holder(version) == reviewer


def test_the_forms_button_leads_back_to_the_form_with_the_words_open_to_change(client, version, reviewer):
    client.force_login(reviewer)
    tool = next(t for t in client.get(form_url(version)).context["tools"] if t.label == "Take over")
    page = words(client.post(tool.url, follow=True))
    assert "This draft is yours now. author is told that you have taken it over." in page
    assert 'name="_save"' in page


def test_the_button_leads_to_no_other_website(client, version, reviewer):
    client.force_login(reviewer)
    assert client.post(unlock_url(version, "//example.org/admin/")).status_code == 400


def test_a_take_over_without_the_right_is_refused_and_by_a_link_impossible(client, version, author):
    client.force_login(make_author())
    assert client.post(unlock_url(version)).status_code == 403
    assert client.get(unlock_url(version)).status_code == 405
    assert holder(version) == author


def test_a_draft_that_is_published_meanwhile_is_not_taken_over_and_says_so(client, version, reviewer):
    publish(version.content)
    client.force_login(reviewer)
    assert "Nobody else holds this draft any more." in words(client.post(unlock_url(version), follow=True))
    assert not TakeOver.objects.exists()


def test_the_first_is_told_by_mail(client, version, reviewer, django_capture_on_commit_callbacks):
    client.force_login(reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(unlock_url(version))
    (sent,) = mail.outbox
    assert sent.to == ["author@example.org"]
    assert sent.subject == "Your draft was taken over: Locked cells"
    assert "Ana Ruiz has taken over your draft “Locked cells” and writes it now." in sent.body
    assert f"http://testserver{get_object_preview_url(version.content)}" in sent.body


def test_without_an_address_no_mail_is_sent(client, version, author, reviewer, django_capture_on_commit_callbacks):
    author.email = ""
    author.save()
    client.force_login(reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(unlock_url(version))
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_takes_nothing_back(
    client, version, reviewer, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "tests.review.test_taking_over.DeadMailServer"
    client.force_login(reviewer)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(unlock_url(version)).status_code == 302
    assert holder(version) == reviewer


class DeadMailServer:
    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_the_first_is_told_on_the_next_page_of_the_admin_and_once(client, version, author, reviewer):
    take_over(version, reviewer)
    client.force_login(author)
    told = "Ana Ruiz has taken over your draft “Locked cells”."
    assert told in words(client.get(admin_reverse("index")))
    assert told not in words(client.get(admin_reverse("index")))


def test_nobody_else_is_told(client, version, author, reviewer):
    take_over(version, reviewer)
    client.force_login(reviewer)
    assert "has taken over" not in words(client.get(admin_reverse("index")))


def test_the_form_says_who_writes_and_since_when(client, version):
    client.force_login(make_author())
    page = words(client.get(form_url(version)))
    assert "author is writing this draft. Others can read it." in page
    assert re.search(r"Since \w+\.? \d+, \d{4}, \d+:\d+ [ap]\.m\.", page)
    assert "Take over" not in page


def test_a_draft_is_taken_over_and_what_is_public_is_not(author, reviewer):
    public = Version.objects.get_for_content(make_cell_type(user=author))
    draft = public.copy(author)
    offered = [[action.label for action in version_actions.take_over(one, reviewer)] for one in (public, draft)]
    assert offered == [[], ["Take over"]]


@pytest.mark.parametrize("kind", ["page", "alias", "record"])
def test_the_preview_says_who_writes_and_since_when_and_lets_a_reviewer_take_over(client, author, reviewer, kind):
    if kind == "page":
        content = page_content(make_page(user=author, published=False))
    elif kind == "alias":
        content = make_alias("quick-links", user=author, published=False).get_content("en", show_draft_content=True)
    else:
        content = make_cell_type(user=author, published=False)
    client.force_login(reviewer)
    page = words(client.get(get_object_preview_url(content)))
    assert re.search(r"author has been writing this draft since \d+/\d+/\d{4} \d+:\d+ [ap]\.m\.", page)
    assert unlock_url(Version.objects.get_for_content(content)) in page

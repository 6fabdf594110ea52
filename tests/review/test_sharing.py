"""Draft shared by a link: who makes and ends it, what it opens, and that it opens nothing else."""

from datetime import timedelta

import pytest
from cms.api import add_plugin
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from djangocms_versioning.exceptions import ConditionFailed
from lxml import html

from mscoe_portal.delivery.wsgi import could_be_public
from mscoe_portal.review import sharing
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry, ShareLink
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_page,
    make_recommendation,
    make_user,
    page_content,
    publish,
)
from tests.review.people import make_author, version_of
from tests.site import words

pytestmark = pytest.mark.django_db

SECRET_WORDS = "Not for everybody yet"


def page_draft(author):
    page = make_page(f"{SECRET_WORDS} page", user=author, published=False)
    add_text(page, f"<p>{SECRET_WORDS}</p>")
    return page_content(page)


def record_draft(author):
    return make_cell_type(user=author, published=False, plural=SECRET_WORDS, summary=SECRET_WORDS)


def alias_draft(author):
    alias = make_alias("a", user=author, published=False, plugins=[("TextPlugin", {"body": f"<p>{SECRET_WORDS}</p>"})])
    return alias.get_content(show_draft_content=True)


DRAFTS = {"page": page_draft, "record": record_draft, "alias": alias_draft}


@pytest.fixture
def author():
    return make_author("author")


@pytest.fixture
def shared(author):
    """A draft that is shared, and the secret of its link."""
    content = record_draft(author)
    return content, sharing.share(version_of(content), author, days=7)


def addresses(secret):
    return [reverse("shared-draft", args=[secret]), reverse("shared-changes", args=[secret])]


def statuses(secret, client=None):
    return [(client or Client()).get(address).status_code for address in addresses(secret)]


OPEN, ENDED = [200, 200], [404, 404]


@pytest.mark.parametrize("kind", DRAFTS)
def test_somebody_without_an_account_reads_a_shared_draft_and_what_changed_in_it(author, kind):
    content = DRAFTS[kind](author)
    secret = sharing.share(version_of(content), author, days=7)
    for address in addresses(secret):
        response = Client().get(address)
        assert response.status_code == 200
        assert SECRET_WORDS in response.content.decode()


def test_a_draft_of_what_is_public_is_shared_beside_it(author):
    public = make_cell_type(concern="Old concern.")
    draft = version_of(public).copy(author).content
    draft.concern = "New concern."
    draft.save()
    secret = sharing.share(version_of(draft), author, days=7)
    page, comparison = (html.fromstring(Client().get(address).content.decode()) for address in addresses(secret))
    assert "New concern." in words(page.find(".//main"))
    assert [words(element) for element in comparison.xpath("//del")] == ["[removed: Old ]"]


def test_only_a_draft_offers_to_be_shared(client, author):
    client.force_login(author)
    draft, public = record_draft(author), make_cell_type(user=author)
    offered = [
        b"Share with an expert" in client.get(reverse("review:version", args=[version_of(content).pk])).content
        for content in (draft, public)
    ]
    assert offered == [True, False]


def test_a_link_is_kept_as_a_digest_and_its_secret_nowhere(shared):
    _content, secret = shared
    link = ShareLink.objects.get()
    assert secret not in [str(value) for value in vars(link).values()]
    assert not AuditEntry.objects.filter(note__contains=secret).exists()


def test_a_link_opens_nothing_after_its_last_day(shared):
    _content, secret = shared
    assert statuses(secret) == OPEN
    ShareLink.objects.update(expires_at=now() - timedelta(seconds=1))
    assert statuses(secret) == ENDED


def test_a_link_ends_after_the_days_that_were_chosen(author):
    sharing.share(version_of(record_draft(author)), author, days=14)
    left = ShareLink.objects.get().expires_at - now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)


def test_a_withdrawn_link_opens_nothing_and_another_one_still_does(shared, author):
    content, secret = shared
    other = sharing.share(version_of(content), author, days=7)
    sharing.end_sharing(ShareLink.objects.order_by("pk").first(), author)
    assert statuses(secret) == ENDED
    assert statuses(other) == OPEN


def test_a_secret_with_another_letter_opens_nothing(shared):
    _content, secret = shared
    for tampered in (secret[:-1], f"{secret}A", secret.swapcase(), "x"):
        assert statuses(tampered) == ENDED


def test_a_link_opens_nothing_once_its_draft_is_archived(shared, author):
    content, secret = shared
    version_of(content).archive(author)
    assert statuses(secret) == ENDED


def test_a_link_opens_nothing_once_its_draft_is_public(shared):
    content, secret = shared
    publish(content)
    assert statuses(secret) == ENDED


def test_every_link_that_opens_nothing_gets_one_and_the_same_answer(shared, author):
    content, secret = shared
    answers = [Client().get(addresses("never-made")[0]).content]
    sharing.end_sharing(ShareLink.objects.get(), author)
    answers.append(Client().get(addresses(secret)[0]).content)
    ShareLink.objects.update(revoked_at=None, expires_at=now())
    answers.append(Client().get(addresses(secret)[0]).content)
    version_of(content).archive(author)
    answers.append(Client().get(addresses(secret)[1]).content)
    assert b"This link has expired or was withdrawn" in answers[0]
    assert len(set(answers)) == 1


@pytest.mark.parametrize("ended", [False, True])
def test_an_answer_is_kept_by_nobody_found_by_no_search_and_told_to_no_other_site(shared, ended):
    _content, secret = shared
    for address in addresses("x" if ended else secret):
        response = Client().get(address)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"
        [robots] = html.fromstring(response.content.decode()).xpath("//meta[@name='robots']/@content")
        assert "noindex" in robots
        assert not response.cookies


def test_the_store_of_finished_pages_passes_a_shared_draft_on(shared):
    _content, secret = shared
    for address in addresses(secret):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "HTTP_HOST": "localhost"}
        assert not could_be_public(environ)
    assert could_be_public(environ | {"PATH_INFO": "/stem-cell-therapy/"})


def test_a_shared_draft_is_read_only_and_leads_to_public_pages_alone(shared):
    _content, secret = shared
    hidden = make_page("Another draft", published=False)
    for address in addresses(secret):
        response = Client().get(address)
        page = html.fromstring(response.content.decode())
        links = page.xpath("//a/@href | //form/@action | //link/@href")
        assert [link for link in links if "/admin" in link or "edit" in link] == []
        assert "cms-toolbar" not in response.content.decode()
        assert str(page_content(hidden)) not in response.content.decode()
        assert "Another draft" not in response.content.decode()
        assert Client().post(address).status_code == 405


def test_an_editor_who_is_signed_in_sees_what_the_expert_sees(shared, author):
    _content, secret = shared
    editor = Client()
    editor.force_login(author)
    for address in addresses(secret):
        page = editor.get(address).content.decode()
        assert "cms-toolbar" not in page
        assert page == Client().get(address).content.decode()


def test_a_comparison_names_no_other_draft(author):
    content = page_content(make_page(user=author, published=False))
    other = make_recommendation(published=False, title="A secret position")
    placeholder = content.get_placeholders().get(slot="content")
    add_plugin(placeholder, "RecommendationCalloutPlugin", "en", recommendation=other.record)
    secret = sharing.share(version_of(content), author, days=7)
    for address in addresses(secret):
        assert "A secret position" not in Client().get(address).content.decode()


def test_words_that_were_withdrawn_are_not_shown_by_a_link(author):
    public = make_cell_type(concern="Withdrawn concern.")
    version_of(public).unpublish(author)
    draft = version_of(public).copy(author).content
    draft.concern = "New concern."
    draft.save()
    secret = sharing.share(version_of(draft), author, days=7)
    assert "Withdrawn concern" not in Client().get(addresses(secret)[1]).content.decode()


# --- Who makes and ends links ---


def test_sharing_and_its_end_are_audited(shared, author):
    content, _secret = shared
    other = make_author("colleague")
    sharing.end_sharing(ShareLink.objects.get(), other)
    acts = AuditEntry.objects.filter(act__in=[Act.SHARED, Act.SHARING_ENDED]).order_by("pk")
    assert [(entry.act, entry.user_name, entry.version_id) for entry in acts] == [
        (Act.SHARED, "author", version_of(content).pk),
        (Act.SHARING_ENDED, "colleague", version_of(content).pk),
    ]


def test_ending_what_has_ended_changes_nothing(shared, author):
    sharing.end_sharing(ShareLink.objects.get(), author)
    ended = ShareLink.objects.get().revoked_at
    sharing.end_sharing(ShareLink.objects.get(), author)
    assert ShareLink.objects.get().revoked_at == ended
    assert AuditEntry.objects.filter(act=Act.SHARING_ENDED).count() == 1


def test_only_a_draft_is_shared_and_only_by_those_who_write_such_content(author):
    draft, public = record_draft(author), make_cell_type(user=author)
    with pytest.raises(ConditionFailed, match="Only those who may write"):
        sharing.share(version_of(draft), make_user(), days=7)
    with pytest.raises(ConditionFailed, match="Only a draft"):
        sharing.share(version_of(public), author, days=7)
    assert not ShareLink.objects.exists()


def share_page(content):
    return reverse("review:share", args=[version_of(content).pk])


def test_an_editor_makes_a_link_of_seven_days_unless_another_time_is_chosen(client, author):
    client.force_login(author)
    content = record_draft(author)
    [chosen] = html.fromstring(client.get(share_page(content)).content.decode()).xpath("//option[@selected]/@value")
    page = html.fromstring(client.post(share_page(content), {"days": chosen}).content.decode())
    address = page.get_element_by_id("shared-address").get("value")
    assert chosen == "7"
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert address not in client.get(share_page(content)).content.decode()


def test_another_time_than_those_offered_is_refused_at_its_field(client, author):
    client.force_login(author)
    response = client.post(share_page(record_draft(author)), {"days": "4000"})
    assert response.context["form"].errors["days"]
    assert not ShareLink.objects.exists()


def test_an_editor_lists_and_withdraws_links(client, author, shared):
    content, secret = shared
    client.force_login(make_author("colleague"))
    page = html.fromstring(client.get(share_page(content)).content.decode())
    assert "author" in words(page.find(".//tbody"))
    [action] = page.xpath("//tbody//form/@action")
    assert "withdrawn" in words(html.fromstring(client.post(action, follow=True).content.decode()).find(".//tbody"))
    assert statuses(secret) == ENDED


def test_a_link_of_another_draft_is_not_withdrawn_by_a_made_up_address(client, author, shared):
    client.force_login(author)
    other = record_draft(author)
    address = reverse("review:end_sharing", args=[version_of(other).pk, ShareLink.objects.get().pk])
    assert client.post(address).status_code == 404
    assert ShareLink.objects.valid().exists()


def test_who_may_not_read_a_draft_is_not_shown_its_links(client, author, shared):
    content, _secret = shared
    client.force_login(make_user())
    assert client.get(share_page(content)).status_code == 404
    assert client.post(share_page(content), {"days": "7"}).status_code == 404
    assert ShareLink.objects.count() == 1


def test_the_page_of_what_is_public_says_why_it_offers_no_link(client, author):
    client.force_login(author)
    response = client.get(share_page(make_cell_type(user=author)))
    assert response.status_code == 409
    assert "Only a draft is shared by a link" in response.content.decode()

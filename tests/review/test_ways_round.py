"""Ways round the review that somebody could think of, and that stay shut."""

import pytest
from cms.api import create_page_content
from cms.models import CMSPlugin, PageContent, UserSettings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.review import workflow
from mscoe_portal.review.permissions import editors_of
from mscoe_portal.review.rules import findings_of
from tests.factories import add_text, make_alias, make_page, make_user, page_content, publish
from tests.review.people import make_author, make_reviewer, step_url, version_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The `node` has been removed"),  # versioning, at copy_language
]

BROKEN = '<p>Go <a href="/stem-cell-therapy/">here</a>.</p>'


def broken_rules(page):
    return {finding.rule.code for finding in findings_of(version_of(page_content(page)))}


# --- Pages that lead elsewhere, or seem to ---


@pytest.mark.parametrize("redirect", ["/seen/", "//seen/", "http://testserver/seen/", "/elsewhere/"])
def test_a_page_that_leads_to_an_address_of_the_site_obeys_the_rules(redirect):
    page = make_page("Seen", published=False, redirect=redirect)
    add_text(page, BROKEN)
    assert "link-words" in broken_rules(page)


def test_a_page_that_leads_to_itself_is_shown_so_a_site_manager_cannot_approve_it():
    author = make_author()
    page = make_page("Seen", user=author, published=False, redirect="//seen/")
    add_text(page, "<p>Words for readers.</p>")
    version = version_of(page_content(page))
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="Only a clinical reviewer"):
        workflow.approve(version, make_user(groups=["Site managers"]))
    publish(page_content(page))
    assert "Words for readers." in Client().get("/seen/").content.decode()


def test_where_the_site_answers_to_any_host_no_page_surely_leads_elsewhere(settings):
    settings.ALLOWED_HOSTS = ["*"]
    author = make_author()
    version = version_of(page_content(make_page(user=author, published=False, redirect="https://www.va.gov/")))
    workflow.submit(version, author)
    with pytest.raises(ConditionFailed, match="Only a clinical reviewer"):
        workflow.approve(version, make_user(groups=["Site managers"]))


# --- Text that the rules could overlook ---


def test_what_stands_below_deep_nesting_obeys_the_rules():
    page = make_page(published=False)
    depth = 252  # of more only the words are kept
    add_text(page, f"{'<blockquote>' * depth}<p>Deep.</p>{'</blockquote>' * depth}{BROKEN}")
    assert "link-words" in broken_rules(page)


# --- Words of one's own, in somebody else's copy ---


class Copying:
    """A draft that a reviewer writes, and another person, who copies from it."""

    def __init__(self, client):
        self.reviewer, self.copier = make_reviewer(), make_author()
        self.page = make_page("Original", user=self.reviewer, published=False)
        self.text = add_text(self.page, "<p>The reviewer’s own words.</p>")
        self.client = client
        client.force_login(self.copier)

    def target(self):
        return (
            page_content(make_page("Target", user=self.copier, published=False)).get_placeholders().get(slot="content")
        )

    def clipboard(self):
        return UserSettings.objects.get(user=self.copier).clipboard


def copy_page(case):
    case.client.post(reverse("admin:cms_page_copy_page", args=[case.page.pk]), {"position": 0, "source_site": 1})
    return PageContent.admin_manager.exclude(page=case.page).latest_content().get()


def copy_language(case):
    spanish = create_page_content("es", "Original", case.page, created_by=case.copier)
    url = reverse("admin:cms_pagecontent_copy_language", args=[page_content(case.page).pk])
    case.client.post(url, {"target_language": "es"})
    return spanish


def copy_plugins(case):
    target = case.target()
    data = {
        "source_placeholder_id": case.text.placeholder_id,
        "source_language": "en",
        "target_placeholder_id": target.pk,
        "target_language": "en",
    }
    case.client.post(reverse("admin:cms_placeholder_copy_plugins") + "?cms_path=/", data)
    return target.source


def move(case, plugin, target, **copying):
    data = {
        "plugin_id": plugin.pk,
        "target_language": "en",
        "target_position": 1,
        "placeholder_id": target.pk,
        **copying,
    }
    case.client.post(reverse("admin:cms_placeholder_move_plugin") + "?cms_path=/", data)


def take_over_and_move_to(case, target):
    draft = version_of(page_content(case.page))
    draft.locked_by = case.copier
    draft.save()
    move(case, case.text, target)


def take_over_and_move(case):
    target = case.target()
    take_over_and_move_to(case, target)
    return target.source


def paste(case):
    """What lies on the copier's clipboard, in a draft of the copier's."""
    target, [plugin] = case.target(), CMSPlugin.objects.filter(placeholder=case.clipboard(), parent=None)
    move(case, plugin, target, move_a_copy="true", **{"plugin_order[]": "__COPY__"})
    return target.source


def copy_to_clipboard(case, **plugin):
    data = {
        "source_placeholder_id": case.text.placeholder_id,
        "source_language": "en",
        "target_placeholder_id": case.clipboard().pk,
        "target_language": "en",
        **plugin,
    }
    case.client.post(reverse("admin:cms_placeholder_copy_plugins") + "?cms_path=/", data)


def copy_and_paste(case):
    copy_to_clipboard(case, source_plugin_id=case.text.pk)
    return paste(case)


def copy_all_and_paste(case):
    copy_to_clipboard(case)
    return paste(case)


def take_over_cut_and_paste(case):
    take_over_and_move_to(case, case.clipboard())
    return paste(case)


COPIES = [copy_page, copy_language, copy_plugins, take_over_and_move]
PASTES = [copy_and_paste, copy_all_and_paste, take_over_cut_and_paste]
every_copy = pytest.mark.parametrize("copy", [*COPIES, *PASTES])


@every_copy
def test_nobody_approves_their_own_words_in_what_somebody_else_made_of_their_draft(client, copy):
    case = Copying(client)
    content = copy(case)
    assert CMSPlugin.objects.filter(placeholder__in=content.get_placeholders()).exists()
    draft = version_of(content)
    workflow.submit(draft, case.copier)
    with pytest.raises(ConditionFailed, match="somebody else must approve it"):
        workflow.approve(draft, case.reviewer)


def test_who_wrote_what_was_on_a_clipboard_before_approves_what_is_pasted_now(client):
    case = Copying(client)
    copy_to_clipboard(case, source_plugin_id=case.text.pk)
    own = add_text(make_page("Own", user=case.copier, published=False), "<p>The copier’s own words.</p>")
    copy_to_clipboard(case, source_plugin_id=own.pk, source_placeholder_id=own.placeholder_id)
    assert editors_of(version_of(paste(case))) == {case.copier.pk}


def test_who_wrote_what_is_public_already_approves_a_copy_of_it(client):
    case = Copying(client)
    publish(page_content(case.page))
    assert editors_of(version_of(copy_plugins(case))) == {case.copier.pk}


# --- Made-up addresses ---

TOO_LARGE = 10**20


@pytest.fixture
def superuser(client):
    client.force_login(make_user(is_superuser=True))


@pytest.mark.parametrize("mode", ["edit", "structure", "preview"])
@pytest.mark.parametrize("is_versioned", [True, False])
def test_the_cms_shows_nothing_of_a_number_that_no_database_knows(client, superuser, mode, is_versioned):
    model = PageContent if is_versioned else CMSPlugin
    for content_type in (ContentType.objects.get_for_model(model).pk, TOO_LARGE):
        address = reverse(f"admin:cms_placeholder_render_object_{mode}", args=[content_type, TOO_LARGE])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        *(f"user_id__in={TOO_LARGE}", "note__regex=(((", f"version_id__in={TOO_LARGE}", "at__iregex=(", "zz=1"),
        *(
            f"at__year={TOO_LARGE}",
            f"at__year=2026&at__month={TOO_LARGE}",
            "at__year=9999",
            "at__year=x",
            "at__year=-1",
        ),
    ],
)
@pytest.mark.parametrize("name", ["changelist", "csv"])
def test_the_audit_takes_no_lookup_that_its_page_does_not_offer(client, superuser, name, query):
    response = client.get(f"{reverse(f'admin:review_auditentry_{name}')}?{query}")
    assert response.status_code in {302, 400, 404}


# --- What must stay possible ---


def test_an_author_who_holds_the_draft_of_what_stands_on_every_page_changes_its_name(client):
    author = make_author()
    alias = make_alias("part", user=author, published=False)
    client.force_login(author)
    url = reverse("admin:djangocms_alias_alias_change", args=[alias.pk])
    client.post(url, {"content__name": "Another name", "content__language": "en"})
    assert alias.get_content(show_draft_content=True).name == "Another name"


@pytest.mark.parametrize("way", ["foo", "admin:index", "?x=1", "#a", " /x", "//evil.test/", "javascript:alert(1)"])
def test_a_step_leads_to_no_made_up_address_and_is_not_done_for_it(client, way):
    author = make_author()
    draft = version_of(page_content(make_page(user=author, published=False)))
    client.force_login(author)
    assert client.post(step_url(draft, "submit"), {"note": ""}, query_params={"next": way}).status_code == 400
    assert not draft.submissions.exists()


@pytest.mark.parametrize("number", [TOO_LARGE, "9" * 5000, "x", "-1"])
def test_the_audit_tells_nothing_of_a_person_that_nobody_is(client, superuser, number):
    make_page()
    response = client.get(reverse("admin:review_auditentry_changelist"), {"person": number})
    assert not response.context["cl"].result_list


@pytest.mark.parametrize("number", ["+{}", "%20{}", "{}.0", "{}_"])
@pytest.mark.parametrize("act", ["publish", "unpublish", "compare"])
def test_a_number_that_is_written_otherwise_leads_to_no_view_of_versioning(client, act, number):
    client.force_login(make_reviewer())
    public = version_of(page_content(make_page()))
    address = f"/admin/djangocms_versioning/pagecontentversion/{number.format(public.pk)}/{act}/"
    assert client.post(address).status_code == 404
    assert version_of(public.content).state == PUBLISHED

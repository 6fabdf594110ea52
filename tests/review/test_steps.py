"""The steps of the review where the editor is: who is offered what, what each does, and what is told."""

import re
from itertools import cycle

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from djangocms_alias.models import AliasContent
from djangocms_versioning.constants import DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.helpers import get_preview_url, version_list_url
from lxml import html

from mscoe_portal.review import rules, workflow
from mscoe_portal.review.choices import Act, Outcome
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.draft import draft_of
from mscoe_portal.review.models import AuditEntry, Waiver
from mscoe_portal.review.permissions import Person
from mscoe_portal.review.rules import Level, Rule
from mscoe_portal.review.standing import Standing
from mscoe_portal.review.steps import STEP_BY_CODE, STEPS
from tests.factories import (
    add_plugin,
    add_text,
    make_alias,
    make_cell_type,
    make_page,
    make_page_with_words,
    make_recommendation,
    make_user,
    page_content,
    publish,
    sign,
)
from tests.review.people import approve, make_author, make_reviewer, step_url, undone, version_of

pytestmark = pytest.mark.django_db

TYPED = {
    "submit": {"note": "Please look at the dose."},
    "approve": {"comment": "Well put."},
    "return": {"comment": "Name the source."},
    "withdraw": {"reason": "It is wrong."},
}
MAKERS = {
    "record": make_cell_type,
    "page": lambda **values: page_content(make_page_with_words(**values)),
    "alias": lambda **values: AliasContent.admin_manager.get(alias=make_alias("quick-links", **values)),
}
every_kind = pytest.mark.parametrize("kind", MAKERS)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def labels(actions):
    return [str(action.label) for action in actions]


@pytest.fixture
def author():
    return make_author("author")


@pytest.fixture
def reviewer():
    return make_reviewer("reviewer")


@pytest.fixture
def draft(author):
    """A draft that its author has not submitted."""
    return version_of(make_cell_type(user=author, published=False))


@pytest.fixture
def waiting(draft, author):
    workflow.submit(draft, author, note="Please look at the dose.")
    return draft


def take(client, person, version, code, **typed):
    """Press the button of a step and fill in what it asks for, as `person`; returns the answer."""
    client.force_login(person)
    url = step_url(version, code)
    form = (client.get(url).context or {}).get("form")
    values = {name: form[name].value() or "" for name in form.fields} if form else {}
    return client.post(url, values | TYPED.get(code, {}) | typed)


# --- The whole path ---


@every_kind
def test_every_kind_of_content_goes_from_draft_to_readers_in_these_steps(client, author, reviewer, kind):
    version = version_of(MAKERS[kind](user=author, published=False))
    for person, code in [(author, "submit"), (reviewer, "approve"), (reviewer, "publish")]:
        response = take(client, person, version, code)
        assert response.status_code == 302, words(response)
    assert version_of(version.content).state == PUBLISHED


def test_what_was_returned_can_be_changed_and_submitted_again(client, waiting, author, reviewer):
    take(client, reviewer, waiting, "return")
    assert Standing(waiting).label == "Returned with comments"
    take(client, author, waiting, "submit")
    assert Standing(version_of(waiting.content)).is_waiting


def test_the_browser_keeps_what_is_typed_for_a_step_until_the_step_is_taken(client, waiting, reviewer):
    page = take(client, reviewer, waiting, "return", comment="", kept_text="abcd1234")
    assert 'data-unsaved="yes"' in page.content.decode()
    assert "kept-text-saved-abcd1234" not in page.cookies
    assert "kept-text-saved-abcd1234" in take(client, reviewer, waiting, "return", kept_text="abcd1234").cookies


def test_a_draft_can_be_taken_back_from_review(client, waiting, author):
    assert take(client, author, waiting, "take-back").status_code == 302
    assert waiting.submissions.get().outcome == Outcome.TAKEN_BACK


def test_a_draft_that_is_archived_waits_for_nobody(waiting, author):
    waiting.archive(author)
    assert not waiting.submissions.open().exists()


def test_what_is_public_is_signed_again_as_still_correct(client, reviewer):
    version = version_of(make_cell_type())
    assert take(client, reviewer, version, "still-correct").status_code == 302
    assert version.signatures.get().signed_by == reviewer


# --- Who may do what ---

PEOPLE = {
    "reader": {"is_staff": False},
    "staff without a group": {},
    "author": {"groups": ["Authors"]},
    "other author": {"groups": ["Authors"]},
    "reviewer": {"groups": ["Clinical reviewers"]},
    "manager": {"groups": ["Site managers"]},
    "superuser": {"is_superuser": True},
}
# Where a version stands, and who may take which step from there. The draft is the author's.
MAY_PLAN = {"plan": {"reviewer", "manager", "superuser"}}
LADDER = {
    "draft": {"submit": {"author"}} | MAY_PLAN,
    "waiting": {"approve": {"reviewer"}, "return": {"reviewer"}, "take-back": {"author"}} | MAY_PLAN,
    "approved": {"publish": {"reviewer", "manager", "superuser"}} | MAY_PLAN,
    "public": {"still-correct": {"reviewer"}, "withdraw": {"reviewer", "manager", "superuser"}} | MAY_PLAN,
}


def make_people():
    return {name: make_user(name.replace(" ", "-"), **values) for name, values in PEOPLE.items()}


def stand(where, author):
    version = version_of(make_cell_type(user=author, published=where == "public"))
    if where == "waiting":
        workflow.submit(version, author)
    if where == "approved":
        approve(version, make_reviewer("approver"))
    return version


@pytest.mark.parametrize("where", LADDER)
def test_each_step_is_for_those_who_may_and_nobody_else(where):
    people = make_people()
    standing = Standing(stand(where, people["author"]))
    possible = {
        code: {name for name, person in people.items() if step.is_possible(standing, Person(person))}
        for code, step in STEP_BY_CODE.items()
    }
    assert {code: names for code, names in possible.items() if names} == LADDER[where]


@pytest.mark.slow
@pytest.mark.parametrize("where", LADDER)
def test_the_page_of_a_step_takes_it_from_one_who_may_and_refuses_another(client, where, subtests):
    """Each page asks `is_possible`, so one person of each kind shows that it does."""
    people = make_people()
    version = stand(where, people["author"])
    outsiders = cycle(["reader", "staff without a group"])
    for code in STEP_BY_CODE:
        may = LADDER[where].get(code, set())
        colleague = next(name for name in ("superuser", "other author") if name not in may)
        for name, refusal in [(colleague, (409,)), (next(outsiders), (302, 404))]:
            with subtests.test(step=code, refused=name), undone():
                client.force_login(people[name])
                response = client.post(step_url(version, code), TYPED.get(code, {}))
                assert response.status_code in refusal
                assert version_of(version.content).state == version.state
        for name in sorted(may)[:1]:
            with subtests.test(step=code, taken_by=name), undone():
                assert take(client, people[name], version, code).status_code == 302


def test_nobody_signed_in_is_asked_to_sign_in(client, draft):
    for url in (step_url(draft, "submit"), reverse("review:version", args=[draft.pk])):
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("admin:login"))


def test_a_step_or_a_version_that_is_not_there_is_not_found(client, draft, author):
    client.force_login(author)
    assert client.get(step_url(draft, "nonsense")).status_code == 404
    draft.pk = 99999
    assert client.get(step_url(draft, "submit")).status_code == 404


def test_who_wrote_some_of_a_draft_is_told_that_another_must_approve_it(client, reviewer):
    version = version_of(make_cell_type(user=reviewer, published=False))
    workflow.submit(version, reviewer)
    client.force_login(reviewer)
    response = client.get(step_url(version, "approve"))
    assert response.status_code == 409
    assert "somebody else must approve it: a clinician who wrote none of it" in words(response)


def test_a_draft_that_was_sent_to_one_reviewer_is_answered_by_nobody_else(client, draft, author, reviewer):
    named = make_reviewer("named")
    take(client, author, draft, "submit", reviewer=named.pk)
    response = take(client, reviewer, draft, "approve")
    assert "named was asked to review this draft, not you." in words(response)
    assert take(client, named, draft, "approve").status_code == 302


def test_only_reviewers_who_wrote_none_of_it_can_be_asked(client, reviewer):
    other = make_reviewer("other")
    version = version_of(make_cell_type(user=reviewer, published=False))
    client.force_login(reviewer)
    choices = client.get(step_url(version, "submit")).context["form"].fields["reviewer"].queryset
    assert list(choices) == [other]


def test_a_page_that_only_leads_elsewhere_is_sent_to_site_managers_and_approved_by_one(client, author, reviewer):
    page = make_page(user=author, published=False, redirect="https://www.va.gov/")
    version = version_of(page_content(page))
    client.force_login(author)
    assert "reviewer" not in client.get(step_url(version, "submit")).context["form"].fields
    take(client, author, version, "submit")
    assert "a site manager approves it" in words(take(client, reviewer, version, "approve"))
    assert take(client, make_user(groups=["Site managers"]), version, "approve").status_code == 302


# --- How often the rules look at a draft, which takes as long as to show it ---


@pytest.fixture
def looked_at(monkeypatch):
    """The versions that the rules have looked at."""
    versions = []
    monkeypatch.setattr(rules, "draft_of", lambda version: versions.append(version) or draft_of(version))
    return versions


@pytest.mark.parametrize("code", ["submit", "publish"])
def test_a_step_looks_at_the_draft_once(client, draft, author, reviewer, looked_at, code):
    if code == "publish":
        approve(draft)
    looked_at.clear()
    client.force_login(author if code == "submit" else reviewer)
    assert client.post(step_url(draft, code)).status_code == 302
    assert looked_at == [draft]


PAGES_OF_A_DRAFT = {
    "version": lambda draft: reverse("review:version", args=[draft.pk]),
    "refused step": lambda draft: step_url(draft, "submit"),
    "form": lambda draft: reverse("admin:stemcells_celltype_change", args=[draft.content.record.pk]),
    "preview": lambda draft: get_object_preview_url(draft.content),
}


@pytest.mark.parametrize("where", PAGES_OF_A_DRAFT)
def test_a_page_of_an_approved_draft_looks_at_it_once(client, draft, author, looked_at, where):
    approve(draft)
    looked_at.clear()
    client.force_login(author)
    client.get(PAGES_OF_A_DRAFT[where](draft))
    assert looked_at == [draft]


def test_a_step_that_is_refused_for_good_does_not_look_at_the_draft(client, draft, author, looked_at):
    client.force_login(author)
    assert client.get(step_url(draft, "publish")).status_code == 409
    assert not looked_at


# --- Every way in to publish ---


def publish_by_versioning(client, version):
    name = version.versionable.version_model_proxy._meta.model_name
    return client.post(reverse(f"admin:djangocms_versioning_{name}_publish", args=[version.pk]))


def publish_by_step(client, version):
    return client.post(step_url(version, "publish"))


@pytest.mark.slow
@every_kind
def test_what_is_not_approved_is_published_by_nobody(client, subtests, kind):
    people = make_people() | {"anonymous": None}
    reviewer = people["reviewer"]
    tried = people if kind == "record" else {"superuser": people["superuser"]}  # whatever it is, the gate is one
    for writer, publishers in [(make_author(), tried), (reviewer, {"reviewer who wrote it": reviewer})]:
        with undone():
            version = version_of(MAKERS[kind](user=writer, published=False))
            workflow.submit(version, writer)
            for name, person in publishers.items():
                for way in (publish_by_versioning, publish_by_step):
                    with subtests.test(person=name, way=way.__name__), undone():
                        client.force_login(person) if person else client.logout()
                        way(client, version)
                        assert version_of(version.content).state == DRAFT


@pytest.mark.parametrize("way", [publish_by_versioning, publish_by_step])
@every_kind
def test_what_is_approved_is_published_by_both_ways(client, author, reviewer, kind, way):
    version = approve(version_of(MAKERS[kind](user=author, published=False)))
    client.force_login(reviewer)
    assert way(client, version).status_code == 302
    assert version_of(version.content).state == PUBLISHED


def test_a_refusal_to_publish_says_what_is_missing(client, draft, reviewer):
    client.force_login(reviewer)
    assert "has not approved this draft yet" in words(publish_by_versioning(client, draft))
    approve(draft)
    draft.content.concern = "Another concern."
    draft.content.save()
    assert "changed, or returned, after it was approved" in words(publish_by_step(client, draft))


def test_publish_is_offered_only_while_the_approval_holds(author, reviewer):
    version = approve(version_of(make_cell_type(user=author, published=False, concern="One.")))
    publish, person = STEP_BY_CODE["publish"], Person(reviewer)
    assert publish.is_possible(Standing(version_of(version.content)), person)
    for concern, is_possible in (("Two.", False), ("One.", True)):
        version.content.concern = concern
        version.content.save()
        assert publish.is_possible(Standing(version_of(version.content)), person) == is_possible


def test_who_may_publish_cannot_publish_an_approved_page_whose_address_is_taken(client, author, reviewer):
    version = version_of(page_content(make_page_with_words("Twin", user=author, published=False, slug="twin")))
    approve(version)
    make_page("Other", slug="twin")
    client.force_login(reviewer)
    response = publish_by_step(client, version)
    assert response.status_code == 409
    assert version_of(version.content).state == DRAFT


def approved_page_with_a_namesake(author):
    """The version of a page that was approved before another page with its title became public."""
    version = approve(version_of(page_content(make_page_with_words("Twin", user=author, published=False, slug="one"))))
    make_page("Twin", slug="other")
    return version


@pytest.fixture
def stopped(author, monkeypatch):
    """The version of a record in which a rule finds something after it was approved."""
    version = approve(version_of(make_cell_type(user=author, published=False)))
    rule = Rule("code", Level.BLOCK, "A rule", lambda draft: [("Summary", "Shorten it.")])
    monkeypatch.setattr(rules, "rules", lambda: [rule])
    return version


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (lambda version: reverse("review:version", args=[version.pk]), "Although it is approved"),
        (
            lambda version: reverse("admin:stemcells_celltype_change", args=[version.content.cell_type_id]),
            "Although it is approved",
        ),
        (lambda version: get_preview_url(version.content), "1 to mend"),
    ],
    ids=["page of the version", "form of the record", "preview"],
)
def test_where_it_is_told_what_stands_against_publishing_that_is_not_offered(client, stopped, reviewer, address, words):
    client.force_login(reviewer)
    page = client.get(address(stopped)).text
    assert words in page
    assert step_url(stopped, "publish") not in page


def test_the_page_that_asks_whether_to_publish_says_what_stands_against_it(client, stopped, reviewer):
    client.force_login(reviewer)
    page = client.get(step_url(stopped, "publish"))
    assert page.status_code == 409
    assert "Summary: Shorten it." in words(page)
    assert page.context["form"] is None


@pytest.mark.slow
def test_what_came_up_after_the_approval_is_waived_by_another_one(client, author, reviewer):
    version = approved_page_with_a_namesake(author)
    client.force_login(reviewer)
    assert "submit the draft for review again" in words(publish_by_step(client, version))
    assert take(client, author, version, "submit").status_code == 302
    assert take(client, reviewer, version, "approve", **{"waiver_same-title": "It takes its place."}).status_code == 302
    assert publish_by_step(client, version).status_code == 302
    assert version_of(version.content).state == PUBLISHED


def test_what_is_approved_and_obeys_the_rules_is_not_submitted_again(author):
    version = approve(version_of(page_content(make_page_with_words(user=author, published=False))))
    assert not STEP_BY_CODE["submit"].is_possible(Standing(version), Person(author))


def test_an_approval_is_void_once_the_draft_is_returned(client, author, reviewer):
    version = approved_page_with_a_namesake(author)
    workflow.submit(version, author)
    workflow.return_with_comments(version, reviewer, "Say what sets it apart.")
    standing = Standing(version_of(version.content))
    assert standing.label == "Returned with comments"
    client.force_login(reviewer)
    assert "returned, after it was approved" in words(publish_by_step(client, version))


# --- Signing exactly what was read ---


def test_a_draft_that_was_changed_while_the_form_was_open_is_not_signed(client, waiting, reviewer):
    client.force_login(reviewer)
    seen = client.get(step_url(waiting, "approve")).context["form"]["seen"].value()
    waiting.content.concern = "Slipped in."
    waiting.content.save()
    response = client.post(step_url(waiting, "approve"), {"seen": seen, "comment": "Long thought about."})
    assert response.status_code == 409
    assert "This was changed after you opened it." in words(response)
    assert "Long thought about." in words(response)
    assert not waiting.signatures.exists()


def test_a_draft_that_was_changed_after_it_was_read_in_the_preview_says_so_before_it_is_signed(
    client, waiting, reviewer
):
    client.force_login(reviewer)
    preview = client.get(get_object_preview_url(waiting.content)).content.decode()
    url = re.search(r'href="([^"]*/approve/[^"]*)"', preview)[1].replace("&amp;", "&")
    assert client.get(url).status_code == 200
    waiting.content.concern = "Slipped in."
    waiting.content.save()
    assert "This was changed after you opened it." in words(client.get(url))


@pytest.mark.parametrize("code", ["approve", "still-correct"])
def test_a_signature_without_what_was_read_is_refused(client, waiting, reviewer, code):
    version = waiting if code == "approve" else version_of(make_cell_type())
    client.force_login(reviewer)
    client.post(step_url(version, code), {"seen": ""})
    assert not version.signatures.exists()


def test_of_two_reviewers_at_once_the_second_is_told_that_it_is_answered(client, waiting, reviewer):
    seen = digest_of(waiting)
    take(client, make_reviewer("quicker"), waiting, "return")
    client.force_login(reviewer)
    response = client.post(step_url(waiting, "approve"), {"seen": seen, "comment": "My long comment."})
    assert response.status_code == 409
    assert "does not wait for review any more" in words(response)
    assert "My long comment." in words(response)
    assert not waiting.signatures.exists()


# --- Rules ---


@pytest.fixture
def broken_rules(monkeypatch):
    """One broken rule of each level."""
    found = [
        Rule(level.value, level, f"Rule to {level.value}", lambda draft: [("Summary", "Shorten it.")])
        for level in Level
        if level != Level.BLOCK
    ]
    monkeypatch.setattr(rules, "rules", lambda: found)
    return found


def test_a_broken_rule_is_waived_with_a_reason_that_shows_in_the_history(client, waiting, reviewer, broken_rules):
    response = take(client, reviewer, waiting, "approve")
    assert "waiver_waive" in response.context["form"].errors
    assert take(client, reviewer, waiting, "approve", waiver_waive="It is a name.").status_code == 302
    assert Waiver.objects.get().reason == "It is a name."
    assert "It is a name." in words(client.get(reverse("review:version", args=[waiting.pk])))


@pytest.fixture
def blocked(monkeypatch):
    """Every draft breaks a rule that nobody can waive."""
    rule = Rule("alt", Level.BLOCK, "An image without alt", lambda draft: [("Picture 1", "Say what it shows.")])
    monkeypatch.setattr(rules, "rules", lambda: [rule])


def test_a_broken_rule_that_blocks_is_told_with_its_place_at_submission(client, draft, author, blocked):
    response = take(client, author, draft, "submit")
    assert response.status_code == 409
    assert "Picture 1: Say what it shows." in words(response)
    assert "Please look at the dose." in words(response)
    assert not draft.submissions.exists()


def test_a_broken_rule_that_blocks_is_told_with_its_place_at_the_approval(client, waiting, reviewer, blocked):
    response = take(client, reviewer, waiting, "approve")
    assert response.status_code == 409
    assert "Picture 1: Say what it shows." in words(response)
    assert not waiting.signatures.exists()


# --- Withdrawing ---


def test_withdrawing_asks_for_a_reason_also_by_versionings_address(client, reviewer):
    version = version_of(make_cell_type())
    url = reverse("admin:djangocms_versioning_celltypecontentversion_unpublish", args=[version.pk])
    client.force_login(reviewer)
    assert "reason" in client.post(url).context["form"].errors
    assert version_of(version.content).state == PUBLISHED
    assert client.post(url, {"reason": "It is wrong."}).status_code == 302
    assert version_of(version.content).state == UNPUBLISHED
    assert AuditEntry.objects.get(act=Act.WITHDRAWN).note == "It is wrong."


def test_withdrawing_is_possible_while_a_colleague_holds_a_draft(client, author, reviewer):
    version = version_of(make_cell_type())
    version.copy(author)
    assert take(client, reviewer, version, "withdraw").status_code == 302
    assert version_of(version.content).state == UNPUBLISHED


def test_withdrawing_names_beforehand_what_disappears_and_what_links_there(client, reviewer):
    parent = make_page("Parent", slug="parent")
    make_page("Child", parent=parent)
    linking = make_page("Linking", published=False)
    add_text(linking, '<p><a href="/parent/">About the parent page</a></p>')
    publish(page_content(linking))
    client.force_login(reviewer)
    page = client.get(step_url(version_of(page_content(parent)), "withdraw"))
    assert [name for name, _address in page.context["form"].lost["children"]] == ["Child"]
    assert [use.name for use in page.context["form"].lost["linking"]] == ["Linking"]
    assert "These disappear with it" in words(page)
    assert "Links on these pages will lead nowhere" in words(page)


# --- Where the editor is ---


def test_the_record_form_offers_the_next_step_and_says_where_the_draft_stands(client, waiting, author, reviewer):
    url = reverse("admin:stemcells_celltype_change", args=[waiting.content.cell_type_id])
    client.force_login(reviewer)
    response = client.get(url)
    assert {"Approve", "Return with comments"} <= set(labels(response.context["tools"]))
    assert "Waiting for review by any reviewer" in words(response)
    assert "Please look at the dose." in words(response)
    client.force_login(author)
    assert "Take back" in labels(client.get(url).context["tools"])


def test_a_step_above_a_form_saves_what_is_typed_first(client, draft, author):
    url = reverse("admin:stemcells_celltype_change", args=[draft.content.cell_type_id])
    client.force_login(author)
    page = client.get(url)
    submit = next(tool for tool in page.context["tools"] if str(tool.label) == "Submit for review")
    assert submit.saves
    form = page.context["adminform"].form
    values = {field.html_name: field.value() for field in form if field.value() is not None}
    response = client.post(url, values | {"content__concern": "Typed just now.", "_then": submit.url})
    assert response["Location"] == submit.url
    assert type(draft.content).admin_manager.get(pk=draft.content.pk).concern == "Typed just now."


def test_the_list_says_where_drafts_stand_and_offers_the_next_step(client, waiting, reviewer):
    client.force_login(reviewer)
    page = words(client.get(reverse("admin:stemcells_celltype_changelist")))
    assert "Waiting for review</a>" in page
    assert step_url(waiting, "approve") in page


def test_the_list_asks_no_more_often_for_more_drafts_that_wait(client, reviewer):
    url = reverse("admin:stemcells_celltype_changelist")

    def add(number):
        for _ in range(number):
            writer = make_author()
            workflow.submit(version_of(make_cell_type(user=writer, published=False)), writer)

    client.force_login(reviewer)
    add(2)
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    add(6)
    with CaptureQueriesContext(connection) as after:
        client.get(url)
    assert len(after) <= len(before)


@pytest.mark.filterwarnings("ignore:get_language_tuple called")  # djangocms-alias does
@every_kind
def test_the_list_of_versions_offers_the_next_step_and_says_where_each_stands(client, author, reviewer, kind):
    version = version_of(MAKERS[kind](user=author, published=False))
    workflow.submit(version, author, note="Please look at the dose.")
    client.force_login(reviewer)
    page = words(client.get(version_list_url(version.content)))
    assert step_url(version, "approve") in page
    assert "Waiting for review by any reviewer" in page
    assert "Please look at the dose." in page


def tree_of_pages(client, person):
    client.force_login(person)
    return words(client.get(reverse("admin:cms_pagecontent_get_tree"), {"language": "en"}))


def test_the_tree_of_pages_asks_before_it_withdraws(client, reviewer):
    version = version_of(page_content(make_page()))
    # Without a class that has the CMS's script post it in passing.
    assert f'<a href="{step_url(version, "withdraw")}?next=' in tree_of_pages(client, reviewer)


def test_the_tree_of_pages_says_where_a_draft_stands_and_offers_the_next_step(client, author, reviewer):
    version = version_of(page_content(make_page_with_words(user=author, published=False)))
    tree = tree_of_pages(client, author)
    assert step_url(version, "submit") in tree
    assert "Not submitted for review" in tree
    workflow.submit(version, author)
    tree = tree_of_pages(client, reviewer)
    assert step_url(version, "approve") in tree
    assert step_url(version, "return") in tree
    assert step_url(version, "publish") not in tree
    workflow.approve(version, reviewer)
    assert step_url(version, "publish") in tree_of_pages(client, reviewer)


def test_the_tree_of_pages_asks_no_more_often_for_more_pages(client, author, reviewer):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            tree_of_pages(client, reviewer)
        return sum(query["sql"].startswith('SELECT "review_submission"') for query in asked)

    def add_page():
        workflow.submit(version_of(page_content(make_page_with_words(user=author, published=False))), author)

    add_page()
    few = questions()
    add_page()
    add_page()
    assert questions() == few


@every_kind
@pytest.mark.parametrize("address", [get_object_preview_url, get_object_edit_url])
def test_the_toolbar_offers_the_next_step_and_says_where_the_draft_stands(client, author, kind, address):
    version = version_of(MAKERS[kind](user=author, published=False))
    client.force_login(author)
    page = client.get(address(version.content)).content.decode()
    assert step_url(version, "submit") in page
    assert "Not submitted for review" in page


@pytest.mark.parametrize("person", ["author", "reviewer"])
def test_publish_is_in_the_toolbar_of_those_who_may_and_only_when_it_is_approved(client, draft, author, person):
    client.force_login(author if person == "author" else make_reviewer())
    url = get_object_preview_url(draft.content)
    assert step_url(draft, "publish") not in client.get(url).content.decode()
    approve(draft)
    assert (step_url(draft, "publish") in client.get(url).content.decode()) == (person == "reviewer")


# --- After a step ---


def test_a_step_leads_back_to_where_the_person_was_with_what_comes_next(client, draft, author):
    back = reverse("admin:stemcells_celltype_changelist") + "?q=x"
    client.force_login(author)
    url = step_url(draft, "submit", "?next=" + back.replace("?", "%3F").replace("=", "%3D"))
    response = client.post(url, {"note": ""}, follow=True)
    assert response.redirect_chain == [(back, 302)]
    assert "Submitted for review. When it is answered" in words(response)


def test_a_step_leads_nowhere_else(client, author, reviewer, subtests):
    version = approve(version_of(make_cell_type(user=author, published=False)))
    client.force_login(reviewer)
    versioning = reverse("admin:djangocms_versioning_celltypecontentversion_publish", args=[version.pk])
    for url in (step_url(version, "publish"), versioning):
        for address in (
            *("https://evil.example/", "//evil.example/", "/\\evil.example/"),
            *("javascript:alert(1)", "http:///x"),
        ):
            with subtests.test(url=url, address=address):
                response = client.post(f"{url}?next={address}")
                assert response.status_code == 400
                assert version_of(version.content).state == DRAFT


def test_a_form_that_is_saved_before_a_step_leads_nowhere_else(client, draft, author):
    url = reverse("admin:stemcells_celltype_change", args=[draft.content.cell_type_id])
    client.force_login(author)
    form = client.get(url).context["adminform"].form
    values = {field.html_name: field.value() for field in form if field.value() is not None}
    response = client.post(url, values | {"_then": "https://evil.example/"})
    assert response["Location"].startswith("/admin/")


def test_publishing_from_the_preview_leads_to_the_public_page(client, author, reviewer):
    page = make_page_with_words("Public soon", user=author, published=False, slug="public-soon")
    version = approve(version_of(page_content(page)))
    client.force_login(reviewer)
    preview = get_object_preview_url(version.content)
    response = client.post(step_url(version, "publish", f"?next={preview}"))
    assert response["Location"] == "/public-soon/"


def test_publishing_what_shows_an_unsigned_part_says_why_readers_are_told_that_it_is_not_yet_reviewed(
    client, author, reviewer
):
    position = make_recommendation(title="Our <position>")
    content = make_cell_type(user=author, published=False)
    add_plugin(content.prose, "RecommendationCalloutPlugin", "en", recommendation=position.record)
    version = approve(version_of(content))
    client.force_login(reviewer)
    response = client.post(step_url(version, "publish"), follow=True)
    record = client.get(reverse("admin:stemcells_celltype_change", args=[content.cell_type_id]), {"language": "en"})
    for page, xpath in [
        (response, "//ul[@class='messagelist']/li"),
        (response, "//div[@class='record-note']"),
        (record, "//form//div[@class='record-note']"),
    ]:
        told = html.fromstring(page.content.decode()).xpath(f"{xpath}[contains(., 'nobody has signed')]")
        assert [link.text for part in told for link in part.iter("a")] == ["Our <position>"]
    assert "Readers see it now. Readers are told" in words(response)
    sign(position)
    for page in (response.request["PATH_INFO"], record.request["PATH_INFO"]):
        assert "nobody has signed" not in client.get(page, {"language": "en"}).content.decode()


def test_the_page_of_a_version_tells_its_history(client, waiting, reviewer):
    take(client, reviewer, waiting, "approve")
    page = words(client.get(reverse("review:version", args=[waiting.pk])))
    for told in ("submitted for review", "Please look at the dose.", "approved", "Well put."):
        assert told in page


def test_each_step_has_a_row_of_its_own():
    assert len(STEP_BY_CODE) == len(STEPS)
    assert {code for steps in LADDER.values() for code in steps} == set(STEP_BY_CODE)

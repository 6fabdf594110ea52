"""The editors' desk: what each person finds on it, and what it costs."""

from datetime import timedelta

import pytest
from cms.api import add_plugin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review import audit, workflow
from mscoe_portal.review.choices import Act, SignatureKind
from mscoe_portal.review.desk import ON_DESK, ON_PAGE, Desk
from mscoe_portal.review.models import CheckedLink, LockHolder, Signature, Submission
from stemcells.models import CellTypeContent
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_page,
    make_plan,
    make_reference,
    make_user,
    page_content,
    publish,
    sign,
)
from tests.growth import add_pages, add_records
from tests.review.people import approve, make_author, make_reviewer, version_of
from tests.site import page as page_at

pytestmark = pytest.mark.django_db

# The admin's first page, with all that signing in asks.
# 15 of the desk itself, and one that asks for the second factor of who has signed in
MOST = 16


@pytest.fixture
def author():
    return make_author("author")


@pytest.fixture
def reviewer():
    return make_reviewer("reviewer")


def fresh(user):
    """The user as the next request finds them."""
    return get_user_model().objects.get(pk=user.pk)


def rows(user, code):
    return Desk(fresh(user)).section(code).rows()


def titles(user, code):
    return [row.title for row in rows(user, code)]


def words(user, code):
    """Everything that the only row of a section says."""
    [row] = rows(user, code)
    return "; ".join([*row.facts, *row.problems, row.remark])


def make_draft(user, title="Fat cells", **values):
    return make_cell_type(plural=title, user=user, published=False, **values)


def submit(content, **values):
    version = version_of(content)
    return workflow.submit(version, version.created_by, **values)


# --- Waiting for review -----------------------------------------------------------------------------------------------


def test_a_submitted_draft_waits_for_every_reviewer(author, reviewer):
    submit(make_draft(author), note="Only the summary.")
    assert titles(reviewer, "waiting") == ["Fat cells"]
    assert "submitted by author on" in words(reviewer, "waiting")
    assert "Only the summary." in words(reviewer, "waiting")


def test_what_one_reviewer_was_asked_for_waits_for_nobody_else(author, reviewer):
    other = make_reviewer()
    submit(make_draft(author), reviewer=other)
    assert titles(reviewer, "waiting") == []
    assert "you were asked by name" in words(other, "waiting")


def test_what_a_reviewer_was_asked_for_by_name_comes_first_then_the_oldest(author, reviewer):
    for title, reviewer_asked in (("Older", None), ("Newer", None), ("By name", reviewer)):
        submit(make_draft(author, title), reviewer=reviewer_asked)
    assert titles(reviewer, "waiting") == ["By name", "Older", "Newer"]


def test_what_a_reviewer_has_written_any_of_does_not_wait_for_them(reviewer):
    content = make_draft(make_reviewer())
    submit(content)
    assert titles(reviewer, "waiting") == ["Fat cells"]
    LockHolder.objects.create(version=version_of(content), user=reviewer)
    assert titles(reviewer, "waiting") == []


def test_an_answered_draft_waits_no_longer(author, reviewer):
    approve(version_of(make_draft(author)), make_reviewer())
    assert titles(reviewer, "waiting") == []


def test_a_page_that_only_leads_elsewhere_waits_for_a_site_manager_alone(author, reviewer):
    page = make_page("Elsewhere", user=author, published=False, redirect="https://example.org/")
    submit(page_content(page))
    assert titles(reviewer, "waiting") == []
    assert titles(make_user(groups=["Site managers"]), "waiting") == ["Elsewhere"]


def test_who_can_review_nothing_has_no_such_section(author):
    assert Desk(author).section("waiting") is None


def test_a_superuser_reviews_only_what_a_site_manager_does_unless_given_the_right(author):
    submit(make_draft(author))
    user = make_user(is_superuser=True)
    assert titles(user, "waiting") == []
    user.user_permissions.add(Permission.objects.get(codename="sign_content"))
    assert titles(user, "waiting") == ["Fat cells"]


# --- Drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_on_the_desk_of_its_author_alone(author, reviewer):
    make_draft(author)
    assert titles(author, "drafts") == ["Fat cells"]
    assert "not submitted for review" in words(author, "drafts")
    assert titles(reviewer, "drafts") == []


def test_a_draft_that_somebody_took_over_is_theirs(author, reviewer):
    content = make_draft(author)
    Version.objects.filter(pk=version_of(content).pk).update(locked_by=reviewer)
    assert titles(author, "drafts") == []
    assert titles(reviewer, "drafts") == ["Fat cells"]


def test_a_draft_says_that_it_waits_and_comes_after_those_to_be_written(author):
    submit(make_draft(author, "Submitted"))
    make_draft(author, "Being written")
    Version.objects.filter(pk=version_of(CellTypeContent.admin_manager.get(plural="Submitted")).pk).update(
        modified=now() + timedelta(days=1)
    )
    assert titles(author, "drafts") == ["Being written", "Submitted"]
    assert "waiting for review since" in str(rows(author, "drafts")[1].facts)


def test_an_approved_draft_says_by_whom(author, reviewer):
    approve(version_of(make_draft(author)), reviewer)
    assert "approved by reviewer on" in words(author, "drafts")


def test_an_approved_draft_waits_for_those_who_may_publish_it_until_it_is_changed(author, reviewer):
    version = approve(version_of(make_draft(author)), reviewer)
    assert "approved by reviewer on" in words(reviewer, "approved")
    assert Desk(fresh(author)).section("approved") is None
    Version.objects.filter(pk=version.pk).update(modified=now())
    assert titles(reviewer, "approved") == []
    assert "changed since then" in words(author, "drafts")


def test_a_draft_that_was_not_approved_does_not_wait_to_be_published(author, reviewer):
    make_draft(author)
    submit(make_draft(author))
    assert titles(reviewer, "approved") == []


def test_a_published_draft_is_one_no_more(author):
    publish(make_draft(author))
    assert titles(author, "drafts") == []


def test_a_returned_draft_is_in_a_section_of_its_own_with_the_comment(author, reviewer):
    content = make_draft(author)
    submit(content)
    workflow.return_with_comments(version_of(content), reviewer, "Name the source.")
    assert titles(author, "drafts") == []
    assert "returned by reviewer on" in words(author, "returned")
    assert "Name the source." in words(author, "returned")
    assert titles(reviewer, "returned") == []


def test_a_returned_draft_that_is_submitted_again_waits(author, reviewer):
    content = make_draft(author)
    submit(content)
    workflow.return_with_comments(version_of(content), reviewer, "Name the source.")
    submit(content)
    assert titles(author, "returned") == []
    assert titles(author, "drafts") == ["Fat cells"]


def test_the_rules_that_a_draft_fails_are_told_each_once(client, author):
    page = make_page("Drafted", user=author, published=False)
    add_text(page, '<p><a href="/a/">here</a> and <a href="/b/">here</a></p>')
    client.force_login(author)
    for address in (reverse("review:desk_rules", args=["drafts"]), reverse("review:desk_section", args=["drafts"])):
        html = client.get(address).content.decode()
        assert "4 things must be mended" in html
        assert html.count("The words of a link do not say where it leads") == 1


def test_a_draft_that_fails_none_says_so(client, author):
    make_cell_type(user=author, published=False, summary="Cells that grow.")
    client.force_login(author)
    html = client.get(reverse("review:desk_rules", args=["drafts"])).content.decode()
    assert "Nothing stands against publishing." in html


def test_only_so_many_drafts_are_rendered_at_a_time(client, author):
    for _ in range(ON_DESK + 1):
        make_draft(author)
    client.force_login(author)
    assert client.get(reverse("review:desk_rules", args=["drafts"])).content.count(b"data-rules-of") == ON_DESK
    assert client.get(reverse("review:desk_section", args=["drafts"])).content.count(b"data-rules-of") == ON_DESK


# --- Needs attention --------------------------------------------------------------------------------------------------


def cite(reference, title, *, page=None, published=True):
    page = page or make_page(title, published=False)
    text = add_text(page, "<p>A claim.</p>")
    add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
    return publish(page_content(page)) if published else page_content(page)


@pytest.mark.parametrize(("status", "state"), [("superseded", "Superseded by newer work"), ("retracted", "Retracted")])
def test_what_cites_a_source_in_doubt_needs_attention(author, status, state):
    cite(make_reference(title="Doubtful", status=status), "Cites it")
    cite(make_reference(), "Cites another")
    assert titles(author, "attention") == ["Cites it"]
    assert "Doubtful" in words(author, "attention")
    assert state in words(author, "attention")


def test_a_draft_that_cites_it_is_told_apart_after_what_is_public(author):
    reference = make_reference(status="retracted")
    cite(reference, "A draft", published=False)
    cite(reference, "Public")
    assert titles(author, "attention") == ["Public", "A draft"]
    public, draft = rows(author, "attention")
    assert "a draft" in draft.facts
    assert "a draft" not in public.facts


def test_an_old_version_that_cites_it_does_not_count(author):
    content = cite(make_reference(status="retracted"), "Mended since")
    newer = version_of(content).copy(author)
    newer.content.get_placeholders().get(slot="content").clear()
    publish(newer.content)
    assert titles(author, "attention") == []


def test_a_public_content_and_its_draft_are_one_row(author):
    content = cite(make_reference(status="retracted"), "Twice")
    version_of(content).copy(author)
    assert titles(author, "attention") == ["Twice"]


def keep_link(content, problem):
    link = CheckedLink.objects.create(
        address=f"https://example.org/{content._meta.model_name}/{content.pk}", checked_at=now(), problem=problem
    )
    link.found_in.add(version_of(content))


def test_a_broken_link_of_what_is_public_needs_attention(author):
    keep_link(make_cell_type(plural="With a broken link"), "the website answers 404")
    keep_link(make_cell_type(plural="With a link that opens"), "")
    assert titles(author, "attention") == ["With a broken link"]
    assert "https://example.org/" in words(author, "attention")
    assert "the website answers 404" in words(author, "attention")


def test_a_broken_link_of_what_was_replaced_does_not_count(author):
    content = make_cell_type()
    keep_link(content, "the website answers 404")
    publish(version_of(content).copy(author).content)
    assert titles(author, "attention") == []


# --- Due --------------------------------------------------------------------------------------------------------------


def make_due(days, owner=None, title="Fat cells", months=12):
    """A public content whose next review is due in so many days, more or less one for the lengths of months."""
    content = make_cell_type(plural=title)
    sign(content, days_ago=365 * months // 12 - days)
    make_plan(content, owner=owner, months=months)
    return content


@pytest.mark.parametrize(
    ("days", "code"), [(-400, "overdue"), (-2, "overdue"), (2, "soon"), (58, "soon"), (63, None), (300, None)]
)
def test_each_public_content_is_in_the_section_of_its_due_date(author, days, code):
    make_due(days)
    found = {code for code in ("overdue", "never", "soon") if titles(author, code)}
    assert found == {code} - {None}


def test_what_nobody_signed_was_never_reviewed(author):
    make_cell_type(plural="New")
    make_draft(author, "A draft is not public")
    assert titles(author, "never") == ["New"]


def test_the_due_date_is_told_in_words(author):
    content = make_due(0)
    due_on = version_of(content).signatures.get().signed_at
    Signature.objects.update(signed_at=due_on.replace(year=due_on.year) - timedelta(days=10))
    assert "days ago" in words(author, "overdue")
    Signature.objects.update(signed_at=due_on + timedelta(days=10))
    assert ", in " in words(author, "soon")


def test_what_a_person_answers_for_comes_first_then_what_is_due_longest(author):
    make_due(-20, title="Somebody else’s", owner=make_user())
    make_due(-40, title="Nobody’s")
    make_due(-10, title="Mine", owner=author)
    assert titles(author, "overdue") == ["Mine", "Nobody’s", "Somebody else’s"]
    assert ["you answer for it" in row.facts for row in rows(author, "overdue")] == [True, False, False]


def test_a_site_manager_is_told_what_nobody_answers_for(author):
    make_due(-20, owner=author)
    make_due(-40, title="Nobody’s")
    manager = make_user(groups=["Site managers"])
    assert [("nobody answers for it" in row.facts) for row in rows(manager, "overdue")] == [True, False]
    assert "nobody answers for it" not in rows(author, "overdue")[0].facts


def test_the_bar_counts_what_was_reviewed_and_is_not_overdue(author):
    assert Desk(author).bar.words == "Nothing is public yet."
    make_due(-30)
    make_due(30)
    make_due(300)
    make_cell_type()
    bar = Desk(author).bar
    assert bar.words == "2 of 4 pages and records are in date."
    assert bar.percent == 50


def test_a_page_that_only_leads_elsewhere_is_never_due_but_its_broken_link_is_told(author):
    keep_link(page_content(make_page("Elsewhere", redirect="https://example.org/")), "the website answers 404")
    assert titles(author, "never") == []
    assert Desk(author).bar.number == 0
    assert titles(author, "attention") == ["Elsewhere"]


def test_an_empty_place_on_every_page_has_nothing_to_review(author):
    make_alias("seal")
    make_alias("at-notice", plugins=[("AtNoticePlugin", {"heading": "Attention"})])
    assert titles(author, "never") == ["at-notice"]
    assert Desk(author).bar.number == 1


def test_an_empty_draft_is_on_the_desk_of_its_author(author):
    make_alias("seal", user=author, published=False)
    assert titles(author, "drafts") == ["seal"]


def test_the_bar_of_one_page_is_in_the_singular(author):
    make_due(30)
    assert Desk(author).bar.words == "1 of 1 page or record is in date."


# --- Recently published -----------------------------------------------------------------------------------------------


def test_what_was_published_says_by_whom_and_who_approved_it(author, reviewer):
    publisher = make_reviewer("publisher")
    version = approve(version_of(make_draft(author)), reviewer)
    workflow.publish(version, publisher)
    assert titles(author, "published") == ["Fat cells"]
    assert "published by publisher on" in words(author, "published")
    assert "approved by reviewer" in words(author, "published")


def test_an_older_approval_and_an_older_publication_are_not_told(author, reviewer):
    version = approve(version_of(make_draft(author)), make_reviewer("first"))
    audit.record(Act.APPROVED, reviewer, version)
    workflow.publish(version, reviewer)
    assert "approved by reviewer" in words(author, "published")
    entry = Desk(author).section("published").things[0]
    type(entry)._base_manager.filter(pk=entry.pk)._raw_delete("default")
    assert titles(author, "published") == []


def test_what_was_loaded_was_published_by_nobody(author):
    make_cell_type()
    assert titles(author, "published") == []


# --- The page ---------------------------------------------------------------------------------------------------------


def desk_page(client, user):
    client.force_login(user)
    return page_at(client, "/admin/")


def test_an_empty_desk_says_of_each_section_that_there_is_nothing(client, reviewer):
    page = desk_page(client, reviewer)
    sections = page.xpath("//section")
    assert len(sections) == 9
    for section in sections:
        assert "(0)" in section.xpath("string(h2)")
        assert section.xpath("string(p)").strip().endswith(".")
        assert not section.xpath(".//li")


@pytest.mark.slow
def test_every_row_leads_to_where_something_is_done_about_it(client, author, reviewer):
    reference = make_reference(status="retracted")
    workflow.publish(approve(version_of(make_draft(author, "Published")), reviewer), reviewer)
    cite(reference, "Cites")
    make_due(-5)
    make_due(5)
    returned = make_draft(author, "Returned")
    submit(returned)
    workflow.return_with_comments(version_of(returned), reviewer, "No.")
    submit(make_draft(author, "Waits"))
    links = {link for user in (author, reviewer) for link in desk_page(client, user).xpath("//section//a/@href")}
    assert len(links) >= 9
    assert {client.get(link).status_code for link in links} == {200}


def test_a_long_section_leads_to_a_page_with_all_of_it(client, author):
    for number in range(ON_PAGE + 1):
        make_cell_type(plural=f"Cells {number:02}")
    page = desk_page(client, author)
    section = page.xpath("//section[h2/@id='desk-never']")[0]
    assert len(section.xpath("ul/li")) == ON_DESK
    [link] = section.xpath("p/a")
    assert link.text_content() == f"All {ON_PAGE + 1}: Never reviewed"
    first = page_at(client, link.get("href"))
    assert len(first.xpath("//ul[@class='desk-rows']/li")) == ON_PAGE
    second = page_at(client, f"{link.get('href')}?page=2")
    assert [row.text_content() for row in second.xpath("//a[@class='desk-rows__title']")] == ["Cells 20"]


@pytest.mark.parametrize("page", ["0", "99", "x", ""])
def test_a_page_that_there_is_not_is_no_error(client, author, page):
    client.force_login(author)
    assert client.get(reverse("review:desk_section", args=["never"]), {"page": page}).status_code == 200


@pytest.mark.parametrize(
    ("name", "code"), [("desk_section", "nothing"), ("desk_section", "waiting"), ("desk_rules", "never")]
)
def test_a_section_that_the_person_does_not_have_is_not_found(client, author, name, code):
    client.force_login(author)
    assert client.get(reverse(f"review:{name}", args=[code])).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client):
    for name in ("desk_section", "desk_rules"):
        assert client.get(reverse(f"review:{name}", args=["drafts"])).status_code == 302


def test_nobody_is_told_of_what_they_may_not_read(client):
    make_cell_type(plural="Hidden")
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_page", content_type__app_label="cms"))
    make_page("Shown")
    assert titles(user, "never") == ["Shown"]
    assert Desk(fresh(user)).bar.number == 1


def test_a_translation_says_its_language(author):
    english = make_cell_type(plural="Fat cells")
    make_cell_type(record=english.cell_type, language="es", plural="Células")
    assert titles(author, "never") == ["Células (Spanish)", "Fat cells"]


def test_a_row_says_what_kind_of_thing_it_is_as_the_menu_calls_it(author):
    make_alias("quick-links", plugins=[("TextPlugin", {"body": "<p>Text</p>"})])
    make_cell_type()
    make_page()
    assert {row.facts[0] for row in rows(author, "never")} == {"Quick links and notice", "cell type", "page"}


def test_words_of_an_editor_are_shown_as_words(client, author, reviewer):
    submit(make_draft(author, "<b>Bold</b>"), note="<script>alert(1)</script>")
    client.force_login(reviewer)
    html = client.get("/admin/").content.decode()
    assert "<script>alert" not in html
    assert "<b>Bold" not in html


# --- What it costs ----------------------------------------------------------------------------------------------------


def add_contents(number, user):
    """`number` more public contents: some have a submitted draft, are due, have a broken link, were just published."""
    add_records(number // 5, user)
    add_pages(number // 5, user, in_menu=0)
    public = list(Version.objects.filter(state=PUBLISHED).order_by("-pk")[:number])
    Signature.objects.bulk_create(
        Signature(version=version, kind=SignatureKind.APPROVAL, signed_by=user, signed_at=now() - timedelta(days=days))
        for days, version in enumerate(public[number // 5 :], start=200)
    )
    for version in public[:: number // 5]:
        audit.record(Act.APPROVED, user, version)
        audit.record(Act.PUBLISHED, user, version)
        keep_link(version.content, "the website answers 404")
    cite(make_reference(status="retracted"), "Cites")

    originals = [version for version in public if version.content_type.model == "celltypecontent"]
    contents = [version.content for version in originals]
    for content in contents:
        content.pk = None
    drafts = Version.objects.bulk_create(
        Version(
            content_type=original.content_type,
            object_id=copy.pk,
            state=DRAFT,
            created_by=user,
            source=original,
            number="2",
        )
        for original, copy in zip(originals, CellTypeContent._base_manager.bulk_create(contents), strict=True)
    )
    Submission.objects.bulk_create(Submission(version=draft, submitted_by=user) for draft in drafts)


def queries(client, user):
    """How often the admin's first page asks the database, once what is kept in memory is."""
    desk_page(client, user)
    with CaptureQueriesContext(connection) as captured:
        page_at(client, "/admin/")
    return len(captured)


def numbers(page):
    """How much is in each section of the desk: {code: number}."""
    sections = {each.get("id").removeprefix("desk-"): each for each in page.xpath("//section/h2")}
    return {code: int(each.xpath("string(span)").strip("()")) for code, each in sections.items()}


@pytest.mark.slow
def test_the_admins_first_page_asks_16_times_at_500_contents_and_no_more_than_at_50(client, author, reviewer):
    make_page()
    returned = make_draft(reviewer, "Returned")
    submit(returned)
    workflow.return_with_comments(version_of(returned), make_reviewer(), "No.")
    make_draft(reviewer)
    approve(version_of(make_draft(author)), reviewer)
    add_contents(50, author)
    before = queries(client, reviewer)
    add_contents(450, author)
    found = numbers(desk_page(client, reviewer))
    assert all(found.values()), "each section must cost what it costs"
    assert found["waiting"] == 100
    assert queries(client, reviewer) == before <= MOST
    for other in (make_user(groups=["Site managers"]), make_user(is_superuser=True)):
        assert queries(client, other) <= MOST

"""The review plan: who answers for a content, and after how many months its review lapses."""

import pytest
from cms.toolbar.utils import get_object_preview_url
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from djangocms_alias.models import AliasContent
from djangocms_versioning.exceptions import ConditionFailed
from lxml import html

from mscoe_portal.review import workflow
from mscoe_portal.review.choices import Act
from mscoe_portal.review.currency import public_contents
from mscoe_portal.review.due_dates import due_after
from mscoe_portal.review.models import AuditEntry, ReviewPlan
from tests.factories import (
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_page,
    make_recommendation,
    make_user,
    page_content,
    sign,
)
from tests.review.people import make_author, make_reviewer, step_url, version_of

pytestmark = pytest.mark.django_db

MAKERS = {
    "record": make_cell_type,
    "page": lambda **values: page_content(make_page(**values)),
    "alias": lambda **values: AliasContent.admin_manager.get(
        alias=make_alias("test", plugins=[("TextPlugin", {"body": "<p>Text</p>"})], **values)
    ),
}


def words(response):
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


def save(client, version, **values):
    return client.post(step_url(version, "plan"), {"owner": "", "months": "12"} | values)


@pytest.fixture
def version():
    return version_of(make_cell_type(plural="Fat cells"))


@pytest.fixture
def owner():
    return make_user("ana", first_name="Ana", last_name="Ruiz", email="ana@example.org")


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("group", ["Clinical reviewers", "Site managers"])
def test_it_is_set_for_each_kind_of_content_and_written_down(client, owner, kind, group):
    content = MAKERS[kind]()
    sign(content)
    user = make_user(groups=[group])
    client.force_login(user)
    assert save(client, version_of(content), owner=owner.pk, months="6").status_code == 302
    [found] = [each for each in public_contents() if each.object_id == content.pk]
    assert (found.owner_id, found.review.due_on) == (owner.pk, due_after(localdate(), 6))
    entry = AuditEntry.objects.get(act=Act.PLAN_CHANGED)
    assert (entry.user_id, entry.version_id) == (user.pk, version_of(content).pk)
    assert entry.note == "owner: nobody → Ana Ruiz; months between reviews: 12 → 6"


def test_it_outlasts_the_version_and_holds_for_one_language(version, owner):
    reviewer = make_reviewer()
    workflow.set_plan(version, reviewer, owner=owner, months=6)
    draft = version.copy(make_author())
    spanish = version_of(make_cell_type(record=version.content.cell_type, language="es"))
    assert ReviewPlan.for_version(draft).owner == owner
    assert ReviewPlan.for_version(spanish).owner is None
    workflow.set_plan(draft, reviewer, owner=owner, months=3)
    assert ReviewPlan.for_version(version).months == 3
    assert ReviewPlan.objects.count() == 1


def test_saving_it_unchanged_is_no_act(client, version):
    client.force_login(make_reviewer())
    assert save(client, version).status_code == 302
    assert not ReviewPlan.objects.exists()
    assert not AuditEntry.objects.filter(act=Act.PLAN_CHANGED).exists()


def test_an_author_is_refused_and_told_who_may(client, version):
    client.force_login(make_author())
    page = words(client.get(step_url(version, "plan")))
    assert "Only a clinical reviewer or a site manager can change when a review is due." in page
    assert save(client, version, months="1").status_code == 409
    assert not ReviewPlan.objects.exists()
    with pytest.raises(ConditionFailed):
        workflow.set_plan(version, make_author(), owner=None, months=1)


@pytest.mark.parametrize("months", ["", "0", "61", "-1", "x", "9" * 30])
def test_a_number_that_cannot_be_is_refused_at_its_field(client, version, owner, months):
    client.force_login(make_reviewer())
    response = save(client, version, owner=owner.pk, months=months)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"months"}
    assert not ReviewPlan.objects.exists()


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_staff": False}])
def test_only_who_can_sign_in_here_becomes_the_owner(client, version, values):
    other = make_user(**values)
    client.force_login(make_reviewer())
    assert set(save(client, version, owner=other.pk).context["form"].errors) == {"owner"}


def test_the_form_begins_with_the_plan_as_it_is(client, version, owner):
    workflow.set_plan(version, make_reviewer(), owner=owner, months=7)
    client.force_login(make_reviewer())
    form = client.get(step_url(version, "plan")).context["form"]
    assert (form["owner"].initial, form["months"].initial) == (owner, 7)


def places(version):
    content = version.content
    return {
        "page of the version": reverse("review:version", args=[version.pk]),
        "form": reverse("admin:stemcells_celltype_change", args=[content.cell_type_id]),
        "preview": get_object_preview_url(content),
    }


@pytest.mark.parametrize("place", ["page of the version", "form", "preview"])
def test_a_link_leads_to_it_for_those_who_may_change_it(client, version, place):
    url = places(version)[place]
    client.force_login(make_reviewer())
    assert step_url(version, "plan") in client.get(url).content.decode()
    client.force_login(make_author())
    assert step_url(version, "plan") not in client.get(url).content.decode()


def test_the_form_of_an_alias_leads_to_it(client):
    content = MAKERS["alias"]()
    client.force_login(make_reviewer())
    url = reverse("admin:djangocms_alias_alias_change", args=[content.alias_id])
    assert step_url(version_of(content), "plan") in client.get(url).content.decode()


def test_after_it_is_saved_the_person_is_where_they_came_from(client, version):
    client.force_login(make_reviewer())
    form = places(version)["form"]
    assert save(client, version).headers["Location"] == reverse("review:version", args=[version.pk])
    response = client.post(step_url(version, "plan", f"?next={form}"), {"owner": "", "months": "3"})
    assert response.headers["Location"] == form
    assert "Reviewed every 3 months." in words(client.get(form))


def test_who_may_not_change_it_reads_it(client, version, owner):
    sign(version.content)
    workflow.set_plan(version, make_reviewer(), owner=owner, months=1)
    client.force_login(make_author())
    page = words(client.get(places(version)["page of the version"]))
    due = date_format(due_after(localdate(), 1))
    assert f"Reviewed every month. The next review is due on {due}. Ana Ruiz answers for it, and is reminded." in page


def test_a_review_that_is_overdue_is_said_to_be_so_beside_a_draft_too(client, version):
    sign(version.content, days_ago=800)
    draft = version.copy(make_author())
    client.force_login(make_author())
    assert "The next review was due on" in words(client.get(places(draft)["page of the version"]))


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_it_is_said_that_an_owner_cannot_be_reached(client, version, owner, change):
    workflow.set_plan(version, make_reviewer(), owner=owner, months=12)
    type(owner).objects.filter(pk=owner.pk).update(**change)
    client.force_login(make_reviewer())
    assert "but no e-mail reaches that person" in words(client.get(places(version)["page of the version"]))


def test_the_right_to_sign_given_to_one_person_is_enough(client, version):
    person = make_author()
    person.user_permissions.add(Permission.objects.get(codename="sign_content"))
    client.force_login(person)
    assert save(client, version, months="3").status_code == 302


def test_a_form_names_the_parts_that_keep_its_page_from_counting_as_reviewed(client):
    recommendation = make_recommendation(title="Wait for the trials")
    article = make_clinic_risk_article(recommendation=recommendation.recommendation)
    sign(article)
    client.force_login(make_reviewer())
    url = reverse("admin:stemcells_clinicriskarticle_change", args=[article.clinic_risk_article_id])
    words = "Readers are told that this is not yet reviewed"
    page = client.get(url).content.decode()
    assert words in page
    assert '">Wait for the trials</a>' in page
    sign(recommendation)
    assert words not in client.get(url).content.decode()

"""How readers see those who sign: who may change it, and that readers see the change at once."""

import re

import pytest
from django.db import connection
from django.urls import reverse
from lxml import html

from mscoe_portal.delivery.models import Generation
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry, Clinician
from tests.factories import make_clinician, make_page, make_user, page_content, sign
from tests.review.people import make_author, make_reviewer

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/review/clinician/", "/admin/review/clinician/add/"
ANA = {"name": "Ana Ruiz", "credentials": "MD"}


def form_of(clinician):
    return reverse("admin:review_clinician_change", args=[clinician.pk])


def make_manager():
    return make_user("manager", groups=["Site managers"])


def save(client, clinician, **values):
    """Save the form of `clinician` as it is, with other `values` (None: an empty box); returns the answer."""
    form = client.get(form_of(clinician)).context["adminform"].form
    old = {name: form[name].value() for name in form.fields}
    new = {name: value for name, value in (old | values).items() if value not in (None, False)}
    return client.post(form_of(clinician), new)


def state(clinician):
    clinician.refresh_from_db()
    return clinician.name, clinician.credentials, clinician.may_be_named


@pytest.fixture
def ana():
    """A reviewer who has agreed to be named."""
    return make_clinician("Ana Ruiz", "MD").clinician


@pytest.fixture
def ben():
    """A reviewer who has not."""
    return make_clinician("Ben Lee", "MD", may_be_named=False).clinician


def test_a_reviewer_gives_their_own_name_and_consent(client):
    reviewer = make_reviewer()
    client.force_login(reviewer)
    assert client.get(LIST).headers["Location"] == ADD
    assert "I agree to be named to readers" in client.get(ADD).content.decode()
    assert client.post(ADD, ANA | {"may_be_named": "on"}).status_code == 302
    assert state(reviewer.clinician) == ("Ana Ruiz", "MD", True)
    assert client.get(LIST).headers["Location"] == form_of(reviewer.clinician)


def test_the_browser_may_fill_in_ones_own_name(client):
    """WCAG 1.3.5."""
    client.force_login(make_reviewer())
    assert re.search(r"<input[^>]* name=\"name\"[^>]* autocomplete=\"name\"", client.get(ADD).content.decode())


def test_without_consent_it_is_not_given(client):
    reviewer = make_reviewer()
    client.force_login(reviewer)
    client.post(ADD, ANA)
    assert not reviewer.clinician.may_be_named


def test_a_reviewer_has_one_name(client, ana):
    client.force_login(ana.user)
    for response in (client.get(ADD), client.post(ADD, ANA)):
        assert response.headers["Location"] == form_of(ana)
    assert Clinician.objects.count() == 1


def test_a_name_must_be_given(client):
    client.force_login(make_reviewer())
    response = client.post(ADD, {"name": " ", "credentials": "MD"})
    assert set(response.context["adminform"].form.errors) == {"name"}
    assert not Clinician.objects.exists()


def test_a_reviewer_changes_nobody_elses(client, ana):
    client.force_login(make_reviewer())
    assert client.get(form_of(ana)).status_code == 403
    assert client.post(form_of(ana), {"name": "Another"}).status_code == 403
    assert state(ana) == ("Ana Ruiz", "MD", True)


@pytest.mark.parametrize("url", [LIST, ADD])
def test_an_author_has_no_such_name(client, url):
    client.force_login(make_author())
    assert client.get(url).status_code == 403
    assert client.post(url, ANA).status_code == 403


def test_a_site_manager_corrects_name_and_credentials(client, ben):
    client.force_login(make_manager())
    assert form_of(ben) in client.get(LIST).content.decode()
    assert save(client, ben, name="Ben Li", credentials="MD, PhD").status_code == 302
    assert state(ben) == ("Ben Li", "MD, PhD", False)


@pytest.mark.parametrize("who", [make_manager, lambda: make_user(is_superuser=True)])
def test_nobody_agrees_for_somebody_else(client, ben, who):
    client.force_login(who())
    client.post(form_of(ben), {"name": "Ben Li", "credentials": "MD", "may_be_named": "on", "stamp": "{}"})
    save(client, ben, name="Ben Li", may_be_named="on")
    assert state(ben) == ("Ben Li", "MD", False)


def test_a_site_manager_ends_the_naming_of_who_asks_for_it(client, ana):
    client.force_login(make_manager())
    assert save(client, ana, may_be_named=None).status_code == 302
    assert state(ana) == ("Ana Ruiz", "MD", False)
    assert "not named to readers any more" in AuditEntry.objects.get(act=Act.PERSON_CHANGED).note


def test_a_consent_that_was_given_meanwhile_is_not_taken_away_by_a_form_that_does_not_know_it(client, ben):
    client.force_login(make_manager())
    stamp = client.get(form_of(ben)).context["adminform"].form["stamp"].value()
    Clinician.objects.update(may_be_named=True)
    assert client.post(form_of(ben), {"name": "Ben Li", "credentials": "MD", "stamp": stamp}).status_code == 409
    assert state(ben) == ("Ben Lee", "MD", True)


@pytest.mark.parametrize("who", [make_manager, lambda: make_user(is_superuser=True)])
def test_nobody_deletes_a_name(client, ana, who):
    client.force_login(who())
    assert client.post(reverse("admin:review_clinician_delete", args=[ana.pk]), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": ana.pk, "post": "yes"})
    assert Clinician.objects.exists()


def test_each_change_is_written_down_with_who_made_it(client, ben):
    manager = make_manager()
    client.force_login(manager)
    save(client, ben, credentials="MD, PhD")
    client.force_login(ben.user)
    save(client, ben, may_be_named="on")
    save(client, ben)
    entries = AuditEntry.objects.filter(act=Act.PERSON_CHANGED).order_by("pk").values_list("user_id", "note")
    assert list(entries) == [(manager.pk, "Credentials"), (ben.user_id, "agreed to be named")]


def token():
    connection.check_constraints()  # on PostgreSQL the triggers run at the commit, or when they are asked to
    return Generation.objects.get().token


@pytest.mark.parametrize(
    ("values", "told"), [({"name": "Ana Díaz"}, "by Ana Díaz, MD."), ({"may_be_named": None}, "by a clinician of the")]
)
def test_readers_see_a_change_at_once(client, ana, values, told):
    sign(page_content(make_page(slug="reviewed")), ana.user)
    client.force_login(ana.user)
    before = token()
    save(client, ana, **values)
    assert token() != before
    client.logout()
    page = html.fromstring(client.get("/reviewed/").content.decode())
    assert told in " ".join(page.find(".//main").text_content().split())

"""A signature, a plan, a clinician's consent and midnight each change what is served, and nothing stale stays."""

from datetime import timedelta
from io import BytesIO

import pytest
from cms.api import add_plugin
from django.core.handlers.wsgi import WSGIHandler
from django.utils.timezone import localdate
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.delivery.generation import CurrentGeneration
from mscoe_portal.delivery.pages import Pages
from mscoe_portal.delivery.store import Store
from mscoe_portal.review import currency
from mscoe_portal.review.models import Clinician, ReviewPlan
from tests.factories import make_cell_type, make_clinician, make_page, make_plan, make_user, page_content, publish, sign


@pytest.fixture
def served(tmp_path, transactional_db):
    """A function that gives the review line of /about/ as the delivery layer serves it."""
    generation = CurrentGeneration(tmp_path / "generation")
    pages = Pages(WSGIHandler(), Store(tmp_path / "pages"), generation)
    about = page_content(make_page("About", slug="about"))
    card = make_cell_type()
    newer = Version.objects.get_for_content(about).copy(make_user()).content
    add_plugin(newer.get_placeholders().get(slot="content"), "CellTypeCardPlugin", "en", cell_type=card.cell_type)
    publish(newer)

    def line_of_about():
        generation.refresh()
        key = ("http", "testserver", "/about/")
        first = pages.find(key)
        rendered = pages.counts["rendered"]
        assert pages.find(key).body == first.body
        assert pages.counts["rendered"] == rendered, "the page was kept"
        (found,) = html.parse(BytesIO(first.body)).xpath("//*[@class='review']")
        return " ".join(found.text_content().split())

    line_of_about.page, line_of_about.part, line_of_about.pages = newer, card, pages
    return line_of_about


def test_a_new_signature_is_served(served):
    assert "Not yet reviewed" in served()
    sign(served.page)
    assert "Not yet reviewed" in served(), "its part was never reviewed"
    sign(served.part)
    assert "Clinically reviewed on" in served()


def test_a_changed_plan_is_served(served):
    sign(served.page, days_ago=100)
    sign(served.part)
    assert "Next review due" in served()
    plan = make_plan(served.page, months=1)
    assert "was due on" in served()
    ReviewPlan.objects.filter(pk=plan.pk).update(months=60)
    assert "Next review due" in served()


def test_a_clinicians_consent_is_served_and_its_end_too(served):
    sign(served.part, make_clinician("Ana Ruiz", may_be_named=False), days_ago=3)
    sign(served.page)
    assert "by a clinician of the centers" in served()
    Clinician.objects.update(may_be_named=True)
    assert "by Ana Ruiz" in served()
    Clinician.objects.update(may_be_named=False)
    assert "Ruiz" not in served()


def test_a_review_lapses_at_midnight_without_any_change(served, monkeypatch):
    sign(served.page, days_ago=40)
    sign(served.part)
    make_plan(served.page, months=2)
    assert "Next review due" in served()

    def on(day):
        for module in ("delivery.store", "delivery.pages"):
            monkeypatch.setattr(f"mscoe_portal.{module}.today", day.isoformat)
        monkeypatch.setattr(
            "mscoe_portal.review.currency.localdate", lambda value=None: localdate(value) if value else day
        )

    on(localdate() + timedelta(days=10))
    assert "Next review due" in served()
    on(localdate() + timedelta(days=30))
    assert "was due on" in served()


def test_all_pages_of_one_state_of_the_site_share_one_question(served, monkeypatch):
    asked, ask = [], currency.page_reviews
    monkeypatch.setattr("mscoe_portal.review.reader.page_reviews", lambda: asked.append(1) or ask())
    make_page("Other", slug="other")
    served()
    served.pages.find(("http", "testserver", "/other/"))
    assert len(asked) == 1

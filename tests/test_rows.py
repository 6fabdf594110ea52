"""What the factories write is what django CMS, versioning and the review leave."""

from datetime import datetime

import pytest
from cms.models import Page, PageContent
from django.db import connection, transaction
from djangocms_versioning.models import Version

from mscoe_portal.navigation.models import PublicAddress
from mscoe_portal.review.models import AuditEntry
from stemcells.models import (
    CellType,
    CellTypeContent,
    ClinicRiskArticle,
    ClinicRiskArticleContent,
    Disclaimer,
    DisclaimerContent,
    Recommendation,
    RecommendationContent,
)
from tests.factories import make_content_by_cms, make_page, make_page_by_cms, make_user
from tests.migrated import model_rows
from tests.rows import write_page, write_record
from tests.site import read_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = {
    "a page": {},
    "the home page": {"home": True},
    "a page in Spanish": {"language": "es", "title": "Título"},
    "a page that leads elsewhere": {"redirect": "/elsewhere/", "in_navigation": False},
    "a page with an address, names and another template": {
        "slug": "here",
        "menu_title": "Here",
        "page_title": "All of it",
        "meta_description": "About it.",
        "template": "pages/home.html",
    },
}
ADDRESSED = {"slug": "name", "summary": "A summary.", "language": "en"}
RECORDS = {
    CellTypeContent: (CellType, ADDRESSED | {"short_name": "N", "name": "Name", "plural": "Names", "origin": "adult"}),
    ClinicRiskArticleContent: (ClinicRiskArticle, ADDRESSED | {"title": "Name", "language": "es"}),
    RecommendationContent: (Recommendation, {"title": "Name", "statement": "It is.", "language": "en"}),
    DisclaimerContent: (Disclaimer, {"title": "Name", "kind": "other", "text": "It is.", "language": "en"}),
}
# Where a page carries the records, each has an address.
APPHOOKS = {CellTypeContent: "CellTypesApphook", ClinicRiskArticleContent: "ClinicRisksApphook"}
published_or_not = pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])


def left_by(make, content_model, record_model):
    """What `make` leaves: each row that is new or another, and what waits for the end of the transaction.

    The id of a new row is its number among the new ones of its table, and a time is only that there is one.
    """
    before, waiting = model_rows(), len(connection.run_on_commit)
    with transaction.atomic():
        make()
        after = model_rows()
        functions = {function.__name__ for _ids, function, *_rest in connection.run_on_commit[waiting:]}
        transaction.set_rollback(True)
    ids = {
        model: {pk: f"new {number}" for number, pk in enumerate(sorted(those.keys() - before[model].keys()))}
        for model, those in after.items()
    }

    def readable(field, value):
        """`value` as it is in each run."""
        model = field.model if field.primary_key else field.related_model
        if not model:  # ids without a foreign key
            is_of_record = field.model in (AuditEntry, PublicAddress)
            model = {"version_id": Version, "object_id": record_model if is_of_record else content_model}.get(
                field.name
            )
        if isinstance(value, datetime) or field.name == "token":
            return "a time, or a number by chance"
        return ids.get(model, {}).get(value, value)

    rows = {
        model: sorted(
            [(field.attname, readable(field, value)) for field, value in zip(fields, row, strict=True)]
            for pk, row in those.items()
            if before[model].get(pk) != row
        )
        for model, those in after.items()
        for fields in [model._meta.local_concrete_fields]
    }
    # A request, such as that of a test before, tells its editor when the page is live.
    return functions - {"<lambda>"}, {model: those for model, those in rows.items() if those}


@published_or_not
@pytest.mark.parametrize("values", PAGES.values(), ids=PAGES)
def test_a_page_is_written_as_the_cms_leaves_it(values, published):
    values = {"title": "Title", "language": "en", "home": False, "template": "pages/topic.html"} | values
    values = {"user": make_user(), "published": published, "parent": None, "in_navigation": True} | values
    left_by_cms = left_by(lambda: make_page_by_cms(**values), PageContent, Page)
    assert left_by(lambda: write_page(**values), PageContent, Page) == left_by_cms


@published_or_not
@pytest.mark.parametrize(("model", "apphook"), [*dict.fromkeys(RECORDS).items(), *APPHOOKS.items()])
def test_a_record_is_written_as_the_cms_leaves_it(model, apphook, published):
    record_model, values = RECORDS[model]
    user = make_user()
    if apphook:
        make_page("Records", apphook=apphook)
        read_addresses()
    record = record_model.objects.create(key="name")
    values = values | {"published": published}
    left_by_cms = left_by(lambda: make_content_by_cms(model, record, user, **values), model, record_model)
    assert left_by(lambda: write_record(model, record, user, **values), model, record_model) == left_by_cms


@pytest.mark.parametrize("values", [{"slug": "taken"}, {"home": True}, {"apphook": "CellTypesApphook"}])
def test_what_changes_other_rows_too_is_left_to_the_cms(values):
    user = make_user()
    make_page("Taken", slug="taken")
    make_page("Home", home=True)
    values = {"title": "Title", "language": "en", "home": False, "published": True, "parent": None} | values
    assert write_page(user=user, **values) is None

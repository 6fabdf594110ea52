"""Many published records and pages at once, as readers find them; nobody is said to have written or published them."""

from itertools import count

from cms.models import Page, PageContent, PageUrl
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.text import slugify
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

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

_number = count(1)


def _publish(contents, user):
    content_type = ContentType.objects.get_for_model(contents[0])
    Version.objects.bulk_create(
        Version(content_type=content_type, object_id=content.pk, state=PUBLISHED, created_by=user, number="1")
        for content in contents
    )


def _add_records(record_model, content_model, number, user, **values):
    records = record_model.objects.bulk_create(record_model(key=f"more-{next(_number)}") for _ in range(number))
    contents = content_model._base_manager.bulk_create(
        content_model(
            language=settings.LANGUAGE_CODE,
            **{content_model.grouper_field_name: record},
            **{name: value.format(record.key) for name, value in values.items()},
        )
        for record in records
    )
    _publish(contents, user)


def add_records(number, user):
    """Publish `number` more records of each kind."""
    names = {"short_name": "{}", "name": "{}", "plural": "Cells {}", "summary": "S.", "origin": "adult"}
    _add_records(CellType, CellTypeContent, number, user, slug="{}", makes_or_does="M", **names)
    _add_records(ClinicRiskArticle, ClinicRiskArticleContent, number, user, slug="{}", title="Article {}", summary="S.")
    _add_records(
        Recommendation, RecommendationContent, number, user, title="Position {}", statement="S.", applies_to="A"
    )
    _add_records(Disclaimer, DisclaimerContent, number, user, kind="other", title="Disclaimer {}", text="T.")


def add_pages(number, user, *, in_menu, title="more"):
    """Publish `number` more pages at the top of the tree, the first `in_menu` of them in the main menu.

    They are called by `title` and a number, from 01 on.
    """
    last = Page.get_last_root_node()
    step = Page._str2int(last.path)
    first = PageContent._base_manager.filter(title__startswith=f"{title} ").count() + 1
    names = [f"{title} {n:02}" for n in range(first, first + number)]
    slugs = [slugify(name) for name in names]
    pages = Page.objects.bulk_create(
        Page(path=Page._get_path("", 1, step + n), depth=1, numchild=0, site=last.site, created_by="", changed_by="")
        for n in range(1, number + 1)
    )
    shared = {"language": settings.LANGUAGE_CODE}
    contents = PageContent._base_manager.bulk_create(
        PageContent(page=page, title=name, slug=slug, template="pages/topic.html", in_navigation=n < in_menu, **shared)
        for n, (page, name, slug) in enumerate(zip(pages, names, slugs, strict=True))
    )
    PageUrl.objects.bulk_create(
        PageUrl(page=page, slug=slug, path=slug, site=page.site, managed=True, **shared)
        for page, slug in zip(pages, slugs, strict=True)
    )
    _publish(contents, user)

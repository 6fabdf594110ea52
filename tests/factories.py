"""Plain functions that make what a test needs. Each gives sensible values that a test may override."""

from datetime import timedelta
from itertools import count

from cms import api
from cms.api import create_page
from cms.models import PageContent
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils.timezone import localtime
from djangocms_alias.models import Alias, AliasContent, Category
from djangocms_versioning.models import Version
from filer.models import File

from mscoe_portal.loading import loading
from mscoe_portal.review.choices import SignatureKind
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import Clinician, ReviewPlan, Signature
from stemcells.models import (
    CellType,
    CellTypeContent,
    ClinicRiskArticle,
    ClinicRiskArticleContent,
    Disclaimer,
    DisclaimerContent,
    Recommendation,
    RecommendationContent,
    Reference,
)

# The smallest file that may be uploaded.
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

_number = count(1)


def make_user(username=None, *, groups=(), **values):
    """A staff user in the named groups; the password is "password"."""
    values = {"is_staff": True, "password": "password"} | values
    user = get_user_model().objects.create_user(username or f"user{next(_number)}", **values)
    user.groups.set([Group.objects.get(name=name) for name in groups])
    return user


def make_file(name="leaflet.svg", **values):
    """An uploaded file."""
    return File.objects.create(file=ContentFile(DRAWING, name=name), original_filename=name, **values)


def publish(content, user=None):
    """Publish the draft `content`, unreviewed, and return it."""
    with loading():
        Version.objects.get_for_content(content).publish(user or make_user())
    return content


def make_clinician(name="Ana Ruiz", credentials="MD, neurologist", *, may_be_named=True, **values):
    """A clinical reviewer, as readers may see them."""
    user = make_user(groups=["Clinical reviewers"], **values)
    Clinician.objects.create(user=user, name=name, credentials=credentials, may_be_named=may_be_named)
    return user


def sign(content, signer=None, *, days_ago=0):
    """Sign the published `content` as still correct, as it was done some days ago; returns the signature."""
    version = Version.objects.get_for_content(content)
    return Signature.objects.create(
        version=version,
        kind=SignatureKind.STILL_CORRECT,
        digest=digest_of(version),
        signed_by=signer or make_user(),
        signed_at=localtime() - timedelta(days=days_ago),
    )


def make_plan(content, *, owner=None, months=ReviewPlan.MONTHS):
    """Who answers for `content`, and after how many months its review lapses."""
    identity = ReviewPlan.of(Version.objects.get_for_content(content))
    return ReviewPlan.objects.create(**identity, owner=owner, months=months)


def make_page(title=None, *, user=None, published=True, home=False, language="en", parent=None, **values):
    """A CMS page on the topic template, in the menu."""
    user = user or make_user()
    if parent:
        parent.refresh_from_db()
    page = create_page(
        title or f"Page {next(_number)}",
        values.pop("template", "pages/topic.html"),
        language,
        created_by=user,
        parent=parent,
        in_navigation=values.pop("in_navigation", True),
        **values,
    )
    if home:
        page.set_as_homepage()
    if published:
        publish(page_content(page, language), user)
    return page


def page_content(page, language="en"):
    """The latest content of `page` in `language`, draft or not."""
    return PageContent.admin_manager.filter(page=page, language=language).latest_content().get()


def add_plugin(placeholder, plugin_type, language="en", **values):
    """Put a plugin into `placeholder`, what is public already included; returns it."""
    with loading():
        return api.add_plugin(placeholder, plugin_type, language, **values)


def add_text(page, html, *, slot="content", language="en"):
    """Put rich text on `page`; returns the text plugin."""
    placeholder = page_content(page, language).get_placeholders().get(slot=slot)
    return add_plugin(placeholder, "TextPlugin", language, body=html)


def make_alias(code, *, user=None, published=True, language="en", plugins=()):
    """A static alias that holds `plugins`: pairs of a plugin type and its fields."""
    user = user or make_user()
    category = Category.objects.filter(translations__name="Test").first() or Category.objects.create(name="Test")
    alias, _created = Alias.objects.get_or_create(static_code=code, defaults={"category": category})
    content = AliasContent.objects.with_user(user).create(alias=alias, name=code, language=language)
    for plugin_type, values in plugins:
        add_plugin(content.placeholder, plugin_type, language, **values)
    if published:
        publish(content, user)
    return alias


def _make_content(model, record, user, published, language, values):
    values = {model.grouper_field_name: record, "language": language} | values
    content = model.objects.with_user(user or make_user()).create(**values)
    return publish(content, user) if published else content


def make_cell_type(*, record=None, user=None, published=True, language="en", **values):
    """A cell type's content; a new cell type unless `record` is given."""
    number = next(_number)
    values = {
        "slug": f"type-{number}",
        "short_name": f"T{number}",
        "name": f"Test stem cell {number}",
        "plural": f"Test stem cells {number}",
        "summary": "A summary.",
        "origin": "adult",
        "makes_or_does": "Makes test cells",
    } | values
    record = record or CellType.objects.create(key=f"type-{number}")
    return _make_content(CellTypeContent, record, user, published, language, values)


def make_clinic_risk_article(*, record=None, user=None, published=True, language="en", **values):
    """A clinic-risk article's content; a new article unless `record` is given."""
    number = next(_number)
    values = {"slug": f"article-{number}", "title": f"Article {number}", "summary": "A summary."} | values
    record = record or ClinicRiskArticle.objects.create(key=f"article-{number}")
    return _make_content(ClinicRiskArticleContent, record, user, published, language, values)


def make_recommendation(*, record=None, user=None, published=True, language="en", **values):
    """A recommendation's content; a new recommendation unless `record` is given."""
    number = next(_number)
    values = {"title": f"Position {number}", "statement": "A statement.", "applies_to": "A thing"} | values
    record = record or Recommendation.objects.create(key=f"position-{number}")
    return _make_content(RecommendationContent, record, user, published, language, values)


def make_disclaimer(*, record=None, user=None, published=True, language="en", **values):
    """A disclaimer's content; a new disclaimer unless `record` is given."""
    number = next(_number)
    values = {"kind": "other", "title": f"Disclaimer {number}", "text": "A text."} | values
    record = record or Disclaimer.objects.create(key=f"disclaimer-{number}")
    return _make_content(DisclaimerContent, record, user, published, language, values)


def make_reference(**values):
    """A source with a DOI."""
    number = next(_number)
    values = {
        "key": f"source-{number}",
        "title": f"Title {number}",
        "authors": "Author A",
        "year": 2016,
        "doi": f"10.1016/j.test.{number}",
    } | values
    return Reference.objects.create(**values)

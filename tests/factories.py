"""Plain functions that make what a test needs. Each gives sensible values that a test may override."""

from datetime import timedelta
from itertools import count

from cms import api
from cms.api import create_page
from cms.models import PageContent
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils.timezone import localtime
from djangocms_alias.models import Alias, AliasContent, Category
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.models import Version
from filer.models import File

from mscoe_portal.loading import loading
from mscoe_portal.review.choices import SignatureKind
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import Clinician, ReviewPlan, Signature
from stemcells.models import (
    CellTypeContent,
    ClinicRiskArticleContent,
    DisclaimerContent,
    RecommendationContent,
    Reference,
)
from tests.rows import write_page, write_record

# The smallest file that may be uploaded.
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

_number = count(1)


def make_user(username=None, *, groups=(), **values):
    """A staff user in the named groups; the password is "password"."""
    values = {"is_staff": True, "password": "password"} | values
    user = get_user_model().objects.create_user(username or f"user{next(_number)}", **values)
    if groups:
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
    user, title = user or make_user(), title or f"Page {next(_number)}"
    values = {"template": "pages/topic.html", "in_navigation": True} | values
    page = write_page(title, user, published=published, home=home, language=language, parent=parent, **values)
    return page or make_page_by_cms(
        title, user, published=published, home=home, language=language, parent=parent, **values
    )


def make_page_by_cms(title, user, *, published, home, language, parent, **values):
    """A page as editors make it."""
    if parent:
        parent.refresh_from_db()
    page = create_page(title, language=language, created_by=user, parent=parent, **values)
    if home:
        page.set_as_homepage()
    if published:
        publish(page_content(page, language), user)
    return page


def make_page_with_words(*args, language="en", **values):
    """A page that a rule for publication does not stop: it has a text. See `make_page`."""
    page = make_page(*args, language=language, **values)
    add_text(page, "<p>Ask your care team.</p>", language=language)
    return page


def page_content(page, language="en"):
    """The latest content of `page` in `language`, draft or public if there is one."""
    contents = PageContent.admin_manager.filter(page=page, language=language)
    contents = list(contents.annotate(state=F("versions__state")).order_by("-versions__pk"))
    return next((content for content in contents if content.state in (DRAFT, PUBLISHED)), contents[0])


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


def _make_content(model, record, key, user, published, language, values):
    user = user or make_user()
    if record is None:
        record = model._meta.get_field(model.grouper_field_name).related_model.objects.create(key=key)
        return write_record(model, record, user, published=published, language=language, **values)
    return make_content_by_cms(model, record, user, published=published, language=language, **values)


def make_content_by_cms(model, record, user, *, published, **values):
    """The content of a record as editors make it."""
    content = model.objects.with_user(user).create(**{model.grouper_field_name: record}, **values)
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
        "key_points": "A point.",
        "origin": "adult",
        "makes_or_does": "Makes test cells",
    } | values
    return _make_content(CellTypeContent, record, f"type-{number}", user, published, language, values)


def make_clinic_risk_article(*, record=None, user=None, published=True, language="en", **values):
    """A clinic-risk article's content; a new article unless `record` is given."""
    number = next(_number)
    values = {
        "slug": f"article-{number}",
        "title": f"Article {number}",
        "summary": "A summary.",
        "key_points": "A point.",
    } | values
    return _make_content(ClinicRiskArticleContent, record, f"article-{number}", user, published, language, values)


def make_recommendation(*, record=None, user=None, published=True, language="en", **values):
    """A recommendation's content; a new recommendation unless `record` is given."""
    number = next(_number)
    values = {"title": f"Position {number}", "statement": "A statement.", "applies_to": "A thing"} | values
    return _make_content(RecommendationContent, record, f"position-{number}", user, published, language, values)


def make_disclaimer(*, record=None, user=None, published=True, language="en", **values):
    """A disclaimer's content; a new disclaimer unless `record` is given."""
    number = next(_number)
    values = {"kind": "other", "title": f"Disclaimer {number}", "text": "A text."} | values
    return _make_content(DisclaimerContent, record, f"disclaimer-{number}", user, published, language, values)


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

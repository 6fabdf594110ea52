"""The rows that django CMS, versioning and the review leave of a page or a record, without the time that they take.

A test that is about something else need not wait for the thirty questions that a draft and its publication ask.
`test_rows.py` tells when they would leave others.
"""

from cms.models import Page, PageContent, PageUrl
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import override
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.models import StateTracking, Version

from mscoe_portal.errors import keep_server_error_page_current
from mscoe_portal.navigation.models import PublicAddress
from mscoe_portal.navigation.old_addresses import addressed_models
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import LockHolder
from mscoe_portal.search.index import rebuild_after_commit

# What a page may be that is written so, besides its title and language: other values change other rows, too.
PAGE_VALUES = {"in_navigation", "menu_title", "meta_description", "page_title", "redirect", "slug", "template"}


def write_page(title, user, *, published, home, language, parent, **values):
    """Write a page at the top of the tree. Returns it, or None where only the CMS knows what to do."""
    slug = values.pop("slug", None) or slugify(title)
    path = "" if home else slug
    is_taken = PageUrl.objects.filter(path__in=[slug, path], language=language).exists()
    if parent or is_taken or not values.keys() <= PAGE_VALUES or (home and Page.objects.filter(is_home=True).exists()):
        return None
    last = Page.get_last_root_node()
    page = Page(
        path=Page._get_path("", 1, Page._str2int(last.path) + 1 if last else 1),
        depth=1,
        site_id=settings.SITE_ID,
        created_by=user.username,
        changed_by=user.username,
    )
    content = PageContent(
        page=page,
        language=language,
        title=title,
        slug=slug,
        created_by=user.username,
        changed_by=user.username,
        **values,
    )
    for row in (page, content):
        type(row)._base_manager.bulk_create([row])
    # The CMS saves a page twice, which delivery sees.
    page.update(is_home=home, changed_by="script" if home else user.username)
    content.rescan_placeholders()
    rebuild_after_commit()  # as after any change of the tree
    write_version(content, user, published=published)
    if published:
        url = PageUrl(page=page, slug=slug, path=path, language=language, site_id=page.site_id, managed=True)
        PageUrl.objects.bulk_create([url])
        _write_address(url, "cms.page", page)
    return page


def write_record(content_model, record, user, *, published, **values):
    """Write the first content of `record`, whose row is there; returns it."""
    [content] = content_model._base_manager.bulk_create(
        [content_model(**{content_model.grouper_field_name: record}, **values)]
    )
    write_version(content, user, published=published)
    if published:
        _write_address(content, content_model._meta.label_lower, record)
    return content


def _write_address(row, kind, identity):
    with override(row.language):
        path = row.get_absolute_url()
    if path and kind in addressed_models():
        PublicAddress.objects.bulk_create(
            [PublicAddress(path=path, kind=kind, object_id=identity.pk)],
            update_conflicts=True,
            unique_fields=["path"],
            update_fields=["kind", "object_id"],
        )


def write_version(content, user, *, published):
    """Write the first version of `content`, whose own row is there: a draft, or what `publish()` makes of one."""
    [version] = Version.objects.bulk_create(
        [
            Version(
                content=content,
                state=PUBLISHED if published else DRAFT,
                created_by=user,
                locked_by=None if published else user,
                number="1",
            )
        ]
    )
    LockHolder.objects.bulk_create([LockHolder(version=version, user=user)])
    audit.record(Act.DRAFTED, user, version)
    if published:
        StateTracking.objects.bulk_create(
            [StateTracking(version=version, old_state=DRAFT, new_state=PUBLISHED, user=user)]
        )
        audit.record(Act.LOADED, user, version)
        rebuild_after_commit()
    keep_server_error_page_current()

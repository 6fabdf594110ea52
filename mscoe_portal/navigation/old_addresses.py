"""An old address of a page or record leads to where it is now.

What is public is written down with its address at each step of a version and before each move, and looked up only
when an address is not found. So chains and loops cannot come about, an address that is live again is
simply served, and it does not matter what took the old address away: a new slug, a move, a move of a page above.
"""

from cms.models import Page, PageContent
from cms.operations import MOVE_PAGE
from cms.signals import post_obj_operation, pre_obj_operation
from cms.utils.apphook_reload import mark_urlconf_as_changed
from django.apps import apps
from django.conf import settings
from django.dispatch import receiver
from django.utils.translation import get_language_from_path, override
from djangocms_versioning.signals import post_version_operation

from mscoe_portal.navigation.models import PublicAddress


def addressed_models():
    """The declared sources of public addresses: {kind: AddressSource}; see `cms_config.py`."""
    return apps.get_app_config("navigation").cms_extension.sources


def remember_addresses():
    """Write down the address of everything that is public now."""
    public = [(row, kind, source) for kind, source in addressed_models().items() for row in source.rows()]
    current = {}
    # By language: to change it takes longer than to make an address.
    for language in {row.language for row, _kind, _source in public}:
        with override(language):
            for row, kind, source in public:
                if row.language == language and (path := row.get_absolute_url()):
                    current[path] = (kind, source.identity(row))
    known = {path: identity for path, *identity in PublicAddress.objects.values_list("path", "kind", "object_id")}
    PublicAddress.objects.bulk_create(
        [
            PublicAddress(path=path, kind=kind, object_id=object_id)
            for path, (kind, object_id) in current.items()
            if known.get(path) != [kind, object_id]
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["kind", "object_id"],
    )


def present_address(path):
    """Return where the page or record is that was once found at `path`, in the language of `path`; "" if nowhere."""
    # A phone begins with a capital what is copied from paper.
    small = path.lower()
    language = get_language_from_path(small) or settings.LANGUAGE_CODE
    # What is not translated has its address in the default language only, and is served under each language's prefix.
    candidates = [path, path.removeprefix(f"/{language}"), small, small.removeprefix(f"/{language}")]
    found = {address.path: address for address in PublicAddress.objects.filter(path__in=candidates)}
    past = next((found[candidate] for candidate in candidates if candidate in found), None)
    source = addressed_models().get(past.kind) if past else None
    if not source:
        return ""
    rows = {row.language: row for row in source.rows(past.object_id)}
    if language in rows and (address := _path_of(rows[language])):
        return address
    if settings.LANGUAGE_CODE in rows and (address := _path_of(rows[settings.LANGUAGE_CODE])):
        return address if language == settings.LANGUAGE_CODE else f"/{language}{address}"
    return ""


def _path_of(row):
    with override(row.language):
        return row.get_absolute_url()


@receiver(post_version_operation)
def remember_addresses_of_a_version(sender, **kwargs):
    """After each step of a version: a new draft, a publish, an unpublish."""
    if sender in [PageContent, *(source.model for source in addressed_models().values())]:
        remember_addresses()


@receiver(pre_obj_operation)
def remember_addresses_at_a_move(operation, **kwargs):
    """Before a page is moved: after it the addresses of records below it are known to the next request only."""
    if operation == MOVE_PAGE:
        remember_addresses()


@receiver(post_version_operation, sender=PageContent)
def reload_apphooks_at_a_publish(obj, **kwargs):
    """Publishing a page changes the addresses of what is hooked at it or below it, in every worker."""
    _reload_apphooks(obj.content.page)


@receiver(post_obj_operation)
def reload_apphooks_at_a_move(operation, obj=None, **kwargs):
    """So does moving it."""
    if operation == MOVE_PAGE:
        _reload_apphooks(obj)


def _reload_apphooks(page):
    hooked = Page.objects.exclude(application_urls=None).exclude(application_urls="").values_list("path", flat=True)
    if hooked := list(hooked):
        path = Page.objects.values_list("path", flat=True).get(pk=page.pk)
        if any(below.startswith(path) for below in hooked):
            mark_urlconf_as_changed()

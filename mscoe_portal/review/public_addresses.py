"""Where the links of a content lead to, on this site."""

from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from cms.models import PageContent
from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version

from mscoe_portal.anonymous_request import anonymous_request
from mscoe_portal.page_address import path_of
from mscoe_portal.review.permissions import approval_of
from mscoe_portal.web_address import host_of, is_off_site

# Files are checked where they are uploaded.
_FILES = (settings.STATIC_URL, settings.MEDIA_URL)


def address_on_site(href):
    """The path that a link with `href` leads to on this site; None where it stays on its page or leaves the site."""
    href = href.strip()
    if is_off_site(href, settings.ALLOWED_HOSTS) or not (href.startswith("/") or host_of(href)):
        return None
    return urlsplit(href).path or "/"


def dead_addresses(hrefs, content):
    """Those of the paths to which `hrefs`, links in `content`, lead that are neither public nor approved."""
    paths = {path for href in hrefs if (path := address_on_site(href)) and not path.startswith(_FILES)}
    if not paths:
        return paths
    paths -= {address_of(other) for other in _contents_at(paths, "objects")}
    # What has no content of its own: the search, an apphook's list, an untranslated page under another language.
    paths = {path for path in paths if not _is_answered(path)}
    drafts = _contents_at(paths, "admin_manager", versions__state=DRAFT) if paths else ()
    return paths - {_address_to_be(draft) for draft in drafts if draft == content or _is_approved(draft)}


def address_of(content):
    """The address of the public page of `content`; "" where it has none."""
    return (hasattr(content, "get_absolute_url") and content.get_absolute_url()) or ""


def _contents_at(paths, manager, **states):
    """The contents, among others, that have one of the addresses `paths`: those whose last part is the same."""
    ends = {unquote(path).strip("/") for path in paths}
    slugs = {end.rpartition("/")[2] for end in ends}
    for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables:
        model = item.content_model
        contents = getattr(model, manager).filter(**states)
        if model is PageContent:
            at = contents.filter(Q(slug__in=slugs) | Q(overwrite_url__in=ends), page__login_required=False)
            yield from at.select_related("page__site").distinct()
        elif hasattr(model, "slug"):
            yield from contents.filter(slug__in=slugs)


def _address_to_be(draft):
    """The address that `draft` will have once it is published."""
    if not isinstance(draft, PageContent):
        return address_of(draft)
    path = path_of(draft)
    with override(draft.language):
        return reverse("pages-details-by-slug", kwargs={"slug": path}) if path else ""


def _is_answered(path):
    """Ask the view that would answer a reader; what it answers with is not rendered."""
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    with override(language):
        try:
            match = resolve(path)
            response = match.func(anonymous_request(path, language), *match.args, **match.kwargs)
        except (Http404, Resolver404):
            return False
    to_sign_in = response.headers.get("Location", "").startswith(reverse(settings.LOGIN_URL))
    return response.status_code < HTTPStatus.BAD_REQUEST and not to_sign_in


def _is_approved(draft):
    return approval_of(Version.objects.get_for_content(draft)) is not None

"""The addresses that pages may have: those at which readers get the page, and nothing else.

A page whose address the portal itself, a record or another page answers is public and cannot be reached.
"""

from cms.models import Page, PageContent, PageUrl
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED


def answers_another(page, path, language):
    """Whether readers of `language` (code) get something else than `page`, which may be unsaved, at its `path`."""
    if page.pk and page.application_urls and page.urls.filter(path=path).exists():
        return False  # what hangs under the page answers in its place
    # Whatever its language: a page that is not translated answers in the other one, too.
    if PageUrl.objects.filter(site=page.site_id, path=path).exclude(page=page.pk).exists():
        return True
    with override(language):
        address = f"{reverse('pages-root')}{path}/"
        if address.startswith(settings.STATIC_URL) or get_language_from_path(address) not in (None, language):
            return True
        try:
            return resolve(address).url_name != "pages-details-by-slug"
        except Resolver404:
            return True


def taken_path(content):
    """The path that `content` gives its page, where readers get something else at it; else ""."""
    path = content.page.get_url_data(content.slug, content.overwrite_url, content.language)["path"]
    return path if path and answers_another(content.page, path, content.language) else ""


class AddressOfPage:
    """Mixin of the forms that give a page its address."""

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        page = getattr(self.instance, "page", None) or data.get("cms_page")
        page = page or Page(site=self._site, parent=data.get("parent_page"))
        path = page.get_url_data(data["slug"], data.get("overwrite_url"), self._language)["path"]
        if path and answers_another(page, path, self._language):
            message = _(
                "Readers already get something else at /%(path)s/. "
                "Choose another address, or another place for the page."
            )
            field = "overwrite_url" if data.get("overwrite_url") else "slug"
            self.add_error(field, ValidationError(message, params={"path": path}))
        return data


class AddressInTree:
    """Mixin of the form that moves a page to another place in the tree, and its address with it."""

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        target, position = self.get_tree_options()
        parent = target if position in ("first-child", "last-child") else target.parent
        for content in PageContent.admin_manager.filter(page=self.page, versions__state__in=[DRAFT, PUBLISHED]):
            there = Page(parent=parent, is_home=self.page.is_home)
            path = there.get_url_data(content.slug, content.overwrite_url, content.language)["path"]
            if path and answers_another(self.page, path, content.language):
                message = _(
                    "At this place the page would have the address /%(path)s/, where readers get something else. "
                    "Choose another place, or give the page another address first."
                )
                raise ValidationError(message, params={"path": path})
        return data

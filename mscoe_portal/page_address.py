"""The addresses that pages may have: those at which readers get the page, and nothing else.

A page whose address the portal itself, a record or another page answers is public and cannot be reached.
"""

from cms.models import Page, PageContent, PageUrl
from cms.toolbar.utils import get_object_preview_url
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, slug_re
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED

DRAFT_IS_HERE = _(
    "{link} is here already, as a draft with this address. If you sent this form twice, it was saved the first time: "
    "go on there. If you want another page, choose another address."
)
TRANSLATION_IS_HERE = _("This page is here in this language already: {link}. Go on there.")
PAGE_HAS_IT = _("“%(title)s” already has this address. Choose another one.")
TAKEN = _("Readers already get something else at /%(path)s/. Choose another address, or another place for the page.")


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


def path_of(content, page=None):
    """The path that `content` gives its page, or `page` in its stead; None below a page that has none."""
    return (page or content.page).get_url_data(content.slug, content.overwrite_url, content.language)["path"]


def taken_path(content):
    """The path that `content` gives its page, where readers get something else at it; else ""."""
    path = path_of(content)
    return path if path and answers_another(content.page, path, content.language) else ""


def _draft_beside(page, slug, language):
    """The draft of a page beside `page` with the same last part of its address, or None: no reader finds it yet."""
    beside = PageContent.admin_manager.filter(page__site=page.site_id, page__parent=page.parent_id, language=language)
    return beside.filter(slug=slug, versions__state=DRAFT).exclude(overwrite_url__gt="").first()


def _current_content(page, language):
    """The draft of `page` in `language`, else what is public of it, or None."""
    contents = PageContent.admin_manager.filter(page=page, language=language, versions__state__in=[DRAFT, PUBLISHED])
    return contents.order_by("-pk").first()


def _content_at(page, path, language):
    """What another page than `page` says in `language` that has this path, or None."""
    urls = PageUrl.objects.filter(site=page.site_id, path=path, language=language).exclude(page=page.pk)
    url = urls.select_related("page").first()
    return url and _current_content(url.page, language)


def _refuse_second(words, content):
    """Raise ValidationError in `words`, whose {link} leads to `content` and out of the CMS's modal."""
    link = format_html('<a href="{}" target="_parent">{}</a>', get_object_preview_url(content), content.title)
    raise ValidationError(format_html(words, link=link))


# Django's own message speaks of a “slug”.
_LAST_PART = RegexValidator(slug_re, _("Use letters, digits and hyphens alone, such as ask-your-care-team."))


class AddressOfPage:
    """Mixin of the forms that give a page its address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):
            slug.validators = [_LAST_PART]

    def clean(self):
        # The CMS takes out of the data what it refuses.
        given, refused = dict(self.cleaned_data), set(self.errors)
        data = super().clean()
        page = getattr(self.instance, "page", None) or given.get("cms_page")
        page = page or Page(site=self._site, parent=given.get("parent_page"))
        for field in self.errors.keys() - refused:
            path = page.get_url_data(given["slug"], given.get("overwrite_url"), self._language)["path"]
            if content := _content_at(page, path, self._language):
                # In place of the CMS's own words, which hold a link: the summary of errors makes one of them all.
                del self.errors[field]
                self.add_error(field, ValidationError(PAGE_HAS_IT, params={"title": content.title}))
        if self.errors:
            return data
        if not page.pk and (content := _draft_beside(page, data["slug"], self._language)):
            _refuse_second(DRAFT_IS_HERE, content)
        if data.get("cms_page") and (content := _current_content(page, self._language)):
            _refuse_second(TRANSLATION_IS_HERE, content)
        path = page.get_url_data(data["slug"], data.get("overwrite_url"), self._language)["path"]
        if path and answers_another(page, path, self._language):
            field = "overwrite_url" if data.get("overwrite_url") else "slug"
            self.add_error(field, ValidationError(TAKEN, params={"path": path}))
        return data


class AddressInTree:
    """Mixin of the form that moves a page and those below it in the tree, and so changes their addresses."""

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        target, position = self.get_tree_options()
        parent = target if position in ("first-child", "last-child") else target.parent
        if parent == self.page.parent:
            return data  # its place among its siblings is no part of its address
        there = Page(parent=parent, is_home=self.page.is_home)
        for content in PageContent.admin_manager.filter(page=self.page, versions__state__in=[DRAFT, PUBLISHED]):
            _refuse_moved(self.page, path_of(content, there), content.language)
        for url in self.page.urls.filter(managed=True, path__gt=""):
            base = there.get_path_for_slug(url.slug, url.language)
            urls = PageUrl.objects.filter(page__in=self.page.get_descendants(), language=url.language, managed=True)
            for below in urls.filter(path__startswith=f"{url.path}/") if base else ():
                _refuse_moved(below.page, f"{base}{below.path.removeprefix(url.path)}", url.language)
        return data


def _refuse_moved(page, path, language):
    """Raise ValidationError where a move would give `page` a `path` at which readers get something else."""
    if path and answers_another(page, path, language):
        message = _(
            "At this place a page would have the address /%(path)s/, where readers get something else. "
            "Choose another place, or give that page another address first."
        )
        raise ValidationError(message, params={"path": path})

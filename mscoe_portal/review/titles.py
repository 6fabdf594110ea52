"""Titles of public pages: what tells one from another in a tab, a bookmark and a list of results (WCAG 2.4.2)."""

from cms.models import PageContent
from django.apps import apps

from mscoe_portal.review.permissions import only_leads_elsewhere


def title_of(content):
    """The title of the page of `content`; "" where readers get no page of it."""
    if isinstance(content, PageContent):
        return "" if only_leads_elsewhere(content) else content.page_title or content.title
    return content.get_title() if _has_pages(type(content)) else ""


def namesake_of(content):
    """A public content, in the language of `content`, whose page has the same title; None where there is none."""
    title = _compared(title_of(content))
    if not title:
        return None
    for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables:
        model, grouper = item.content_model, item.grouper_field_name
        if _has_pages(model):
            others = model.objects.filter(language=content.language)
            if isinstance(content, model):
                others = others.exclude(**{grouper: getattr(content, f"{grouper}_id")})
            for other in others:
                if _compared(title_of(other)) == title:
                    return other
    return None


def _has_pages(model):
    return hasattr(model, "slug")


def _compared(title):
    return " ".join(title.split()).casefold()

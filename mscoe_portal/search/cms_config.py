"""What can be found.

An app declares it in its own `cms_config.py`: for each versioned content model, a function that tells what a content
says of itself.

    search_enabled = True
    searchable = {CellTypeContent: cell_type_in_search}

The function returns a dict of `title`, `summary` (one sentence; "" takes the first words) and `text` (what the page
shows besides its placeholders; may be left out), or None for what is not to be found. The model has `objects` (what is
public only), `language` and `get_absolute_url()`; a content without an address is not to be found either.
"""

from cms.app_base import CMSAppConfig, CMSAppExtension
from cms.models import PageContent


class SearchExtension(CMSAppExtension):
    """Collects the declared models."""

    def __init__(self):
        self.searchable = {}

    def configure_app(self, cms_config):
        self.searchable |= cms_config.searchable


def page_in_search(content):
    """A page, unless it only leads elsewhere, is for some readers only, or is the search itself."""
    page = content.page
    if content.redirect or page.login_required or page.application_urls == "SearchApphook":
        return None
    return {"title": content.page_title or content.title, "summary": content.meta_description or ""}


class SearchCMSConfig(CMSAppConfig):
    search_enabled = True
    searchable = {PageContent: page_in_search}

"""Which models besides pages have public addresses.

An app declares them in its own `cms_config.py`, each with the name of the foreign key to the record that it is the
content of:

    navigation_enabled = True
    public_addresses = [(CellTypeContent, "cell_type")]

Such a model has `objects` (what is public only), `language` and `get_absolute_url()`.
"""

from dataclasses import dataclass

from cms.app_base import CMSAppConfig, CMSAppExtension
from cms.models import PageUrl
from django.db.models import Model

from mscoe_portal.navigation.publication_rules import PUBLICATION_RULES


@dataclass(frozen=True)
class AddressSource:
    """A model whose public rows have an address; rows of different languages share what `grouper` points at."""

    model: type[Model]
    grouper: str

    def rows(self, object_id=None):
        """The public rows, all or those of one identity."""
        rows = self.model.objects.all()
        return rows.filter(**{f"{self.grouper}_id": object_id}) if object_id else rows

    def identity(self, row):
        """What stays the same when the address of `row` changes."""
        return getattr(row, f"{self.grouper}_id")


class PageSource(AddressSource):
    """Pages: a row without a path is one that is not public."""

    def rows(self, object_id=None):
        return super().rows(object_id).exclude(path=None)


class NavigationExtension(CMSAppExtension):
    """Collects the declared models."""

    def __init__(self):
        self.sources = {"cms.page": PageSource(PageUrl, "page")}

    def configure_app(self, cms_config):
        for model, grouper in cms_config.public_addresses:
            self.sources[model._meta.label_lower] = AddressSource(model, grouper)


class NavigationCMSConfig(CMSAppConfig):
    """The review asks this app's rules, too."""

    review_enabled = True
    publication_rules = PUBLICATION_RULES

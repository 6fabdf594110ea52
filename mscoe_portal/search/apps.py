from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Full-text search of what is published."""

    name = "mscoe_portal.search"
    verbose_name = _("Search")

    def ready(self):
        from mscoe_portal.search import index  # noqa: F401 - connects its receivers

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NavigationConfig(AppConfig):
    """Main menu, breadcrumb, quick links, the AT notice, and old addresses that redirect."""

    name = "mscoe_portal.navigation"
    verbose_name = _("Navigation")

    def ready(self):
        from mscoe_portal.navigation import old_addresses  # noqa: F401 - connects its receivers

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """The whole site in one archive, and back, on PostgreSQL and SQLite."""

    name = "mscoe_portal.backup"
    verbose_name = _("Backup")

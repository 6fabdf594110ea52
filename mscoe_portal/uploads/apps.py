from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    """Files that editors upload: what is taken, what is kept of it, and how readers get it."""

    name = "mscoe_portal.uploads"
    verbose_name = _("Uploads")

    def ready(self):
        from mscoe_portal.uploads.guard import keep_checked_bytes

        pre_save.connect(keep_checked_bytes)

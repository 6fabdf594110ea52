from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """From a published page to bytes: the store of finished responses, and what decides that they are current."""

    name = "mscoe_portal.delivery"
    verbose_name = _("Delivery")

    def ready(self):
        from djangocms_versioning.signals import post_version_operation

        from mscoe_portal.delivery.middleware import note_publish
        from mscoe_portal.delivery.triggers import create_triggers

        post_version_operation.connect(note_publish)
        post_migrate.connect(create_triggers, sender=self)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StemCellsConfig(AppConfig):
    """Cell types, clinic risks, recommendations, disclaimers and their sources."""

    name = "stemcells"
    verbose_name = _("Stem cell content")

    def ready(self):
        from djangocms_versioning.models import Version

        from stemcells.permissions import record_is_valid

        Version.check_publish.append(record_is_valid)  # in place: versioning keeps the list itself

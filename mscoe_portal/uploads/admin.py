from django.contrib import admin
from django.urls import path
from filer.admin import ClipboardAdmin
from filer.models import Clipboard

from mscoe_portal.uploads.views import upload

admin.site.unregister(Clipboard)


@admin.register(Clipboard)
class CheckedClipboardAdmin(ClipboardAdmin):
    """Filer's uploads; the check stands at its addresses."""

    def get_urls(self):
        view = self.admin_site.admin_view(upload)
        return [
            path("operations/upload/no_folder/", view, name="filer-ajax_upload"),
            path("operations/upload/<int:folder_id>/", view, name="filer-ajax_upload"),
            *super().get_urls(),
        ]

from cms.admin.placeholderadmin import PlaceholderAdmin
from cms.models import Placeholder
from django.contrib import admin
from django.db import transaction
from filer.admin import FileAdmin, ImageAdmin
from filer.models import File, Image

from mscoe_portal.review.guards import refuse_change_of_placeholders


def _refuse(placeholders, user):
    # The forms before deleting are asked for outside of a transaction, and the lock needs one.
    with transaction.atomic():
        refuse_change_of_placeholders(placeholders, user)


admin.site.unregister([Placeholder, File, Image])


@admin.register(Placeholder)
class GuardedPlaceholderAdmin(PlaceholderAdmin):
    """The plugins of a draft, for the one who holds it. Whoever does not is told why, before a form opens.

    The CMS asks these before each change. Moving sends no signal of the models, so the draft is locked here.
    """

    def has_add_plugin_permission(self, request, placeholder, plugin_type):
        _refuse([placeholder.pk], request.user)
        return super().has_add_plugin_permission(request, placeholder, plugin_type)

    def has_change_plugin_permission(self, request, plugin):
        _refuse([plugin.placeholder_id], request.user)
        return super().has_change_plugin_permission(request, plugin)

    def has_delete_plugin_permission(self, request, plugin):
        _refuse([plugin.placeholder_id], request.user)
        return super().has_delete_plugin_permission(request, plugin)

    def has_copy_from_clipboard_permission(self, request, placeholder, plugins):
        _refuse([placeholder.pk], request.user)
        return super().has_copy_from_clipboard_permission(request, placeholder, plugins)

    def has_copy_from_placeholder_permission(self, request, source_placeholder, target_placeholder, plugins):
        _refuse([target_placeholder.pk], request.user)
        return super().has_copy_from_placeholder_permission(request, source_placeholder, target_placeholder, plugins)

    def has_move_plugin_permission(self, request, plugin, target_placeholder):
        _refuse([plugin.placeholder_id, target_placeholder.pk], request.user)
        return super().has_move_plugin_permission(request, plugin, target_placeholder)

    def has_clear_placeholder_permission(self, request, placeholder, language=None):
        _refuse([placeholder.pk], request.user)
        return super().has_clear_placeholder_permission(request, placeholder, language)


class _KeptFile:
    """A file is not replaced in place (`guards`), so its form does not offer it."""

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "file"]


@admin.register(File)
class KeptFileAdmin(_KeptFile, FileAdmin):
    """Files, to be described and moved."""


@admin.register(Image)
class KeptImageAdmin(_KeptFile, ImageAdmin):
    """Pictures, the same."""

from cms.admin.forms import ChangePageForm
from cms.admin.pageadmin import PageAdmin, PageContentAdmin
from cms.models import Page, PageContent
from cms.toolbar.utils import get_object_preview_url
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from djangocms_alias.admin import AliasAdmin
from djangocms_alias.models import Alias
from djangocms_versioning.admin import DefaultGrouperVersioningAdminMixin

from mscoe_portal.permissions import user_can_publish
from mscoe_portal.stale_saves import StampedForm
from mscoe_portal.stamped_admin import StampedAdmin, lock_version
from mscoe_portal.version_columns import VersionColumns

admin.site.unregister([User, Alias, Page, PageContent])


@admin.register(Page)
class PublishersPageAdmin(PageAdmin):
    """Pages. What readers see at once, without a draft, is for those who may publish."""

    def has_move_page_permission(self, request, obj=None):
        if not super().has_move_page_permission(request, obj):
            return False
        is_public = PageContent.objects.filter(page__in=Page.get_tree(obj)).exists()
        return not is_public or user_can_publish(request.user)

    def has_change_advanced_settings_permission(self, request, obj=None):
        """Whether readers must sign in, and what is hooked at the page."""
        return super().has_change_advanced_settings_permission(request, obj) and user_can_publish(request.user)

    def set_home(self, request, object_id):
        if not user_can_publish(request.user):
            raise PermissionDenied
        return super().set_home(request, object_id)

    def edit_title_fields(self, request, page_id, language):
        """Refused to everybody: it would change published words without a draft."""
        raise PermissionDenied


class PageSettingsForm(StampedForm, ChangePageForm):
    """A page's title, address and place in the menu."""


@admin.register(PageContent)
class PageSettingsAdmin(StampedAdmin, PageContentAdmin):
    change_form = PageSettingsForm

    def lock_row(self, request, object_id):
        lock_version(self.get_object(request, object_id))

    def log_change(self, request, obj, message):
        """Nothing: the CMS writes its own log of pages."""


@admin.register(User)
class EditorAdmin(UserAdmin):
    """Users. Who is no superuser can make none, nor change one, nor give anybody more than the groups give."""

    def get_fieldsets(self, request, obj=None):
        if request.user.is_superuser or not obj:
            return super().get_fieldsets(request, obj)
        return (
            (None, {"fields": ("username", "password")}),
            (_("Name"), {"fields": ("first_name", "last_name", "email")}),
            (_("What the person may do"), {"fields": ("is_active", "is_staff", "groups")}),
        )

    def has_change_permission(self, request, obj=None):
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above


@admin.register(Alias)
class SharedContentAdmin(VersionColumns, DefaultGrouperVersioningAdminMixin, AliasAdmin):
    """What stands on every page. The templates name these parts, so none is added or deleted here."""

    list_display = ("part", "get_versioning_state", "review", "get_modified_date", "get_author", "steps")
    list_filter = ()
    actions = None
    # Django's scripts and no others: the CMS's take messages away after five seconds (WCAG 2.2.1).
    media = admin.ModelAdmin.media

    def get_list_display(self, request):
        return self.list_display

    @admin.display(description=_("part"))
    def part(self, obj):
        content = self.get_content_obj(obj)
        return (
            format_html('<a href="{}">{}</a>', get_object_preview_url(content), content.name) if content else obj.name
        )

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("What stands on every page")} | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

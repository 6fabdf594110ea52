from http import HTTPStatus

from cms.admin.forms import AddPageForm, ChangePageForm, DuplicatePageForm, MovePageForm
from cms.admin.pageadmin import PageAdmin, PageContentAdmin
from cms.cms_wizards import cms_page_wizard, cms_subpage_wizard
from cms.models import Page, PageContent
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.contrib.redirects.admin import RedirectAdmin
from django.contrib.redirects.models import Redirect
from django.contrib.sites.admin import SiteAdmin
from django.contrib.sites.models import Site
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from djangocms_alias.admin import AliasAdmin, AliasContentAdmin
from djangocms_alias.models import Alias, AliasContent
from djangocms_versioning.admin import DefaultGrouperVersioningAdminMixin
from djangocms_versioning.constants import PUBLISHED, UNPUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.helpers import get_version_for_content

from mscoe_portal import signals
from mscoe_portal.drafts import TellsOfDraft
from mscoe_portal.groups import GROUPS
from mscoe_portal.page_address import AddressInTree, AddressOfPage
from mscoe_portal.page_words import PlainWords
from mscoe_portal.permissions import RefusedError, user_can_act_without_version
from mscoe_portal.stale_saves import StampedForm
from mscoe_portal.stamped_admin import StampedAdmin, lock_version
from mscoe_portal.version_columns import VersionColumns

admin.site.unregister([Alias, AliasContent, Group, Page, PageContent, Redirect, Site])


def _refuse_change(content, user):
    """Raise RefusedError, in words, unless `content` is a draft that `user` may change now."""
    try:
        get_version_for_content(content).check_modify(user)
    except ConditionFailed as error:
        raise RefusedError(str(error)) from error


def _was_public(page):
    """Whether readers could ever see `page`, or a page below it."""
    tree = PageContent.admin_manager.filter(page__in=Page.get_tree(page))
    return tree.filter(versions__state__in=[PUBLISHED, UNPUBLISHED]).exists()


class MoveForm(AddressInTree, MovePageForm):
    """Where in the tree a page is moved to."""


@admin.register(Page)
class WatchedPageAdmin(PageAdmin):
    """Pages. What readers see at once, without a draft, is for reviewers and site managers."""

    move_form = MoveForm

    def has_move_page_permission(self, request, obj=None):
        if not super().has_move_page_permission(request, obj):
            return False
        is_public = PageContent.objects.filter(page__in=Page.get_tree(obj)).exists()
        return not is_public or user_can_act_without_version(request.user)

    def has_delete_permission(self, request, obj=None):
        """Only of what was never public, with all that is below it: what was is withdrawn or archived."""
        may = super().has_delete_permission(request, obj) and user_can_act_without_version(request.user)
        return may and not _was_public(obj)

    def has_change_advanced_settings_permission(self, request, obj=None):
        """Whether readers must sign in, and what is hooked at the page."""
        may = super().has_change_advanced_settings_permission(request, obj)
        return may and user_can_act_without_version(request.user)

    def set_home(self, request, object_id):
        if not user_can_act_without_version(request.user):
            raise PermissionDenied
        response = super().set_home(request, object_id)
        if response.status_code == HTTPStatus.OK:
            signals.tell(signals.HOME_SET, request.user, Page.objects.get(pk=object_id))
        return response

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        signals.tell(signals.PAGE_SETTINGS, request.user, obj, form)

    def edit_title_fields(self, request, page_id, language):
        """Refused to everybody: it would change published words without a draft."""
        raise PermissionDenied


class PageSettingsForm(StampedForm, PlainWords, AddressOfPage, ChangePageForm):
    """A page's title, address and words in the menu. What else the CMS asks for is not for editors, and is kept."""

    soft_root = limit_visibility_in_menu = xframe_options = None
    fieldsets = (
        (None, {"fields": ("title", "slug", "template", "menu_title", "page_title", "meta_description")}),
        (_("More about the address"), {"fields": ("overwrite_url", "redirect"), "classes": ["collapse"]}),
    )


class NewPageForm(PlainWords, AddressOfPage, AddPageForm):
    """The title and address of a new page, or of a page in another language."""


class NewCopyForm(PlainWords, AddressOfPage, DuplicatePageForm):
    """The title and address of a copy of a page."""


for wizard in (cms_page_wizard, cms_subpage_wizard):
    wizard.form = type(wizard.form.__name__, (PlainWords, AddressOfPage, wizard.form), {})


@admin.register(PageContent)
class PageSettingsAdmin(TellsOfDraft, StampedAdmin, PageContentAdmin):
    """The pages' words in each language. They are deleted with a page that was never public, and never alone."""

    change_form = PageSettingsForm
    form = add_form = NewPageForm
    duplicate_form = NewCopyForm

    def change_view(self, request, object_id, form_url="", extra_context=None):
        content = self.get_object(request, unquote(object_id))
        if request.method == "POST" and content:
            _refuse_change(content, request.user)
        return super().change_view(request, object_id, form_url, extra_context)

    def response_add(self, request, obj, *args):
        response = super().response_add(request, obj, *args)
        if request.POST.get("edit") != "1":  # else the window leads to the page by itself
            words = _("Write the text of the page")
            url = get_object_edit_url(obj, obj.language)
            self.message_user(request, format_html('<a href="{}">{}</a>', url, words))
        return response

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _was_public(obj.page)

    def has_delete_translation_permission(self, request, language, obj=None):
        return False

    def lock_row(self, request, object_id):
        lock_version(self.get_object(request, object_id))

    def log_change(self, request, obj, message):
        """Nothing: the CMS writes its own log of pages."""


class _WatchedSettings:
    """What readers find, and where, that no page and no version holds: each change is written down."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        signals.tell(signals.SETTING_CHANGED, request.user, obj, form)

    def delete_model(self, request, obj):
        signals.tell(signals.DELETED, request.user, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            signals.tell(signals.DELETED, request.user, obj)
        super().delete_queryset(request, queryset)


class RedirectForm(forms.ModelForm):
    """An old address and where it leads; not one that no reader can ask for, nor one that leads in a circle."""

    def clean(self):
        data = super().clean()
        old = data.get("old_path", "")
        if old and not old.startswith("/"):
            self.add_error("old_path", _("Begin with a slash, such as /old-page/."))
        elif old and old == data.get("new_path"):
            self.add_error("new_path", _("The old address would lead to itself. Say where it leads now."))
        return data


@admin.register(Redirect)
class WatchedRedirectAdmin(_WatchedSettings, RedirectAdmin):
    """Where old addresses lead, which stand on printed handouts."""

    form = RedirectForm


@admin.register(Site)
class WatchedSiteAdmin(_WatchedSettings, SiteAdmin):
    """The site's name and domain."""


@admin.register(Group)
class WatchedGroupAdmin(_WatchedSettings, GroupAdmin):
    """What a group of editors may do. For superusers; each `migrate` sets the three of the portal anew.

    These keep their names and are not deleted: their members would have no rights any more.
    """

    fields = ("name", "permissions")
    actions = None  # else a list of chosen groups is deleted without a word on these

    def get_fieldsets(self, request, obj=None):
        ((heading, options),) = super().get_fieldsets(request, obj)
        return ((heading, options | ({"description": _why_it_stays(obj)} if _is_own_group(obj) else {})),)

    def get_readonly_fields(self, request, obj=None):
        return ("name",) if _is_own_group(obj) else ()

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _is_own_group(obj)

    def delete_view(self, request, object_id, extra_context=None):
        group = self.get_object(request, unquote(object_id))
        if _is_own_group(group) and super().has_delete_permission(request, group):
            raise RefusedError(_why_it_stays(group))
        return super().delete_view(request, object_id, extra_context)


def _is_own_group(group):
    return group is not None and group.name in GROUPS


def _why_it_stays(group):
    return _(
        "“%(name)s” is a group of the portal itself, by which its members have their rights: it keeps its name and "
        "is not deleted. Who no longer belongs to it is taken out on their own page, under Users."
    ) % {"name": group.name}


@admin.register(Alias)
class SharedContentAdmin(TellsOfDraft, VersionColumns, DefaultGrouperVersioningAdminMixin, AliasAdmin):
    """What stands on every page. The templates name these parts, so none is added or deleted here."""

    list_display = ("part", "get_versioning_state", "review", "get_modified_date", "get_author", "steps")
    list_filter = ()
    # Not the category, nor the site: the templates find a part by these.
    fields = ("content__name", "content__language")
    readonly_fields = ()
    actions = None
    change_form_template = "admin/shared_content_change_form.html"
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

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and object_id:
            self.get_grouping_from_request(request)
            content = self.get_content_obj(self.get_object(request, unquote(object_id)))
            if content:
                _refuse_change(content, request.user)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AliasContent)
class SharedWordsAdmin(AliasContentAdmin):
    """What stands on every page, in one language. It is withdrawn or archived, and never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False

from functools import cached_property

from cms.cms_toolbars import LANGUAGE_MENU_IDENTIFIER
from cms.models import PageContent
from cms.toolbar.items import ButtonList, LinkItem, SideframeItem
from cms.toolbar.utils import get_object_edit_url
from cms.utils.urlutils import admin_reverse
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from djangocms_alias.models import AliasContent
from djangocms_versioning import versionables
from djangocms_versioning.cms_toolbars import (
    VersioningBasicToolbar,
    VersioningPageToolbar,
    VersioningToolbar,
    replace_toolbar,
)

from mscoe_portal import version_actions

# Nothing opens in the CMS's side frame: it would open again on the next pages, with the draft and the steps of the page
# before. In a browser that has been in the tree of pages, its script knows nothing of CMS_SIDEFRAME_ENABLED any more.
SideframeItem.template = LinkItem.template


class StepsToolbar(VersioningToolbar):
    """Versioning's toolbar, but in place of Publish: where the version stands, and the steps that are possible."""

    def add_wizard_button(self):
        """Not above a version: the bar folds all its buttons away when they are too many. (An alias needs it.)"""
        is_version = self.toolbar.edit_mode_active or self.toolbar.preview_mode_active
        if not is_version or isinstance(self.toolbar.get_object(), AliasContent):
            super().add_wizard_button()

    @cached_property
    def steps(self):
        """The steps that the person may take from here."""
        version = self._get_version()
        if not version or not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active):
            return []
        user, back = self.request.user, self.toolbar.request_path
        offered = version_actions.steps([version], user, back, shown=True, is_judged=True)
        return offered[version.pk]

    def _add_lock_message(self):
        """Tells who neither writes the draft nor is to answer it."""
        version = self._get_version()
        if version and not self.steps and not version.is_unlocked_for_user(self.request.user):
            super()._add_lock_message()

    def _add_publish_button(self):
        version = self._get_version()
        if not version or not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active):
            return
        for state in version_actions.standings([version]).values():
            if state.label:
                self.toolbar.add_button(state.label, state.url, side=self.toolbar.RIGHT)
        for action in self.steps:
            self._add_button(action)

    def _add_unlock_button(self):
        version = self._get_version()
        # Who has a step to take does not write; the list of versions offers it even so.
        if version and not self.steps:
            for action in version_actions.take_over(version, self.request.user):
                self._add_button(action)

    def _add_button(self, action):
        item = ButtonList(side=self.toolbar.RIGHT)
        classes = ["cms-btn-action", *(["cms-form-post-method"] if action.post else [])]
        item.add_button(action.label, url=action.url, extra_classes=classes)
        self.toolbar.add_item(item)


def _shows_record(toolbar):
    """Whether `toolbar` stands over a versioned content that is neither a page nor an alias."""
    content = toolbar.get_object()
    return versionables.exists_for_content(content) and not isinstance(content, PageContent | AliasContent)


class PageMenusToolbar(VersioningPageToolbar):
    """Versioning's toolbar, but over a record no menu acts on the page that the record hangs under."""

    def add_page_menu(self):
        if not _shows_record(self.toolbar):
            super().add_page_menu()

    def change_language_menu(self):
        if not _shows_record(self.toolbar):
            super().change_language_menu()


class SiteMenusToolbar(VersioningBasicToolbar):
    """Versioning's toolbar, but over a record the languages are the record's own.

    Signing out leads into the admin, where the browser drops the text that it keeps.
    """

    def add_language_menu(self):
        if not _shows_record(self.toolbar):
            super().add_language_menu()
            return
        content = self.toolbar.get_object()
        grouper_field = versionables.for_content(content).grouper_field_name
        same_record = {grouper_field: getattr(content, grouper_field)}
        translations = type(content).admin_manager.filter(**same_record).current_content()
        by_language = {translation.language: translation for translation in translations}
        if len(by_language) > 1:
            menu = self.toolbar.get_or_create_menu(LANGUAGE_MENU_IDENTIFIER, _("Language"), position=-1)
            for code, name in settings.LANGUAGES:
                if code in by_language:
                    url = get_object_edit_url(by_language[code], code)
                    menu.add_link_item(name, url=url, active=code == content.language)

    def add_logout_button(self, parent):
        super().add_logout_button(parent)
        parent.items[-1].on_success = admin_reverse("login")


replace_toolbar(VersioningToolbar, StepsToolbar)
replace_toolbar(VersioningPageToolbar, PageMenusToolbar)
replace_toolbar(VersioningBasicToolbar, SiteMenusToolbar)

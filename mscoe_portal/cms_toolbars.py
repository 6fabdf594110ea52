from functools import cached_property

from cms.toolbar.items import ButtonList
from cms.utils.urlutils import admin_reverse
from djangocms_alias.models import AliasContent
from djangocms_versioning.cms_toolbars import VersioningBasicToolbar, VersioningToolbar, replace_toolbar

from mscoe_portal import version_actions


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


class SignOutToolbar(VersioningBasicToolbar):
    """Versioning's toolbar, but signing out leads into the admin, where the browser drops the text that it keeps."""

    def add_logout_button(self, parent):
        super().add_logout_button(parent)
        parent.items[-1].on_success = admin_reverse("login")


replace_toolbar(VersioningToolbar, StepsToolbar)
replace_toolbar(VersioningBasicToolbar, SignOutToolbar)

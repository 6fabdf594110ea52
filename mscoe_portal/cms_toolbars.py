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

    def _add_lock_message(self):
        """Tells the others, not who writes."""
        version = self._get_version()
        if version and not version.is_unlocked_for_user(self.request.user):
            super()._add_lock_message()

    def _add_publish_button(self):
        version = self._get_version()
        if not version or not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active):
            return
        for state in version_actions.standings([version]).values():
            if state.label:
                self.toolbar.add_button(state.label, state.url, side=self.toolbar.RIGHT)
        offered = version_actions.steps([version], self.request.user, self.toolbar.request_path, shown=True)
        for action in offered[version.pk]:
            item = ButtonList(side=self.toolbar.RIGHT)
            classes = ["cms-btn-action", *(["cms-form-post-method"] if action.post else [])]
            item.add_button(action.label, url=action.url, extra_classes=classes)
            self.toolbar.add_item(item)

    def _add_unlock_button(self):
        version = self._get_version()
        for action in version_actions.take_over(version, self.request.user) if version else ():
            item = ButtonList(side=self.toolbar.RIGHT)
            classes = ["cms-btn-action", "cms-form-post-method", "cms-versioning-js-unlock-btn"]
            item.add_button(action.label, url=action.url, extra_classes=classes)
            self.toolbar.add_item(item)


class SignOutToolbar(VersioningBasicToolbar):
    """Versioning's toolbar, but signing out leads into the admin, where the browser drops the text that it keeps."""

    def add_logout_button(self, parent):
        super().add_logout_button(parent)
        parent.items[-1].on_success = admin_reverse("login")


replace_toolbar(VersioningToolbar, StepsToolbar)
replace_toolbar(VersioningBasicToolbar, SignOutToolbar)

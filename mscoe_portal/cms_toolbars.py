from cms.toolbar.items import ButtonList
from djangocms_versioning.cms_toolbars import VersioningToolbar, replace_toolbar

from mscoe_portal.version_actions import publish


class PublishToolbar(VersioningToolbar):
    """Versioning's toolbar, but Publish shows to those alone who may publish, and in the preview of a draft too."""

    def _add_publish_button(self):
        version = self._get_version()
        if not version or not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active):
            return
        for action in publish(version, self.request.user):
            item = ButtonList(side=self.toolbar.RIGHT)
            classes = ["cms-btn-action", "cms-form-post-method", "cms-versioning-js-publish-btn"]
            item.add_button(action.label, url=action.url, extra_classes=classes)
            self.toolbar.add_item(item)


replace_toolbar(VersioningToolbar, PublishToolbar)

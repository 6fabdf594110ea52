from cms.toolbar_base import CMSToolbar
from cms.toolbar_pool import toolbar_pool
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from djangocms_versioning.cms_toolbars import VERSIONING_MENU_IDENTIFIER
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version
from djangocms_versioning.versionables import exists_for_content

from mscoe_portal.permissions import user_can_act_without_version
from mscoe_portal.review.standing import Standing


@toolbar_pool.register
class FindingsToolbar(CMSToolbar):
    """While a draft is written or previewed: how much the rules for publication find in it; a click shows what."""

    def post_template_populate(self):
        content = self.toolbar.get_object()
        if not (self.toolbar.edit_mode_active or self.toolbar.preview_mode_active) or not exists_for_content(content):
            return
        version = Version.objects.get_for_content(content)
        if version.state != DRAFT:
            return
        [standing] = Standing.of_each([version])
        number = len(standing.against_publishing)
        # Few words: the toolbar folds away what has no room.
        label = ngettext("%(number)s to mend", "%(number)s to mend", number) % {"number": number}
        url = reverse("review:version", args=[version.pk])
        self.toolbar.add_button(label, url, side=self.toolbar.RIGHT, position=0)


@toolbar_pool.register
class PlanToolbar(CMSToolbar):
    """In the menu of the version: who answers for the content, and when its review is due."""

    def post_template_populate(self):
        content = self.toolbar.get_object()
        if exists_for_content(content) and user_can_act_without_version(self.request.user):
            version = Version.objects.get_for_content(content)
            menu = self.toolbar.get_or_create_menu(VERSIONING_MENU_IDENTIFIER, version.short_name())
            menu.add_link_item(_("Review plan"), url=reverse("review:step", args=[version.pk, "plan"]))

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What every page of the site shares; knows nothing of medicine."""

    default = True
    name = "mscoe_portal"
    verbose_name = _("Portal")

    def ready(self):
        from cms.models import PageContent
        from cms.signals import post_obj_operation
        from cms.templatetags import cms_admin
        from django.contrib.admin.widgets import AutocompleteMixin
        from django.contrib.auth.signals import user_logged_in
        from django.contrib.redirects.models import Redirect
        from djangocms_versioning import indicators
        from djangocms_versioning.admin import VersionAdmin, VersionChangeList
        from djangocms_versioning.models import Version
        from djangocms_versioning.signals import post_version_operation, pre_version_operation
        from filer.fields.file import AdminFileWidget

        from mscoe_portal import checks  # noqa: F401 - registers them
        from mscoe_portal.bad_requests import (
            with_no_choice_for_no_id,
            with_no_file_for_no_id,
            with_refused_parameters,
        )
        from mscoe_portal.changed_date import set_changed_date
        from mscoe_portal.drafts import in_the_admin, one_at_a_time, telling_of_the_draft
        from mscoe_portal.errors import keep_server_error_page_current
        from mscoe_portal.groups import set_up_groups
        from mscoe_portal.permissions import publisher_is_allowed
        from mscoe_portal.user_settings import make_user_settings
        from mscoe_portal.version_columns import with_steps
        from mscoe_portal.web_address import validate_web_address

        # The packages' own checks let ftp:, "//host" and "user@host" through; the menu links straight to a redirect.
        for model, name in ((PageContent, "redirect"), (Redirect, "new_path")):
            model._meta.get_field(name).validators.append(validate_web_address)
        # In place: versioning keeps the lists themselves. First, so that its message is the one that shows.
        Version.check_publish.insert(0, publisher_is_allowed)
        Version.check_unpublish.insert(0, publisher_is_allowed)
        for name in ("edit_redirect_view", "revert_view"):
            setattr(VersionAdmin, name, one_at_a_time(getattr(VersionAdmin, name)))
        VersionAdmin.revert_view = in_the_admin(telling_of_the_draft(VersionAdmin.revert_view))
        VersionAdmin.archive_view = in_the_admin(VersionAdmin.archive_view)
        # Versioning asks the module for it, and has no hook.
        indicators.content_indicator_menu = with_steps(indicators.content_indicator_menu)
        VersionChangeList.get_queryset = with_refused_parameters(VersionChangeList.get_queryset)
        AutocompleteMixin.optgroups = with_no_choice_for_no_id(AutocompleteMixin.optgroups)
        AdminFileWidget.obj_for_value = with_no_file_for_no_id(AdminFileWidget.obj_for_value)
        # It looks for "e" and then takes out "ERROR_FLAG": each bad parameter of the list of pages was an error twice.
        cms_admin.ERROR_FLAG = "ERROR_FLAG"
        user_logged_in.connect(make_user_settings)
        pre_version_operation.connect(set_changed_date)
        post_version_operation.connect(keep_server_error_page_current)
        post_obj_operation.connect(keep_server_error_page_current)
        # Once, after the last app: by then every model has its table.
        post_migrate.connect(set_up_groups, sender=list(self.apps.get_app_configs())[-1])


class EditorsAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with the portal's own menu."""

    default = False
    default_site = "mscoe_portal.admin_site.EditorsSite"

    def ready(self):
        super().ready()
        from mscoe_portal.admin_site import APPS, ROWS

        for label, name in APPS.items():
            self.apps.get_app_config(label).verbose_name = name
        for label, names in ROWS.items():
            opts = self.apps.get_model(label)._meta
            opts.verbose_name, opts.verbose_name_plural = names

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _

from mscoe_portal import kept_text

# The names that an editor would use, for what packages call otherwise; and the order in the menu.
APPS = {
    "cms": _("Pages"),
    "djangocms_alias": _("On every page"),
    "filer": _("Pictures and files"),
    "auth": _("People"),
}
# One of what a list holds, and its plural, for models that packages call “page content” and “alias”.
ROWS = {
    "cms.PageContent": (_("page"), _("pages")),
    "djangocms_alias.Alias": (_("part of every page"), _("parts of every page")),
    "djangocms_alias.AliasContent": (_("part of every page"), _("parts of every page")),
}
MODELS = {
    "cms.PageContent": _("Pages and menu"),
    "djangocms_alias.Alias": _("Quick links and notice"),
    "filer.Folder": _("Pictures and files"),
    "review.Clinician": _("Names of clinicians"),
}
ORDER = ["stemcells", "cms", "djangocms_alias", "filer", "redirects", "auth"]


class EditorsSite(AdminSite):
    """The admin: what the person may use, in the words of the people who use it."""

    site_header = site_title = _("MSCoE portal")
    index_title = _("Your desk")
    # Beside what the person can edit it says what waits for them.
    index_template = "admin/desk.html"

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        for app in apps:
            for model in app["models"]:
                model["name"] = MODELS.get(f"{app['app_label']}.{model['object_name']}", model["name"])
        return sorted(apps, key=lambda app: ORDER.index(app["app_label"]) if app["app_label"] in ORDER else len(ORDER))

    def logout(self, request, extra_context=None):
        user = request.user
        response = super().logout(request, extra_context)
        kept_text.forget_person(user, response)
        return response

"""Addresses of the review, below the admin's."""

from cms.views import render_object_edit, render_object_preview, render_object_structure
from django.contrib import admin
from django.urls import path

from mscoe_portal.review.views import desk, reading, sharing, versions

app_name = "review"
_step = admin.site.admin_view(versions.StepView.as_view())
_version = admin.site.admin_view(versions.VersionView.as_view())
# In the place of the CMS's own, under whose names it knows whether it edits.
_objects = [
    path(
        f"cms/placeholder/object/<int:content_type_id>/{mode}/<int:object_id>/",
        admin.site.admin_view(reading.for_those_who_may_read(view)),
        name=f"cms_placeholder_{view.__name__}",
    )
    for mode, view in {
        "edit": render_object_edit,
        "structure": render_object_structure,
        "preview": render_object_preview,
    }.items()
]
urlpatterns = [
    *_objects,
    path("review/desk/<slug:code>/", admin.site.admin_view(desk.desk_section), name="desk_section"),
    path("review/desk/<slug:code>/rules/", admin.site.admin_view(desk.desk_rules), name="desk_rules"),
    path("review/version/<int:version_id>/", _version, name="version"),
    path("review/version/<int:version_id>/<slug:code>/", _step, name="step"),
    path("review/share/<int:version_id>/", admin.site.admin_view(sharing.share), name="share"),
    path("review/share/<int:version_id>/end/<int:link_id>/", admin.site.admin_view(sharing.end), name="end_sharing"),
    # In place of versioning's own views, which ask no reason, and lead to any address that `next` names.
    path("djangocms_versioning/<slug:proxy>/<int:version_id>/publish/", _step, {"code": "publish"}),
    path("djangocms_versioning/<slug:proxy>/<int:version_id>/unpublish/", _step, {"code": "withdraw"}),
    # In place of versioning's own view, which shows two frames side by side.
    path(
        "djangocms_versioning/<slug:proxy>/<int:version_id>/compare/",
        admin.site.admin_view(reading.comparison),
    ),
]

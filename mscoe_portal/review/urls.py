"""Addresses of the review, below the admin's."""

from cms.views import render_object_edit, render_object_preview, render_object_structure
from django.contrib import admin
from django.urls import path

from mscoe_portal.review import reading

app_name = "review"
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
    # In place of versioning's own view, which shows two frames side by side.
    path(
        "djangocms_versioning/<slug:proxy>/<int:version_id>/compare/",
        admin.site.admin_view(reading.comparison),
    ),
]

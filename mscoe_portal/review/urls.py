"""Addresses of the review. They stand before the admin's own, of which they replace some."""

from django.contrib import admin
from django.urls import path

from mscoe_portal.review import views

urlpatterns = [
    # In the place of versioning's comparison, which shows two frames side by side.
    path(
        "admin/djangocms_versioning/<slug:proxy>/<int:version_id>/compare/",
        admin.site.admin_view(views.comparison),
    ),
]

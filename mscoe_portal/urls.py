"""Addresses of the portal. English has no language prefix; every other language has one."""

from cms import urls as cms_urls
from cms.sitemaps import CMSSitemap
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import TemplateView

from mscoe_portal.monitoring.views import live, metrics, ready
from mscoe_portal.review.views import sharing
from mscoe_portal.sitemap import sitemap
from mscoe_portal.untranslated import UntranslatedApphooks
from mscoe_portal.uploads.views import uploaded_file
from stemcells.sitemaps import CellTypeSitemap, ClinicRiskArticleSitemap

handler400 = "mscoe_portal.errors.bad_request"
handler403 = "mscoe_portal.errors.permission_denied"
handler404 = "mscoe_portal.errors.page_not_found"
handler500 = "mscoe_portal.errors.server_error"

# Without the CMS's own sign-in: that of the admin is the one door, with its words, for staff alone.
CMS = [pattern for pattern in cms_urls.urlpatterns if getattr(pattern, "name", "") != "cms_login"]
SITEMAPS = [CMSSitemap, CellTypeSitemap, ClinicRiskArticleSitemap]

urlpatterns = [
    path("healthz/live", live, name="health-live"),
    path("healthz/ready", ready, name="health-ready"),
    path("healthz/metrics", metrics, name="metrics"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain")),
    re_path(r"^media/(?P<path>.*)$", uploaded_file),
    path("shared-draft/<str:secret>/", sharing.draft, name="shared-draft"),
    path("shared-draft/<str:secret>/changes/", sharing.changes, name="shared-changes"),
    path("admin/", include("mscoe_portal.accounts.urls")),
    *([path("admin/", include("mscoe_portal.accounts.openid_connect"))] if settings.OIDC_OP_ISSUER else []),
    path("admin/", include("mscoe_portal.review.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        # Parts of every page that a reader may ask for.
        path(
            "comfort-panel/", TemplateView.as_view(template_name="components/comfort_panel.html"), name="comfort-panel"
        ),
        path("listen/", TemplateView.as_view(template_name="components/listen_controls.html"), name="listen"),
        # Before the CMS's own, whose last pattern takes every path.
        UntranslatedApphooks(CMS[0]),
        path("", include(CMS)),
        prefix_default_language=False,
    ),
]

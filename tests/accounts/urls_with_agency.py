"""The addresses of a site whose settings name a provider of sign-in."""

from django.urls import include, path

from mscoe_portal import urls

handler400, handler403, handler500 = urls.handler400, urls.handler403, urls.handler500
urlpatterns = [path("admin/", include("mscoe_portal.accounts.openid_connect")), *urls.urlpatterns]

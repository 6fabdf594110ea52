"""The sitemap for search engines (sitemaps.org)."""

from copy import copy

from django.contrib.sitemaps.views import x_robots_tag
from django.contrib.sites.shortcuts import get_current_site
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


@require_safe
@x_robots_tag
def sitemap(request, sitemaps):
    """Answer with the addresses of `sitemaps` (Sitemap classes).

    They are on the host that was asked: the protocol takes no other, and the host in the database's row of the site is
    whatever somebody wrote there.
    """
    site = copy(get_current_site(request))
    site.domain = request.get_host()
    urls = [url for sitemap in sitemaps for url in sitemap().get_urls(site=site, protocol=request.scheme)]
    # A page's translations have no order of their own, and each database would give another.
    urls.sort(key=lambda url: url["location"])
    return TemplateResponse(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")

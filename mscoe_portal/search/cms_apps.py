from cms.app_base import CMSApp
from cms.apphook_pool import apphook_pool
from django.urls import path
from django.utils.translation import gettext_lazy as _

from mscoe_portal.search import views


@apphook_pool.register
class SearchApphook(CMSApp):
    """The search, in the place of the CMS page that carries it."""

    name = _("Search")

    def get_urls(self, page=None, language=None, **kwargs):
        return [[path("", views.search, name="search")]]

    def get_root_template(self, page=None, language=None, **kwargs):
        return views.TEMPLATE

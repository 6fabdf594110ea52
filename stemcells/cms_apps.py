from cms.app_base import CMSApp
from cms.apphook_pool import apphook_pool
from django.urls import path
from django.utils.translation import gettext_lazy as _

from stemcells import views


@apphook_pool.register
class CellTypesApphook(CMSApp):
    """The pages of the cell types, under the CMS page that introduces them."""

    name = _("Cell types")

    def get_urls(self, page=None, language=None, **kwargs):
        return [[path("<slug:slug>/", views.cell_type, name="cell_type")]]

    def get_menus(self, page=None, language=None, **kwargs):
        return ["CellTypeMenu"]


@apphook_pool.register
class ClinicRisksApphook(CMSApp):
    """The pages of the clinic-risk articles, under the CMS page that introduces them."""

    name = _("Clinic risks")

    def get_urls(self, page=None, language=None, **kwargs):
        return [[path("<slug:slug>/", views.clinic_risk_article, name="clinic_risk_article")]]

    def get_menus(self, page=None, language=None, **kwargs):
        return ["ClinicRiskMenu"]

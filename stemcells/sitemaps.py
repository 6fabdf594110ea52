from django.contrib.sitemaps import Sitemap

from stemcells.models import CellTypeContent, ClinicRiskArticleContent


class RecordSitemap(Sitemap):
    """The published contents of `model`, in each language that they exist in."""

    model = None

    def items(self):
        return [content for content in self.model.objects.all() if content.get_absolute_url()]


class CellTypeSitemap(RecordSitemap):
    model = CellTypeContent


class ClinicRiskArticleSitemap(RecordSitemap):
    model = ClinicRiskArticleContent

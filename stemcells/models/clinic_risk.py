from django.db import models
from django.utils.translation import gettext_lazy as _

from mscoe_portal.untranslated import reverse_in
from stemcells.models.recommendation import Recommendation
from stemcells.models.record import AddressedContent, Record


class ClinicRiskArticle(Record):
    """An article on the risks of clinics that sell stem cell treatments."""

    class Meta(Record.Meta):
        verbose_name = _("clinic risk")
        verbose_name_plural = _("clinic risks")


class ClinicRiskArticleContent(AddressedContent):
    """The words of a clinic-risk article. Its sources are the citations in its prose."""

    grouper_field_name = "clinic_risk_article"
    template_name = "stemcells/clinic_risk_article_detail.html"

    clinic_risk_article = models.ForeignKey(ClinicRiskArticle, on_delete=models.PROTECT, related_name="contents")
    title = models.CharField(_("title"), max_length=150, help_text=_("The page’s title, short and plain."))
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One or two short sentences. Shown first on the page and in search.")
    )
    recommendation = models.ForeignKey(
        Recommendation,
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The centers’ position that is shown after the article."),
    )

    class Meta:
        verbose_name = _("clinic risk content")
        verbose_name_plural = _("clinic risk contents")
        ordering = ["title"]

    def get_absolute_url(self):
        return reverse_in(self.language, "clinic_risk_article", self.slug)

"""What an editor can place on a page."""

from cms.models import CMSPlugin
from django.db import models
from django.utils.translation import gettext_lazy as _

from stemcells.choices import Urgency
from stemcells.models.cell_type import CellType
from stemcells.models.clinic_risk import ClinicRiskArticle
from stemcells.models.disclaimer import Disclaimer
from stemcells.models.recommendation import Recommendation
from stemcells.models.reference import Reference


class CellTypeList(CMSPlugin):
    """All published cell types, as a table, as cards, or both."""

    class Layout(models.TextChoices):
        TABLE = "table", _("A table that compares them")
        CARDS = "cards", _("Cards with drawings")

    layout = models.CharField(
        _("layout"),
        max_length=10,
        choices=Layout.choices,
        default=Layout.CARDS,
        help_text=_("How all published cell types are shown here."),
    )

    def __str__(self):
        return self.get_layout_display()


class CellTypeCard(CMSPlugin):
    """One cell type as a card."""

    cell_type = models.ForeignKey(
        CellType,
        verbose_name=_("cell type"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The card always shows its published words."),
    )

    def __str__(self):
        return str(self.cell_type)


class ClinicRiskTeaser(CMSPlugin):
    """A clinic-risk article, as a summary with a link or whole."""

    class Extent(models.TextChoices):
        SUMMARY = "summary", _("Summary with a link")
        WHOLE = "whole", _("The whole article, with a link to its own page")

    article = models.ForeignKey(
        ClinicRiskArticle,
        verbose_name=_("clinic risk"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("This place always shows its published words."),
    )
    extent = models.CharField(
        _("show"),
        max_length=10,
        choices=Extent.choices,
        default=Extent.SUMMARY,
        help_text=_("How much of the article stands here."),
    )

    def __str__(self):
        return str(self.article)


class RecommendationCallout(CMSPlugin):
    """A recommendation of the centers."""

    recommendation = models.ForeignKey(
        Recommendation,
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("This place always shows its published words."),
    )

    def __str__(self):
        return str(self.recommendation)


class DisclaimerNote(CMSPlugin):
    """One disclaimer, or all of them."""

    disclaimer = models.ForeignKey(
        Disclaimer,
        verbose_name=_("disclaimer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Leave empty to show every disclaimer."),
    )

    def __str__(self):
        return str(self.disclaimer) if self.disclaimer_id else str(_("All disclaimers"))


class CitationManager(models.Manager):
    """The CMS loads a page's citations through `objects`: their sources come with them."""

    def get_queryset(self):
        return super().get_queryset().select_related("reference")


class Citation(CMSPlugin):
    """A numbered link to a source, inside running text."""

    reference = models.ForeignKey(
        Reference,
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="citations",
        help_text=_(
            "The publication that says this. Its number and its place in the list of sources come by themselves."
        ),
    )

    objects = CitationManager()

    def __str__(self):
        return str(self.reference)


class Callout(CMSPlugin):
    """A short text that must not be missed. Its urgency is a word, never color alone (WCAG 1.4.1)."""

    urgency = models.CharField(
        _("urgency"),
        max_length=10,
        choices=Urgency.choices,
        default=Urgency.IMPORTANT,
        help_text=_("This word stands before the text, for people who cannot see the color."),
    )
    text = models.CharField(_("text"), max_length=500, help_text=_("One or two plain sentences."))

    def __str__(self):
        return self.text

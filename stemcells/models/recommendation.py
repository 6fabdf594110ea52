from django.db import models
from django.utils.translation import gettext_lazy as _

from stemcells.models.record import Record, RecordContent


class Recommendation(Record):
    """A position of the centers, shown wherever it is placed."""

    class Meta(Record.Meta):
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")


class RecommendationContent(RecordContent):
    """The words of a recommendation."""

    grouper_field_name = "recommendation"
    template_name = "stemcells/recommendation_detail.html"

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="contents")
    title = models.CharField(_("title"), max_length=150, help_text=_("The heading above the position."))
    statement = models.CharField(_("statement"), max_length=400, help_text=_("The position itself, in one sentence."))
    applies_to = models.CharField(
        _("applies to"),
        max_length=200,
        help_text=_("What the position is about, such as: Stem cell therapy at for-profit institutions."),
    )

    class Meta:
        verbose_name = _("recommendation content")
        verbose_name_plural = _("recommendation contents")
        ordering = ["title"]

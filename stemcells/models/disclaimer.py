from django.db import models
from django.utils.translation import gettext_lazy as _

from stemcells.choices import DisclaimerKind, DisclaimerPlace
from stemcells.models.record import Record, RecordContent


class Disclaimer(Record):
    """A statement of what the site is not responsible for."""

    class Meta(Record.Meta):
        verbose_name = _("disclaimer")
        verbose_name_plural = _("disclaimers")


class DisclaimerContent(RecordContent):
    """The words of a disclaimer, and where it shows."""

    grouper_field_name = "disclaimer"
    template_name = "stemcells/disclaimer_detail.html"

    disclaimer = models.ForeignKey(Disclaimer, on_delete=models.PROTECT, related_name="contents")
    kind = models.CharField(
        _("kind"), max_length=30, choices=DisclaimerKind.choices, help_text=_("What the disclaimer is about.")
    )
    title = models.CharField(_("title"), max_length=150, help_text=_("The heading above the text."))
    text = models.TextField(_("text"), help_text=_("Plain text. An empty line begins a new paragraph."))
    shown = models.CharField(
        _("where it shows"),
        max_length=20,
        choices=DisclaimerPlace.choices,
        default=DisclaimerPlace.PLACED,
        help_text=_("Every disclaimer is on the Disclaimers page too."),
    )

    class Meta:
        verbose_name = _("disclaimer content")
        verbose_name_plural = _("disclaimer contents")
        ordering = ["kind", "title"]

    @property
    def paragraphs(self):
        """The text as a list of paragraphs."""
        return [part.strip() for part in self.text.replace("\r\n", "\n").split("\n\n") if part.strip()]

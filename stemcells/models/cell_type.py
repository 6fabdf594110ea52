from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from filer.fields.image import FilerImageField

from mscoe_portal.untranslated import reverse_in
from stemcells.choices import Drawing, Origin
from stemcells.models.record import AddressedContent, Record


class CellType(Record):
    """A type of stem cell."""

    class Meta(Record.Meta):
        verbose_name = _("cell type")
        verbose_name_plural = _("cell types")


class CellTypeContent(AddressedContent):
    """What the portal says about a type of stem cell."""

    grouper_field_name = "cell_type"
    title_field = "plural"
    template_name = "stemcells/cell_type_detail.html"
    shown_with = ("image",)

    cell_type = models.ForeignKey(CellType, on_delete=models.PROTECT, related_name="contents")
    short_name = models.CharField(_("short name"), max_length=20, help_text=_("The usual abbreviation, such as HSC."))
    name = models.CharField(
        _("full name"), max_length=120, help_text=_("One cell of this type, such as Hematopoietic stem cell.")
    )
    plural = models.CharField(
        _("plural"), max_length=120, help_text=_("The page’s title, such as Hematopoietic stem cells.")
    )
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One or two short sentences. Shown first on the page and in search.")
    )
    origin = models.CharField(
        _("origin"), max_length=20, choices=Origin.choices, help_text=_("Where these cells come from, in one word.")
    )
    origin_detail = models.CharField(
        _("origin in words"),
        max_length=200,
        blank=True,
        help_text=_(
            "Shown instead of the one word above, such as: Donated blastocysts, 8 to 10 days after fertilization."
        ),
    )
    where_found = models.CharField(
        _("where found"), max_length=300, blank=True, help_text=_("Leave empty when the source does not say it.")
    )
    makes_or_does = models.CharField(
        _("what they make or do"),
        max_length=300,
        help_text=_("Such as: All the cells of the blood and the immune system."),
    )
    concern = models.CharField(
        _("concern"),
        max_length=300,
        blank=True,
        help_text=_("A known risk, such as: May cause tumors when used as treatment."),
    )
    drawing = models.CharField(
        _("drawing"),
        max_length=40,
        choices=Drawing.choices,
        blank=True,
        help_text=_("One of the portal’s own drawings."),
    )
    image = FilerImageField(
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("An uploaded picture takes the place of the drawing."),
    )
    alt_text = models.CharField(
        _("text alternative"),
        max_length=250,
        blank=True,
        help_text=_("What the drawing or picture shows, for people who cannot see it."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Lower numbers come first."))

    class Meta:
        verbose_name = _("cell type content")
        verbose_name_plural = _("cell type contents")
        ordering = ["position", "plural"]

    def clean(self):
        super().clean()
        if (self.drawing or self.image_id) and not self.alt_text.strip():
            raise ValidationError({"alt_text": _("Say in words what the drawing or picture shows.")})

    def get_title(self, language=None):
        return f"{self.plural} ({self.short_name})"

    def get_absolute_url(self):
        return reverse_in(self.language, "cell_type", self.slug)

    @property
    def origin_in_words(self):
        return self.origin_detail or self.get_origin_display()

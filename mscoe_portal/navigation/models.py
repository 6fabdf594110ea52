"""Plugins that lead readers on (quick links, ways onward, the notice on how the menus work), and known addresses."""

from cms.models import CMSPlugin, Page
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from filer.fields.image import FilerImageField

from mscoe_portal.web_address import WebAddressField


class Badge(models.TextChoices):
    """The portal's own drawings for quick links. A value is the file's name below `img/`."""

    CRISIS = "badges/crisis", _("Crisis help")
    HEALTH = "badges/health", _("Health")
    BENEFITS = "badges/benefits", _("Benefits")


class QuickLinks(CMSPlugin):
    """A titled group of quick links."""

    title = models.CharField(
        _("title"), max_length=80, help_text=_("The heading above the links, such as Quick Links.")
    )

    def __str__(self):
        return self.title


class QuickLink(CMSPlugin):
    """One badge: a picture, a name and an address."""

    name = models.CharField(_("name"), max_length=80, help_text=_("The words of the link, such as My HealtheVet."))
    note = models.CharField(
        _("note"), max_length=120, blank=True, help_text=_("A few words below the name, such as: Call, text or chat.")
    )
    address = WebAddressField(
        _("web address"), help_text=_("Where the link leads, such as https://www.myhealth.va.gov/ or /disclaimers/.")
    )
    drawing = models.CharField(
        _("drawing"), max_length=40, choices=Badge.choices, blank=True, help_text=_("One of the portal’s own drawings.")
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
        help_text=_(
            "What the drawing or picture says, for people who cannot see it. If it says no more than the name, "
            "repeat the name: screen readers then say it once."
        ),
    )

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if (self.drawing or self.image_id) and not self.alt_text.strip():
            raise ValidationError({"alt_text": _("Say in words what the drawing or picture shows.")})


class Picture(CMSPlugin):
    """A picture that stands by itself, such as a seal or a logo."""

    image = FilerImageField(
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("It is shown at most 64 pixels high."),
    )
    alt_text = models.CharField(
        _("text alternative"),
        max_length=250,
        help_text=_("What the picture says, for people who cannot see it, such as: Seal of the Department."),
    )

    def __str__(self):
        return self.alt_text


class AtNotice(CMSPlugin):
    """How people who use assistive technology reach the menus: what the main menu must do, word for word."""

    heading = models.CharField(
        _("heading"), max_length=80, help_text=_("Whom the notice is for, such as: Attention A T users.")
    )
    intro = models.TextField(_("introduction"), help_text=_("One or two sentences. Follows the heading on its line."))
    steps = models.TextField(
        _("steps"), help_text=_("One step a line, in order; the numbers come by themselves. The menu works exactly so.")
    )

    def __str__(self):
        return self.heading

    @property
    def lines(self):
        """The steps, in order."""
        return [line.strip() for line in self.steps.splitlines() if line.strip()]


class Paths(CMSPlugin):
    """A list of ways onward."""


class Path(CMSPlugin):
    """One way onward: a page of the portal, which is found wherever it moves, or an address."""

    name = models.CharField(_("name"), max_length=120, help_text=_("The words of the link."))
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("One sentence on what is found there."))
    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("A page of this site. The link follows it when its address changes."),
    )
    address = WebAddressField(
        _("web address"),
        blank=True,
        help_text=_("For a place that is not a page: a record, another website, a part of a page."),
    )

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if bool(self.page_id) == bool(self.address):
            raise ValidationError({"page": _("Choose a page or write a web address: one of the two.")})


class PublicAddress(models.Model):
    """An address at which a page or record is, or once was, found by readers. `old_addresses` writes and reads it."""

    path = models.CharField(max_length=500, unique=True)
    kind = models.CharField(max_length=100)
    object_id = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("public address")
        verbose_name_plural = _("public addresses")

    def __str__(self):
        return self.path

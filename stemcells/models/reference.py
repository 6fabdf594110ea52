"""Sources that the articles cite."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.web_address import validate_web_address
from stemcells.choices import ReferenceStatus

# The form of a DOI as Crossref recommends to match it (www.crossref.org, "DOIs and matching regular expressions").
DOI_FORM = re.compile(r"^10\.\d{4,9}/[-._;()/:A-Za-z0-9]+$")


def next_year():
    """The latest year that a publication can have: journals print an issue some months ahead."""
    return localdate().year + 1


class Reference(models.Model):
    """A publication that content cites. Not versioned: it is a fact about the world, not our words.

    The address readers follow is derived: from the DOI, else the PubMed id, else `url`.
    """

    key = models.SlugField(
        _("short name"),
        max_length=100,
        unique=True,
        help_text=_("A name to find it by, such as turner-2016. Readers do not see it."),
    )
    title = models.CharField(_("title"), max_length=500, help_text=_("The title of the publication, as printed."))
    authors = models.CharField(
        _("authors"), max_length=500, help_text=_("As the journal prints them, such as: Turner L, Knoepfler P.")
    )
    journal = models.CharField(
        _("journal or publisher"), max_length=300, blank=True, help_text=_("Such as: Cell Stem Cell.")
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[
            MinValueValidator(1800, _("Write the year with four digits, such as 2016.")),
            MaxValueValidator(next_year, _("Write a year up to %(limit_value)s, such as 2016.")),
        ],
        help_text=_("The year in which it was published, such as 2016."),
    )
    doi = models.CharField(
        "DOI",
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(DOI_FORM, _("A DOI begins with 10. and has a slash, such as 10.1016/j.stem.2016.06.007."))
        ],
        help_text=_("Without https://doi.org/ before it. Readers are sent to the DOI’s own address."),
    )
    pubmed_id = models.CharField(
        _("PubMed id"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^[1-9]\d{0,8}$", _("A PubMed id is a number of up to nine digits."))],
        help_text=_("The number that PubMed shows as PMID, such as 12345678."),
    )
    url = models.CharField(
        _("web address"),
        max_length=500,
        blank=True,
        validators=[validate_web_address],
        help_text=_("Only when there is neither a DOI nor a PubMed id."),
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ReferenceStatus.choices,
        default=ReferenceStatus.CURRENT,
        help_text=_("May readers still rely on it? Readers see when a source is superseded or retracted."),
    )

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["authors", "year"]

    def __str__(self):
        return f"{self.authors} ({self.year}). {self.title}"

    def clean(self):
        super().clean()
        if not (self.doi or self.pubmed_id or self.url):
            raise ValidationError(_("Give a DOI, a PubMed id or a web address, so that readers can find the source."))

    def is_publicly_cited(self):
        """Whether readers see it among the sources of a page."""
        place = {name: OuterRef(f"placeholder__{name}") for name in ("content_type", "object_id")}
        return self.citations.filter(Exists(Version.objects.filter(state=PUBLISHED, **place))).exists()

    @property
    def address(self):
        """Where a reader finds the publication: the DOI's resolver, PubMed, or the given address."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pubmed_id:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pubmed_id}/"
        return self.url

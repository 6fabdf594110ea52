"""Closed lists that the records choose from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """Where a stem cell comes from. Source: the content brief's table of types."""

    ADULT = "adult", _("Adult")
    EMBRYONIC = "embryonic", _("Embryonic")
    ENGINEERED = "engineered", _("Engineered")
    SPECIALIZED = "specialized", _("Specialized")


class DisclaimerKind(models.TextChoices):
    """What a disclaimer is about."""

    EXTERNAL_LINKS = "external_links", _("Links to other websites")
    MEDICAL_INFORMATION = "medical_information", _("Medical information")
    OTHER = "other", _("Other")


class DisclaimerPlace(models.TextChoices):
    """Where a disclaimer shows, besides its place on the Disclaimers page."""

    OFF_SITE_PAGES = "off_site_pages", _("By itself, on every page that links to another website")
    PLACED = "placed", _("Only where an editor places it")


class ReferenceStatus(models.TextChoices):
    """Whether a source may still be relied on."""

    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Superseded by newer work")
    RETRACTED = "retracted", _("Retracted")


class Urgency(models.TextChoices):
    """How urgent a call-out is. The label is shown and spoken: color alone says nothing."""

    NOTE = "note", _("Note")
    IMPORTANT = "important", _("Important")
    WARNING = "warning", _("Warning")


class Drawing(models.TextChoices):
    """The portal's own drawings of cell types: names of files under `static/img/`."""

    HSC = "cells/hsc", _("From bone marrow and blood to blood cells")
    MSC = "cells/msc", _("From bone marrow, skin and fat to bone, cartilage, muscle and fat")
    NSC = "cells/nsc", _("From specialized cells to nerve tissue")
    HESC = "cells/hesc", _("From a blastocyst to many kinds of cells")
    IPSC = "cells/ipsc", _("From an engineered adult cell to many kinds of cells")


def languages():
    """The languages that a record can be written in: a setting, which no migration may freeze."""
    return settings.LANGUAGES

"""The words of the review."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    """What became of a draft that was submitted for review."""

    OPEN = "open", _("waiting for review")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned with comments")
    TAKEN_BACK = "taken back", _("taken back by its author")


class SignatureKind(models.TextChoices):
    """What a clinician signed."""

    APPROVAL = "approval", _("approved a draft")
    STILL_CORRECT = "still correct", _("found what is public still correct")


class Act(models.TextChoices):
    """What the audit page lists: each change of a state, and each change that has no version.

    Each follows the person's name. The context tells such a verb from the same word for a state.
    """

    DRAFTED = "drafted", _("made a draft")
    SUBMITTED = "submitted", _("submitted for review")
    TAKEN_BACK = "taken back", _("took back from review")
    APPROVED = "approved", pgettext_lazy("act", "approved")
    RETURNED = "returned", pgettext_lazy("act", "returned with comments")
    WAIVED = "waived", _("waived a rule")
    PUBLISHED = "published", pgettext_lazy("act", "published")
    LOADED = "loaded", _("loaded, never reviewed")
    STILL_CORRECT = "still correct", _("signed as still correct")
    WITHDRAWN = "withdrawn", _("withdrew")
    REPLACED = "replaced", _("replaced by a newer version")
    ARCHIVED = "archived", pgettext_lazy("act", "archived")
    TAKEN_OVER = "taken over", _("took over a draft")
    SHARED = "shared", _("shared a draft by link")
    SHARING_ENDED = "sharing ended", _("ended the sharing of a draft")
    PAGE_MOVED = "page moved", _("moved a page")
    HOME_SET = "home set", _("made a page the home page")
    PAGE_SETTINGS = "page settings", _("changed a page’s advanced settings")
    DELETED = "deleted", _("deleted")
    FILE_CHANGED = "file changed", _("changed a file")
    SOURCE_STATUS = "source status", _("changed the status of a source")
    SOURCE_CHANGED = "source changed", _("changed a source")
    PLAN_CHANGED = "plan changed", _("changed when a review is due")
    SETTING_CHANGED = "setting changed", _("changed a setting of the site")
    PERSON_CHANGED = "person changed", _("changed a person’s rights or name")


class Relation(models.TextChoices):
    """How one content uses another."""

    SHOWS = "shows", _("shows it")
    LINKS = "links", _("links to it")


class Currency(models.TextChoices):
    """Whether what readers see counts as reviewed today."""

    NEVER = "never", _("never reviewed")
    OVERDUE = "overdue", _("overdue")
    SOON = "soon", _("due within 60 days")
    CURRENT = "current", _("in date")

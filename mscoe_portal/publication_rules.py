"""What a rule for publication is. The review asks them; each app may declare its own (`publication_rules`)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How much a finding weighs."""

    BLOCK = "block", _("Must be mended")
    WAIVE = "waive", _("Must be mended, or waived in writing")
    NOTE = "note", _("Worth a look")


@dataclass(frozen=True)
class Rule:
    """`find(draft)` yields (place, advice), words for the editor, for each place of `draft` that breaks the rule.

    `draft` is a `mscoe_portal.review.draft.Draft`: what readers would get, taken apart. `find` asks no database.
    `code` never changes: waivers are kept under it.
    """

    code: str
    level: Level
    message: str
    find: Callable


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule. `is_waived`: who approved the draft has said in writing why it may stay."""

    rule: Rule
    place: str
    advice: str
    is_waived: bool = False

    @property
    def stands_against_publishing(self):
        """Whether it must be mended, or waived, before its version can be published."""
        return self.rule.level != Level.NOTE and not self.is_waived

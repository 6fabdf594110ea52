"""What stands against publishing a content: a table of rules, and what they find in a version.

Other apps declare theirs in `cms_config.py` (`publication_rules`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djangocms_versioning.exceptions import ConditionFailed


class Level(TextChoices):
    """How much a finding weighs."""

    BLOCK = "block", gettext_lazy("must be mended")
    WAIVE = "waive", gettext_lazy("must be mended, or waived in writing")
    NOTE = "note", gettext_lazy("worth a look")


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule: `place` and `advice` are words for the editor."""

    rule: "Rule"
    place: str
    advice: str


@dataclass(frozen=True)
class Rule:
    """`find(draft)` yields (place, advice) for each place of `draft` that breaks the rule."""

    code: str
    level: Level
    message: str
    find: Callable


RULES: list[Rule] = []


def rules():
    """All rules: the site's own and those that apps declare."""
    return [*RULES, *apps.get_app_config("review").cms_extension.publication_rules]


def findings_of(version):
    """What the rules find in `version`, the gravest first."""
    found = [Finding(rule, place, advice) for rule in rules() for place, advice in rule.find(version)]
    return sorted(found, key=lambda finding: list(Level).index(finding.rule.level))


def refuse_blocked(version):
    """Raise ConditionFailed when `version` breaks a rule that cannot be waived."""
    blocked = [finding for finding in findings_of(version) if finding.rule.level == Level.BLOCK]
    if blocked:
        raise ConditionFailed(" ".join(f"{finding.place}: {finding.advice}" for finding in blocked))


def refuse_unwaived(version, waivers):
    """Raise ConditionFailed when `version` breaks a rule that must be waived and `waivers` ({code: reason}) does not."""
    broken = {finding.rule for finding in findings_of(version) if finding.rule.level == Level.WAIVE}
    if missing := [rule for rule in broken if not waivers.get(rule.code, "").strip()]:
        names = ", ".join(sorted(str(rule.message) for rule in missing))
        raise ConditionFailed(_("Mend this, or give a reason for each: %(names)s") % {"names": names})

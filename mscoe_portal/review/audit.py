"""The audit: what was done, by whom and when, written in the same transaction as the act itself."""

import csv
from functools import cache

from cms.operations import MOVE_PAGE
from django.apps import apps
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from djangocms_versioning import versionables
from djangocms_versioning.models import Version

from mscoe_portal.people import person_name
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import AuditEntry


def record_act_without_version(act, user, subject, note="", **kwargs):
    """Receiver of `acted_without_version`."""
    record(Act(act), user, subject, note=note)


def record_move(operation, request, obj, **kwargs):
    """Receiver of the CMS's `post_obj_operation`."""
    if operation == MOVE_PAGE:
        record(Act.PAGE_MOVED, request.user, obj)


def record(act, user, subject, *, note=""):
    """Write down that `user` (None: the site itself) did `act` (a `choices.Act`) to `subject`; returns the entry.

    `subject` is a Version, or an object that has no version.
    """
    if isinstance(subject, Version):
        content = subject.content
        about = {
            "subject": str(content)[:300],
            "model": content._meta.label_lower,
            "object_id": subject.grouper.pk,
            "language": content.language,
            "version_id": subject.pk,
        }
    else:
        about = {"subject": str(subject)[:300], "model": subject._meta.label_lower, "object_id": subject.pk}
    name = person_name(user)[:150] if user else ""
    return AuditEntry.objects.create(act=act, user_id=user.pk if user else None, user_name=name, note=note, **about)


def kind_of(label):
    """What editors call the model `label`, such as "stemcells.celltypecontent", of an entry: "Cell type"."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return label  # of an app that is gone
    if versionables.exists_for_content(model):
        model = versionables.for_content(model).grouper_model
    return capfirst(str(model._meta.verbose_name))


def in_csv(entries):
    """Yield the lines of a table for spreadsheets: a heading, and one for each of `entries`, read bit by bit."""
    table = csv.writer(_Echo())
    # Asked once: `get_act_display` translates all the choices for each line.
    acts, kind = {act.value: str(act.label) for act in Act}, cache(kind_of)
    heading = [_("When"), _("Who"), _("Number of the person"), _("What"), _("Kind"), _("Content"), _("Language")]
    # The mark by which spreadsheets know UTF-8.
    yield "\ufeff" + table.writerow([*heading, _("Number of the version"), _("Note")])
    for entry in entries.iterator():
        when = localtime(entry.at).isoformat(" ", "seconds")
        words = [when, entry.user_name, entry.user_id, acts.get(entry.act), kind(entry.model), entry.subject]
        yield table.writerow([_as_text(word) for word in [*words, entry.language, entry.version_id, entry.note]])


# A spreadsheet takes a cell that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _as_text(value):
    """`value` as a cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Echo:
    """A file that gives back what is written to it: the writer's line."""

    def write(self, line):
        return line

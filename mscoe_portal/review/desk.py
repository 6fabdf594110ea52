"""The editors' desk: what waits for a person, what is due for review, and how much of the site is in date.

It only reads, and asks the database no more often when there is more on the site: at most 16 times with the rest of the
admin's first page. The rules for publication are asked apart (`with_rules`): they render each draft.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property

from cms.models import PageContent
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal.admin_site import MODELS
from mscoe_portal.people import person_name
from mscoe_portal.permissions import user_can_publish, user_can_view_content
from mscoe_portal.review.choices import Act, Currency, Outcome
from mscoe_portal.review.currency import contents_in
from mscoe_portal.review.models import AuditEntry, CheckedLink, Submission
from mscoe_portal.review.permissions import Person, approval_of, editors_of_each, signer_is_allowed
from mscoe_portal.review.rules import against_publishing, findings_of, grouped
from mscoe_portal.review.standing import day_of
from mscoe_portal.review.where_used import doubts
from mscoe_portal.version_actions import comparison_url

# So many rows of a section stand on the desk; the others on its own page, so many at a time.
ON_DESK, ON_PAGE = 5, 20
RECENT_DAYS = 30


@dataclass(frozen=True)
class Row:
    """One thing on the desk: its `url` is where something is done about it.

    `facts`: short, in words. `problems`: what is wrong, each a line. `remark`: what somebody said of it. `links`: pairs
    of words and address. `version_id`: of the draft that the rules are asked about; `rules`: their answer in sentences.
    """

    title: str
    url: str
    facts: list
    problems: list = field(default_factory=list)
    remark: str = ""
    links: list = field(default_factory=list)
    version_id: int | None = None
    rules: list = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A part of the desk. `things` become rows, by `row`, only where they are shown."""

    code: str
    title: str
    # What is said where there is nothing.
    empty: str
    things: list
    row: Callable
    has_rules: bool = False

    @property
    def on_page(self):
        """How many rows its own page has: few, where the rules render each."""
        return ON_DESK if self.has_rules else ON_PAGE

    @property
    def number(self):
        return len(self.things)

    @property
    def has_more(self):
        return self.number > ON_DESK

    def rows(self, things=None):
        """The rows of `things`, by default of those on the desk."""
        return [self.row(thing) for thing in (self.things[:ON_DESK] if things is None else things)]


@dataclass(frozen=True)
class Bar:
    """How many of all public contents are in date: reviewed by a clinician, and not overdue."""

    in_date: int
    number: int

    @property
    def percent(self):
        return 100 * self.in_date // self.number if self.number else 0

    @property
    def words(self):
        if not self.number:
            return _("Nothing is public yet.")
        words = ngettext(
            "%(in_date)s of %(number)s page or record is in date.",
            "%(in_date)s of %(number)s pages and records are in date.",
            self.number,
        )
        return words % {"in_date": self.in_date, "number": self.number}


class Desk:
    """The desk of `user`: only of what they may read."""

    def __init__(self, user):
        self.user, self.person = user, Person(user)

    @cached_property
    def sections(self):
        """All sections in their order: first what only this person can do."""
        first = []
        if self.person.is_clinical_reviewer or self.person.is_site_manager:
            first.append(self._waiting)
        if user_can_publish(self.user):
            first.append(self._approved)
        return [*first, self._returned, self._drafts, self._attention, *self._due, self._published]

    def section(self, code):
        """The section with this code, or None."""
        return next((section for section in self.sections if section.code == code), None)

    @cached_property
    def bar(self):
        in_date = (content.review.currency in (Currency.CURRENT, Currency.SOON) for content in self._public)
        return Bar(sum(in_date), len(self._public))

    # --- What there is ----------------------------------------------------------------------------------------------

    @cached_property
    def _kinds(self):
        """What the person may read, as editors call it: {content type id: name}."""
        items = apps.get_app_config("djangocms_versioning").cms_extension.versionables
        return {
            ContentType.objects.get_for_model(item.content_model).pk: _kind_of(item.grouper_model)
            for item in items
            if user_can_view_content(self.user, item.content_model())
        }

    @cached_property
    def _contents(self):
        """Drafts and what is public: {id of the version: currency.Content}."""
        contents = contents_in(DRAFT, PUBLISHED)
        return {content.version_id: content for content in contents if content.content_type_id in self._kinds}

    @cached_property
    def _public(self):
        """What readers can read."""
        return [content for content in self._contents.values() if content.state == PUBLISHED and content.has_words]

    @cached_property
    def _submissions(self):
        """The newest submission of each draft: {id of the version: Submission}."""
        people = ("submitted_by", "reviewer", "answered_by")
        submissions = Submission.objects.filter(version__state=DRAFT).select_related("version", *people)
        newest = {}
        for submission in submissions.order_by("pk"):
            newest[submission.version_id] = submission
        return newest

    # --- Drafts -----------------------------------------------------------------------------------------------------

    @property
    def _waiting(self):
        waiting = [
            submission
            for submission in self._submissions.values()
            if submission.version_id in self._contents
            and submission.outcome == Outcome.OPEN
            and submission.reviewer_id in (None, self.user.pk)
        ]
        editors = editors_of_each([submission.version for submission in waiting]) if waiting else {}
        waiting = [submission for submission in waiting if self._may_sign(submission, editors[submission.version_id])]
        return Section(
            code="waiting",
            title=_("Waiting for your review"),
            empty=_("Nothing waits for you."),
            # Those that nobody else can answer, and the oldest, first.
            things=sorted(waiting, key=lambda submission: (submission.reviewer_id is None, submission.submitted_at)),
            row=self._row_of_waiting,
        )

    def _may_sign(self, submission, editors):
        version = submission.version
        model = ContentType.objects.get_for_id(version.content_type_id).model_class()
        # Not read from the database: all that is asked of it is what it is, and where it leads.
        known = {"redirect": self._contents[version.pk].redirect} if model is PageContent else {}
        version.content = model(pk=version.object_id, **known)
        try:
            signer_is_allowed(version, self.user, person=self.person, editors=editors)
        except ConditionFailed:
            return False
        return True

    def _row_of_waiting(self, submission):
        about = {"name": person_name(submission.submitted_by), "date": day_of(submission.submitted_at)}
        facts = [_("submitted by %(name)s on %(date)s") % about]
        if submission.reviewer_id:
            facts.append(_("you were asked by name"))
        return self._row(
            self._contents[submission.version_id],
            facts,
            remark=submission.note,
            links=[(_("What changed"), comparison_url(submission.version))],
        )

    @property
    def _approved(self):
        return Section(
            code="approved",
            title=_("Approved, not public yet"),
            empty=_("No approved draft waits to be published."),
            things=[content for content in self._all_drafts if self._is_approved(content)],
            row=self._row_of_draft,
            # What has come up since, such as a source that was retracted.
            has_rules=True,
        )

    def _is_approved(self, content):
        """Whether the last word on a draft was an approval, after which it was not saved.

        What the approval still holds for, the draft's own page says: only a digest tells.
        """
        submission = self._submissions.get(content.version_id)
        return bool(submission) and submission.outcome == Outcome.APPROVED and not _was_changed(content, submission)

    @cached_property
    def _all_drafts(self):
        """All drafts, the newest first."""
        drafts = [content for content in self._contents.values() if content.state == DRAFT]
        return sorted(drafts, key=lambda content: content.modified, reverse=True)

    @cached_property
    def _mine(self):
        """The person's drafts: those that they hold, and those that they made and nobody holds."""
        return [
            content for content in self._all_drafts if self.user.pk == (content.locked_by_id or content.created_by_id)
        ]

    def _outcome(self, content):
        submission = self._submissions.get(content.version_id)
        return submission and submission.outcome

    @property
    def _returned(self):
        return Section(
            code="returned",
            title=_("Returned to you"),
            empty=_("Nothing was returned to you."),
            things=[content for content in self._mine if self._outcome(content) == Outcome.RETURNED],
            row=self._row_of_draft,
            has_rules=True,
        )

    @property
    def _drafts(self):
        drafts = [content for content in self._mine if self._outcome(content) != Outcome.RETURNED]
        has_others = len(drafts) < len(self._mine)
        return Section(
            code="drafts",
            title=_("Your drafts"),
            empty=_("You have no other draft.") if has_others else _("You have no draft."),
            # Those that wait for somebody else last.
            things=sorted(drafts, key=lambda content: self._outcome(content) == Outcome.OPEN),
            row=self._row_of_draft,
            has_rules=True,
        )

    def _row_of_draft(self, content):
        submission = self._submissions.get(content.version_id)
        return self._row(
            content,
            _progress(content, submission),
            remark=submission.comment if submission else "",
            links=[(_("What the rules find"), reverse("review:version", args=[content.version_id]))],
            version_id=content.version_id,
        )

    # --- What is public ---------------------------------------------------------------------------------------------

    @property
    def _attention(self):
        problems = defaultdict(list)
        for key, those in doubts().items():
            for doubt in those:
                problems[key].append(_("%(state)s: %(source)s") % {"state": doubt.state, "source": doubt.subject})
        broken = CheckedLink.found_in.through.objects.exclude(checkedlink__problem="").order_by("checkedlink__address")
        names = ("address", "problem", "checked_at")
        for version_id, *values in broken.values_list("version", *(f"checkedlink__{name}" for name in names)):
            # Whether a draft has the link still, the rules say.
            if (content := self._contents.get(version_id)) and content.state == PUBLISHED:
                found = dict(zip(names, values, strict=True))
                words = _("Broken link: %(address)s (%(problem)s, checked on %(date)s)")
                problems[_key(content)].append(words % (found | {"date": day_of(found["checked_at"])}))
        contents = [content for content in self._contents.values() if _key(content) in problems]
        public = {content.identity for content in contents if content.state == PUBLISHED}
        # The draft of what readers see already needs no row of its own.
        contents = [content for content in contents if content.state == PUBLISHED or content.identity not in public]

        def row(content):
            facts = [] if content.state == PUBLISHED else [_("a draft")]
            return self._row(content, facts, problems=problems[_key(content)])

        return Section(
            code="attention",
            title=_("Needs attention"),
            empty=_("No broken link is known, and no source in doubt is cited."),
            things=sorted(contents, key=lambda content: (content.state != PUBLISHED, content.title)),
            row=row,
        )

    @property
    def _due(self):
        titles = {
            Currency.OVERDUE: (_("Overdue for review"), _("Nothing is overdue.")),
            Currency.NEVER: (_("Never reviewed"), _("All that is public was reviewed.")),
            Currency.SOON: (_("Due for review in the next 60 days"), _("Nothing is due in the next 60 days.")),
        }
        for currency, (title, empty) in titles.items():
            contents = [content for content in self._public if content.review.currency == currency]
            yield Section(
                code=currency.value,
                title=title,
                empty=empty,
                things=sorted(contents, key=self._by_owner_and_date),
                row=self._row_of_due,
            )

    def _by_owner_and_date(self, content):
        due_on = content.review.due_on
        return content.owner_id != self.user.pk, (due_on - localdate()).days if due_on else 0, content.title

    def _row_of_due(self, content):
        facts = [_due_in_words(content.review.due_on)] if content.review.due_on else []
        if content.owner_id == self.user.pk:
            facts.append(_("you answer for it"))
        elif content.owner_id is None and self.person.is_site_manager:
            facts.append(_("nobody answers for it"))
        return self._row(content, facts)

    @property
    def _published(self):
        lately = AuditEntry.objects.filter(
            act=Act.PUBLISHED, at__gte=now() - timedelta(days=RECENT_DAYS), model__in=self._labels()
        )
        approved = Q(act=Act.APPROVED, version_id__in=lately.order_by().values("version_id"))
        published, approvals = [], {}
        # The newest approval is the one that counted.
        for entry in AuditEntry.objects.filter(approved | Q(pk__in=lately.order_by().values("pk"))).order_by("pk"):
            if entry.act == Act.APPROVED:
                approvals[entry.version_id] = entry
            else:
                published.insert(0, entry)

        def row(entry):
            return self._row_of_published(entry, approvals.get(entry.version_id))

        return Section(
            code="published",
            title=ngettext("Published in the last %(days)s day", "Published in the last %(days)s days", RECENT_DAYS)
            % {"days": RECENT_DAYS},
            empty=_("Nothing was published."),
            things=published,
            row=row,
        )

    def _labels(self):
        types = (ContentType.objects.get_for_id(pk) for pk in self._kinds)
        return [f"{each.app_label}.{each.model}" for each in types]

    def _row_of_published(self, entry, approval):
        facts = [_("published by %(name)s on %(date)s") % {"name": entry.user_name, "date": day_of(entry.at)}]
        if approval:
            facts.append(_("approved by %(name)s") % {"name": approval.user_name})
        content = self._contents.get(entry.version_id)
        title = self._title(content) if content else entry.subject
        return Row(title, reverse("review:version", args=[entry.version_id]), facts)

    # --- Rows -------------------------------------------------------------------------------------------------------

    def _row(self, content, facts, **values):
        kind = str(self._kinds[content.content_type_id])
        return Row(self._title(content), content.preview_url, [kind, *facts], **values)

    def _title(self, content):
        if content.language == settings.LANGUAGE_CODE:
            return content.title
        return f"{content.title} ({dict(settings.LANGUAGES).get(content.language, content.language)})"


def with_rules(rows):
    """`rows` with what the rules for publication find in their drafts. It renders each, with about a dozen queries."""
    versions = Version.objects.in_bulk([row.version_id for row in rows])
    found = {pk: findings_of(version, approval_of(version)) for pk, version in versions.items()}
    return [replace(row, rules=_rules_in_words(found[row.version_id])) for row in rows]


def _rules_in_words(findings):
    words = [] if against_publishing(findings) else [_("Nothing stands against publishing.")]
    for group in grouped(findings):
        # Each rule once, however often it is broken.
        rules = dict.fromkeys(str(finding.rule.message) for finding in group.findings)
        words.append(_("%(title)s: %(rules)s.") % {"title": group.title, "rules": "; ".join(rules)})
    return words


def _kind_of(model):
    return str(MODELS.get(model._meta.label, model._meta.verbose_name))


def _key(content):
    return content.content_type_id, content.object_id


def _was_changed(draft, submission):
    """Whether `draft` was saved after its `submission` was answered."""
    return draft.modified > submission.answered_at


def _progress(draft, submission):
    """How far `draft` is, by its newest submission (None: it was never submitted), in words."""
    changed = _("changed on %(date)s") % {"date": day_of(draft.modified)}
    if submission is None or submission.outcome == Outcome.TAKEN_BACK:
        return [_("not submitted for review"), changed]
    if submission.outcome == Outcome.OPEN:
        return [_("waiting for review since %(date)s") % {"date": day_of(submission.submitted_at)}]
    about = {"name": person_name(submission.answered_by), "date": day_of(submission.answered_at)}
    words = _("approved by %(name)s on %(date)s")
    if submission.outcome == Outcome.RETURNED:
        words = _("returned by %(name)s on %(date)s")
    return [words % about, _("changed since then")] if _was_changed(draft, submission) else [words % about]


def _due_in_words(due_on):
    days, about = (due_on - localdate()).days, {"date": date_format(due_on)}
    if days == 0:
        return _("due today")
    if days < 0:
        words = ngettext("due on %(date)s, %(days)s day ago", "due on %(date)s, %(days)s days ago", -days)
        return words % (about | {"days": -days})
    words = ngettext("due on %(date)s, in %(days)s day", "due on %(date)s, in %(days)s days", days)
    return words % (about | {"days": days})

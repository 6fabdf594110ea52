"""Where a version stands in its review, and what may be done with it from there.

Each `…_is_allowed` is the condition of one step (`workflow`): it raises ConditionFailed, in words for the person who
tries. A button shows where the condition holds, so that what is offered is what is possible.
"""

from functools import cached_property

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.people import person_name
from mscoe_portal.permissions import publisher_is_allowed, user_can_act_without_version
from mscoe_portal.review.choices import Outcome
from mscoe_portal.review.permissions import approval_of, editors_of_each, not_approved, signer_is_allowed
from mscoe_portal.review.rules import against_publishing, findings_of, refuse_publishing


class Standing:
    """A version with its submissions and signatures, the newest first.

    `is_judged`: the rules are asked, too, before publishing is offered. They render the draft, so not in a list.
    """

    def __init__(self, version, editors=None, *, is_judged=False):
        self.version = version
        self.is_judged = is_judged
        if editors is not None:
            self.editors = editors

    @classmethod
    def of_each(cls, versions, *, is_judged=False):
        """A Standing for each of `versions`, in their order, with as many queries as for one.

        For the same object always the same: several parts of a page tell of a version, and each has it looked at.
        """
        versions = list(versions)
        people = ("submissions__submitted_by", "submissions__reviewer", "submissions__answered_by")
        prefetch_related_objects(versions, *people, "signatures__signed_by")
        new = [version for version in versions if not hasattr(version, "standing")]
        editors = editors_of_each(new) if new else {}
        for version in new:
            version.standing = cls(version, editors[version.pk])
        for version in versions:
            version.standing.is_judged |= is_judged
        return [version.standing for version in versions]

    @cached_property
    def editors(self):
        """The ids of those who wrote any of it."""
        return editors_of_each([self.version])[self.version.pk]

    @cached_property
    def submission(self):
        """The newest submission, or None."""
        return next(iter(self.version.submissions.all()), None)

    @cached_property
    def signature(self):
        """The newest signature, or None. Whether it holds for a draft as it is now, `approval` tells."""
        return next(iter(self.version.signatures.all()), None)

    @cached_property
    def approval(self):
        """The signature that holds for exactly what the version says now, or None."""
        return approval_of(self.version) if self.signature else None

    @cached_property
    def findings(self):
        """What the rules find in what the version says now; what the approval waived is marked."""
        return findings_of(self.version, self.approval)

    @property
    def against_publishing(self):
        """The findings that must be mended, or waived, before the version can be published."""
        return against_publishing(self.findings)

    @property
    def is_stopped(self):
        """Whether it is approved, and cannot be published even so."""
        return self.is_draft and self.approval is not None and bool(self.against_publishing)

    @property
    def is_draft(self):
        return self.version.state == DRAFT

    @property
    def is_waiting(self):
        """Whether it waits for a reviewer's answer."""
        return self.is_draft and self.submission is not None and self.submission.outcome == Outcome.OPEN

    @property
    def is_returned(self):
        """Whether it was returned to its author the last time that it was submitted."""
        return self.is_draft and self.submission is not None and self.submission.outcome == Outcome.RETURNED

    @property
    def label(self):
        """Where it stands, in a word or two."""
        if self.is_waiting:
            return _("Waiting for review")
        if self.is_draft:
            return self._label_of_draft()
        if self.version.state == PUBLISHED:
            return _("Reviewed") if self.signature else _("Never reviewed")
        return ""

    def _label_of_draft(self):
        if self.approval:
            return _("Approved")
        if self.is_returned:
            return _("Returned with comments")
        return _("Changed since it was approved") if self.signature else _("Not submitted for review")

    @property
    def words(self):
        """Where it stands, in a sentence or two; "" for a draft that nobody has submitted yet."""
        if self.is_draft:
            return self._draft_in_words()
        if self.version.state != PUBLISHED:
            return ""
        if self.signature:
            return _("Approved by %(name)s on %(date)s.") % _signed(self.signature)
        return _("Never reviewed by a clinician.")

    def _draft_in_words(self):
        if self.is_waiting:
            return self._waiting_in_words()
        if self.approval:
            return _("Approved by %(name)s on %(date)s.") % _signed(self.approval)
        if self.is_returned:
            answer = {"name": person_name(self.submission.answered_by), "date": day_of(self.submission.answered_at)}
            return _("Returned by %(name)s on %(date)s, to be changed.") % answer
        if self.signature:
            words = _("Changed after %(name)s approved it on %(date)s, so it must be submitted for review again.")
            return words % _signed(self.signature)
        return ""

    def _waiting_in_words(self):
        about = {"author": person_name(self.submission.submitted_by), "date": day_of(self.submission.submitted_at)}
        if self.submission.reviewer:
            words = _("Waiting for review by %(reviewer)s since %(date)s, submitted by %(author)s.")
            return words % (about | {"reviewer": person_name(self.submission.reviewer)})
        return _("Waiting for review by any reviewer since %(date)s, submitted by %(author)s.") % about

    @property
    def remark(self):
        """What the last person said: the note to the reviewer, or the reviewer's comment."""
        if self.submission is None or not self.is_draft:
            return ""
        return self.submission.note if self.is_waiting else self.submission.comment


def day_of(moment):
    return date_format(localtime(moment))


def _signed(signature):
    return {"name": person_name(signature.signed_by), "date": day_of(signature.signed_at)}


# --- Conditions -----------------------------------------------------------------------------------------------------


def submitting_is_allowed(standing, person):
    version = standing.version
    if not standing.is_draft:
        raise ConditionFailed(_("Only a draft can be submitted for review."))
    if standing.is_waiting:
        raise ConditionFailed(_("This draft waits for review already."))
    if not version.has_change_permission(person.user):
        raise ConditionFailed(_("You may not change this draft, so you cannot submit it."))
    if not version.is_unlocked_for_user(person.user):
        name = person_name(version.locked_by)
        raise ConditionFailed(_("%(name)s is writing this draft, so nobody else can submit it.") % {"name": name})
    # Last, because the rules render the draft. What they have found since the approval, another one can waive.
    if standing.approval and not standing.against_publishing:
        raise ConditionFailed(_("This draft is approved already."))


def taking_back_is_allowed(standing, person):
    _must_wait(standing)
    if person.user.pk not in (standing.submission.submitted_by_id, standing.version.locked_by_id):
        raise ConditionFailed(_("Only the person who submitted this draft can take it back."))


def answering_is_allowed(standing, person):
    """For approving a draft, and for returning it."""
    _must_wait(standing)
    signing_is_allowed(standing, person)
    if standing.submission.reviewer_id not in (None, person.user.pk):
        name = person_name(standing.submission.reviewer)
        raise ConditionFailed(_("%(name)s was asked to review this draft, not you.") % {"name": name})


def signing_is_allowed(standing, person):
    """What a signature asks for, whatever is signed."""
    signer_is_allowed(standing.version, person.user, person=person, editors=standing.editors)


def publishing_is_allowed(standing, person):
    """Who may publish, and what is missing; what the rules find is a condition of `Version.check_publish`, too."""
    if not standing.is_draft:
        raise ConditionFailed(_("This is not a draft any more."))
    publisher_is_allowed(standing.version, person.user)
    if standing.approval is None:
        raise not_approved(was_signed=standing.signature is not None)
    if standing.is_judged:
        refuse_publishing(standing.against_publishing)


def signing_again_is_allowed(standing, person):
    if standing.version.state != PUBLISHED:
        raise ConditionFailed(_("Only what is public can be signed as still correct."))
    signing_is_allowed(standing, person)


def withdrawing_is_allowed(standing, person):
    if not (person.is_clinical_reviewer or person.is_site_manager):
        raise ConditionFailed(_("Only a clinical reviewer or a site manager can withdraw what is public."))
    if standing.version.state != PUBLISHED:
        raise ConditionFailed(_("This is not public any more."))


def planning_is_allowed(standing, person):
    if not user_can_act_without_version(person.user):
        raise ConditionFailed(_("Only a clinical reviewer or a site manager can change when a review is due."))


def _must_wait(standing):
    if not standing.is_waiting:
        raise ConditionFailed(_("This draft does not wait for review any more."))

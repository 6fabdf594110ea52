"""The steps of the review: one row each, for buttons and pages alike."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.review import standing as conditions
from mscoe_portal.review import workflow
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.forms import ApproveForm, PlanForm, ReturnForm, SigningForm, StepForm, SubmitForm, WithdrawForm
from mscoe_portal.review.permissions import Person
from mscoe_portal.review.standing import Standing
from mscoe_portal.version_actions import Action, State


@dataclass(frozen=True)
class Step:
    """`condition(standing, person)` and `do(version, user, form)` raise ConditionFailed, in words for the person."""

    code: str
    label: str
    condition: Callable
    do: Callable
    # What it does, for the page that asks; and what happened and what comes next, for the page after it.
    effect: str
    done: str
    form: type = StepForm
    # Whether it is the step that most likely comes next.
    main: bool = False
    # Whether what the rules find in the version matters for it.
    has_findings: bool = False
    # Whether readers are told of a review once it is done.
    tells_readers: bool = False
    # Whether it is a button beside the others; else a link leads to it where it belongs.
    is_button: bool = True

    @property
    def asks(self):
        """Whether a person must fill in or read something first; else one press does it."""
        return self.form is not StepForm

    @property
    def signs(self):
        return issubclass(self.form, SigningForm)

    @property
    def waives(self):
        return issubclass(self.form, ApproveForm)

    def is_possible(self, standing, person):
        try:
            self.condition(standing, person)
        except ConditionFailed:
            return False
        return True


def _submit(version, user, form):
    workflow.submit(version, user, reviewer=form.cleaned_data.get("reviewer"), note=form.cleaned_data["note"])


def _approve(version, user, form):
    data = form.cleaned_data
    workflow.approve(version, user, comment=data["comment"], waivers=form.waivers(), seen=data["seen"])


STEPS = [
    Step(
        code="submit",
        main=True,
        label=_("Submit for review"),
        condition=conditions.submitting_is_allowed,
        do=_submit,
        form=SubmitForm,
        has_findings=True,
        effect=_("A clinical reviewer who wrote none of this draft reads it, and approves it or returns it to you."),
        done=_("Submitted for review. When it is answered, the draft’s page says so."),
    ),
    Step(
        code="approve",
        main=True,
        label=_("Approve"),
        condition=conditions.answering_is_allowed,
        do=_approve,
        form=ApproveForm,
        has_findings=True,
        effect=_("You sign exactly these words. Any change to them makes your approval lapse."),
        done=_("Approved. It can be published now."),
    ),
    Step(
        code="return",
        label=_("Return with comments"),
        condition=conditions.answering_is_allowed,
        do=lambda version, user, form: workflow.return_with_comments(version, user, form.cleaned_data["comment"]),
        form=ReturnForm,
        has_findings=True,
        effect=_("The author gets the draft back with your comments, changes it, and submits it again."),
        done=_("Returned to its author. When it is changed, it is submitted for review again."),
    ),
    Step(
        code="take-back",
        label=_("Take back"),
        condition=conditions.taking_back_is_allowed,
        do=lambda version, user, form: workflow.take_back(version, user),
        effect=_("The draft no longer waits for review. You can change it, and submit it again."),
        done=_("Taken back. Change the draft, then submit it for review again."),
    ),
    Step(
        code="publish",
        main=True,
        label=_("Publish"),
        condition=conditions.publishing_is_allowed,
        do=lambda version, user, form: workflow.publish(version, user),
        has_findings=True,
        tells_readers=True,
        effect=_("Readers see it at once, in place of what is public now."),
        done=_("Published. Readers see it now."),
    ),
    Step(
        code="still-correct",
        label=_("Still correct"),
        condition=conditions.signing_again_is_allowed,
        do=lambda version, user, form: workflow.sign_as_still_correct(version, user, seen=form.cleaned_data["seen"]),
        form=SigningForm,
        tells_readers=True,
        effect=_("You sign that what is public is still correct as it is. Its next review is counted from today."),
        done=_("Signed as still correct. Its next review is counted from today."),
    ),
    Step(
        code="withdraw",
        label=_("Withdraw"),
        condition=conditions.withdrawing_is_allowed,
        do=lambda version, user, form: workflow.withdraw(version, user, form.cleaned_data["reason"]),
        form=WithdrawForm,
        effect=_("It is taken off the site at once. It is kept: reverting to it makes a draft with its words."),
        done=_("Withdrawn. Readers do not see it any more. To bring it back, revert to it under Versions."),
    ),
    Step(
        code="plan",
        label=_("Change the review plan"),
        condition=conditions.planning_is_allowed,
        do=lambda version, user, form: workflow.set_plan(version, user, **form.cleaned_data),
        form=PlanForm,
        is_button=False,
        effect=_("It holds for this content in this language, whichever version is public."),
        done=_("The review plan is saved."),
    ),
]
STEP_BY_CODE = {step.code: step for step in STEPS}


def address_of(version, step, **query):
    """Address of the page of `step` with `version`."""
    query = {name: value for name, value in query.items() if value}
    address = reverse("review:step", args=[version.pk, step.code])
    return f"{address}?{urlencode(query)}" if query else address


def steps(versions, user, back, *, shown, is_judged=False):
    """The review's part of `mscoe_portal.version_actions.steps`."""
    person, standings = Person(user), Standing.of_each(versions, is_judged=is_judged)
    return {standing.version.pk: actions(standing, person, back, shown=shown) for standing in standings}


def actions(standing, person, back, *, shown):
    """The steps that `person` (a Person) may take from `standing`: a list of Action. See `version_actions.steps`."""
    possible = [step for step in STEPS if step.is_button and step.is_possible(standing, person)]
    # What the person reads where the buttons stand is what they sign.
    seen = digest_of(standing.version) if shown and any(step.signs for step in possible) else ""
    return [
        Action(
            step.label,
            address_of(standing.version, step, next=back, seen=seen if step.signs else ""),
            post=not step.asks,
            main=step.main,
        )
        for step in possible
    ]


def standings(versions):
    """The review's part of `mscoe_portal.version_actions.standings`."""
    return {
        standing.version.pk: State(
            standing.label,
            standing.words,
            standing.remark,
            reverse("review:version", args=[standing.version.pk]),
        )
        for standing in Standing.of_each(versions)
    }

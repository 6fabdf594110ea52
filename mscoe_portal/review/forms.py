"""What a person fills in for a step of the review."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from mscoe_portal.people import person_name
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import Clinician, ReviewPlan, Submission
from mscoe_portal.review.permissions import clinical_reviewers, editors_of, only_leads_elsewhere
from mscoe_portal.review.rules import Level
from mscoe_portal.review.where_used import lost_with
from mscoe_portal.stale_saves import StampedForm

WAIVER = "waiver_"


class StepForm(forms.Form):
    """The form of a step with `version`. This one asks nothing."""

    def __init__(self, *args, version, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.version = version


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return person_name(obj)


class SubmitForm(StepForm):
    reviewer = PersonField(
        label=_("Reviewer"),
        queryset=None,
        required=False,
        empty_label=_("Every clinical reviewer"),
        help_text=_("Name one, and nobody else can answer."),
    )
    note = forms.CharField(
        label=_("Note to the reviewer"),
        required=False,
        max_length=Submission._meta.get_field("note").max_length,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Such as: what you changed, and why."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if only_leads_elsewhere(self.version.content):
            del self.fields["reviewer"]  # a site manager answers, whoever it is
            return
        others = clinical_reviewers().exclude(pk__in=editors_of(self.version))
        self.fields["reviewer"].queryset = others.order_by("first_name", "last_name", "username")


class SigningForm(StepForm):
    """Carries the digest of what the person has read. Initially what stands there now, unless `seen` says otherwise."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.initial.get("seen"):
            self.initial["seen"] = digest_of(self.version)


class ApproveForm(SigningForm):
    """Asks for a reason for each rule that may be waived and finds something. `findings`: what the rules find."""

    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=Submission._meta.get_field("comment").max_length,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, findings, **kwargs):
        super().__init__(*args, **kwargs)
        for rule in dict.fromkeys(finding.rule for finding in findings if finding.rule.level == Level.WAIVE):
            self.fields[WAIVER + rule.code] = forms.CharField(
                label=_("Why may this stay? %(rule)s") % {"rule": rule.message},
                max_length=1000,
                widget=forms.Textarea({"rows": 2}),
                help_text=_("Else return the draft. Your reason shows in the history."),
            )
        self.order_fields(["seen", *(name for name in self.fields if name.startswith(WAIVER)), "comment"])

    def waivers(self):
        """{code of a rule: reason}"""
        return {name.removeprefix(WAIVER): text for name, text in self.cleaned_data.items() if name.startswith(WAIVER)}


class ReturnForm(StepForm):
    comment = forms.CharField(
        label=_("What should the author change?"),
        max_length=Submission._meta.get_field("comment").max_length,
        widget=forms.Textarea({"rows": 5}),
    )


class WithdrawForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Shows in the history, not to readers."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lost = lost_with(self.version)
        names = [_("every page")] if self.lost["is_on_every_page"] else []
        names += [use.name for use in [*self.lost["showing"], *self.lost["linking"]]]
        names += [name for name, _address in self.lost["children"]]
        if names:
            pages = ", ".join(str(name) for name in dict.fromkeys(names))
            self.fields["all_the_same"] = forms.BooleanField(
                label=_("Withdraw it all the same, although these lose by it: %(pages)s.") % {"pages": pages}
            )


class OwnerField(PersonField):
    def label_from_instance(self, obj):
        name = super().label_from_instance(obj)
        return name if obj.email else _("%(name)s (has no e-mail address)") % {"name": name}


class PlanForm(StepForm):
    owner = OwnerField(
        label=_("Owner"),
        queryset=get_user_model().objects.filter(is_active=True, is_staff=True),
        required=False,
        empty_label=_("Nobody: the site managers are reminded"),
        help_text=_("Answers for it, and is reminded by e-mail 60 and 30 days before the next review is due."),
    )
    months = forms.IntegerField(
        label=_("Months between reviews"),
        min_value=ReviewPlan.FEWEST_MONTHS,
        max_value=ReviewPlan.MOST_MONTHS,
        help_text=ReviewPlan._meta.get_field("months").help_text,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plan = ReviewPlan.for_version(self.version)
        self.initial |= {"owner": plan.owner, "months": plan.months}
        self.fields["owner"].queryset = self.fields["owner"].queryset.order_by("first_name", "last_name", "username")


class ClinicianForm(StampedForm):
    """How readers see somebody who signs."""

    class Meta:
        model = Clinician
        fields = ["name", "credentials", "may_be_named"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"  # the person's own: WCAG 1.3.5


class ShareForm(forms.Form):
    """For how long a draft is shared by a link."""

    days = forms.TypedChoiceField(
        label=_("The link ends after"),
        coerce=int,
        choices=[(1, _("1 day")), (7, _("7 days")), (14, _("14 days")), (30, _("30 days"))],
        initial=7,
    )

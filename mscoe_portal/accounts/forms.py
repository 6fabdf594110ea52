"""What a person fills in to prove who they are, and who is invited."""

import re
from math import ceil

import django_otp
from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mscoe_portal.accounts import passkeys, second_factor

_is_one_time_code = re.compile(r"[0-9]{6}").fullmatch
_LONGEST_IN_SECONDS = 60
NO_PASSKEY = _("The passkey was not right. Try it once more, or use a code.")
NOT_A_CODE = _("Enter the 6 digits that the app shows.")
WRONG_CODE = _("This is not the code that the app shows now, or it was used already. Enter the next one that it shows.")


class OneTimeCodeField(forms.CharField):
    """Six digits, however they are spaced."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        super().__init__(
            widget=forms.TextInput(attrs), max_length=20, error_messages={"required": NOT_A_CODE}, **kwargs
        )

    def clean(self, value):
        code = "".join(super().clean(value).split())
        if code and not _is_one_time_code(code):
            raise forms.ValidationError(NOT_A_CODE)
        return code


class RecoveryCodeField(forms.CharField):
    """A recovery code, however it is spaced, and in small or capital letters."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs), max_length=40, **kwargs)

    def clean(self, value):
        return re.sub(r"[\s-]", "", super().clean(value)).lower()


class SecondFactorForm(forms.Form):
    """Asks the person of `request` for a code of the app, a passkey or a recovery code; `device` is what gave it."""

    code = OneTimeCodeField(label=_("One-time code"), required=False, help_text=_("The 6 digits that your app shows."))
    recovery_code = RecoveryCodeField(
        label=_("Recovery code"), required=False, help_text=_("One of those that you printed or saved. It works once.")
    )
    # What the browser answers, as JSON.
    passkey = forms.CharField(required=False, widget=forms.HiddenInput)
    # Beside the fields of the form that a signature is given with.
    prefix = "second-factor"

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.request = request
        self.app = second_factor.app_of(request.user)
        self.recovery_codes = second_factor.recovery_codes_of(request.user)
        self.device = None
        if not self.app:
            del self.fields["code"]
        if not self.recovery_codes:
            del self.fields["recovery_code"]
        if not second_factor.passkeys_of(request.user).exists():
            del self.fields["passkey"]

    def passkey_options(self):
        """What the browser is asked for a passkey with; "" for a person without one."""
        return passkeys.options_to_ask(self.request) if "passkey" in self.fields else ""

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data.get("passkey"):
            self.device = passkeys.prove(self.request, data["passkey"])
            if not self.device:
                self.add_error("passkey", NO_PASSKEY)
        elif data.get("recovery_code"):
            stored = second_factor.stored_recovery_code(self.request.user, data["recovery_code"])
            self._try("recovery_code", self.recovery_codes, stored, _("You have no such recovery code left."))
        elif data.get("code"):
            self._try("code", self.app, data["code"], WRONG_CODE)
        else:
            visible = self.visible_fields()
            self.add_error(visible[0].name if visible else None, _("Enter a code."))
        return data

    def _try(self, name, device, token, refusal):
        """Compare, with the device's row locked: two requests cannot use one code, nor guess side by side."""
        is_allowed, why = device.verify_is_allowed()
        if not is_allowed:
            self.add_error(name, wait(ceil((why["locked_until"] - now()).total_seconds())))
        elif verified := django_otp.verify_token(self.request.user, device.persistent_id, token):
            self.device = verified
        else:
            self.add_error(name, refusal)


class AppForm(forms.Form):
    """Asks for the first code of a new authenticator app."""

    code = OneTimeCodeField(label=_("One-time code"), help_text=_("The 6 digits that the app shows now."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class PasskeyForm(forms.Form):
    """Takes the passkey that the browser has made."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=64,
        help_text=_("So that you know it again, such as: laptop at work."),
    )
    passkey = forms.CharField(widget=forms.HiddenInput, error_messages={"required": NO_PASSKEY})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class InvitationForm(forms.ModelForm):
    """A new editor, who sets the password: the e-mail address is the user name."""

    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name", "email", "groups")

    # Why the invitation could not be sent a moment ago.
    not_sent = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        # Without one the person signs in and finds nothing to do.
        self.fields["groups"].error_messages["required"] = _("Choose at least one group.")
        longest = get_user_model()._meta.get_field("username").max_length
        self.fields["email"].validators.append(MaxLengthValidator(longest))

    def clean_email(self):
        email = self.cleaned_data["email"]
        if get_user_model().objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
            raise forms.ValidationError(_("Somebody with this address is here already: look in the list of users."))
        return email

    def clean(self):
        if self.not_sent:
            raise forms.ValidationError(
                _("The invitation could not be sent, and nobody was added. Try again later. The reason: %(reason)s"),
                params={"reason": self.not_sent},
            )
        return super().clean()

    def save(self, commit=True):  # noqa: FBT002 - the base's signature
        self.instance.username = self.instance.email.lower()
        self.instance.is_staff = True
        self.instance.set_unusable_password()
        return super().save(commit)


def wait(seconds):
    """What to say to who has entered a wrong code, and may try again in so many `seconds`."""
    if seconds <= _LONGEST_IN_SECONDS:
        words = ngettext(
            "A code was wrong, so wait one second before you try again.",
            "A code was wrong, so wait %(number)s seconds before you try again.",
            seconds,
        )
        return words % {"number": seconds}
    minutes = ceil(seconds / 60)
    words = ngettext(
        "Codes were wrong, so wait one minute before you try again.",
        "Codes were wrong, so wait %(number)s minutes before you try again. Or ask a site manager to reset this step.",
        minutes,
    )
    return words % {"number": minutes}

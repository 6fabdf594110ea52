"""What a person fills in to prove who they are."""

import re

import django_otp
from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mscoe_portal.accounts import second_factor

_is_one_time_code = re.compile(r"[0-9]{6}").fullmatch
NOT_A_CODE = _("Enter the 6 digits that the app shows.")
WRONG_CODE = _("This is not the code that the app shows now, or it was used already. Enter the next one that it shows.")


class OneTimeCodeField(forms.CharField):
    """Six digits, however they are spaced."""

    def __init__(self, **kwargs):
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attrs), max_length=20, **kwargs)

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
    """Asks `user` for a code of the app, or for a recovery code; `device` is what gave it."""

    code = OneTimeCodeField(label=_("One-time code"), required=False, help_text=_("The 6 digits that your app shows."))
    recovery_code = RecoveryCodeField(
        label=_("Recovery code"), required=False, help_text=_("One of those that you printed or saved. It works once.")
    )
    # Beside the fields of the form that a signature is given with.
    prefix = "second-factor"

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.app = second_factor.app_of(user)
        self.recovery_codes = second_factor.recovery_codes_of(user)
        self.user = user
        self.device = None
        if not self.app:
            del self.fields["code"]
        if not self.recovery_codes:
            del self.fields["recovery_code"]

    @property
    def is_sent(self):
        """Whether what was posted holds a code at all: it may be the form that a signature begins with."""
        return any(self.add_prefix(name) in self.data for name in self.fields)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if data.get("recovery_code"):
            stored = second_factor.stored_recovery_code(self.user, data["recovery_code"])
            self._try("recovery_code", self.recovery_codes, stored, _("You have no such recovery code left."))
        elif data.get("code"):
            self._try("code", self.app, data["code"], WRONG_CODE)
        else:
            self.add_error(next(iter(self.fields), None), _("Enter a code."))
        return data

    def _try(self, name, device, token, refusal):
        """Compare, with the device's row locked: two requests cannot use one code, nor guess side by side."""
        is_allowed, why = device.verify_is_allowed()
        if not is_allowed:
            seconds = max(1, round((why["locked_until"] - now()).total_seconds()))
            self.add_error(name, too_many(seconds))
        elif verified := django_otp.verify_token(self.user, device.persistent_id, token):
            self.device = verified
        else:
            self.add_error(name, refusal)


class AppForm(forms.Form):
    """Asks for the first code of a new authenticator app."""

    code = OneTimeCodeField(label=_("One-time code"), help_text=_("The 6 digits that the app shows now."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


def too_many(seconds):
    """What to say to who has to wait for so many `seconds` after wrong codes."""
    return ngettext(
        "That were too many wrong codes. Wait a second, then enter the code that is right.",
        "That were too many wrong codes. Wait %(seconds)s seconds, then enter the code that is right.",
        seconds,
    ) % {"seconds": seconds}

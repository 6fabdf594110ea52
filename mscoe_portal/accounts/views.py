"""Pages on which a person proves who they are, and sets up by what."""

from base64 import b32encode
from functools import wraps
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import FormView
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from mscoe_portal.accounts import notices, passkeys, second_factor
from mscoe_portal.accounts.forms import NO_PASSKEY, WRONG_CODE, AppForm, PasskeyForm, SecondFactorForm
from mscoe_portal.accounts.permissions import user_can_reset_second_factor
from mscoe_portal.accounts.sessions import was_ended
from mscoe_portal.people import person_name

# --- Second factor: giving it ---

_NEW_KEY = "new_authenticator_key"
# Few enough that a person should think of new ones.
_FEW_CODES = 3


class PageOfTheAdmin:
    """Mixin of a view whose template is one of the admin's."""

    def get_context_data(self, **kwargs):
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)


def _page(request, template, **context):
    return render(request, f"accounts/{template}.html", admin.site.each_context(request) | context)


def _way_on(request):
    """Where the person wanted to go, on this site (`bad_requests` sees to that)."""
    return request.GET.get("next") or reverse("admin:index")


def ask_again(request, act):
    """Ask for the second factor on the way to `act`, unless it was given lately. One of `reauthentication.ASKS`."""
    if not second_factor.must_be_given_again(request):
        return None
    if _holds_a_code(request) and was_ended(request):
        return _signed_out(request)
    form = SecondFactorForm(request.POST if _holds_a_code(request) else None, request=request)
    if form.is_bound and form.is_valid():
        second_factor.give(request, form.device)
        return None
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(SecondFactorForm.prefix)
    ]
    return _page(request, "second_factor", title=_("Confirm that it is you"), form=form, act=act, typed=typed)


def _holds_a_code(request):
    return any(name.startswith(SecondFactorForm.prefix) for name in request.POST)


def _signed_out(request):
    """The answer to who asks with a session that was ended meanwhile."""
    logout(request)
    return redirect_to_login(reverse("admin:index"))


class SecondFactorView(PageOfTheAdmin, FormView):
    """Asks for the second factor, and leads on."""

    template_name = "accounts/second_factor.html"
    form_class = SecondFactorForm
    extra_context = {"title": gettext_lazy("Confirm that it is you"), "is_sign_in": True}

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and was_ended(request):
            return _signed_out(request)
        if not (second_factor.must_be_given(request) or second_factor.must_be_given_again(request)):
            return redirect(_way_on(request))
        if not second_factor.is_set_up(request.user):
            return redirect(f"{reverse('accounts:set-up')}?{urlencode({'next': _way_on(request)})}")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form):
        second_factor.give(self.request, form.device)
        if isinstance(form.device, StaticDevice):
            messages.warning(self.request, _left(second_factor.number_of_recovery_codes(self.request.user)))
        return redirect(_way_on(self.request))


def _left(number):
    left = ngettext("You have %(number)s recovery code left.", "You have %(number)s recovery codes left.", number) % {
        "number": number
    }
    return left + " " + _("Have you lost your telephone? Set up another one under “Your sign-in”.")


def after_second_factor(view):
    """A view that the person gets to by way of the second factor, if that was not given lately."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        # Of two who set up the first device at once, the second waits here, and finds one that must be given.
        if request.method == "POST" and was_ended(request):
            return _signed_out(request)
        if second_factor.must_be_given_before_change(request):
            # Who has no device here gives it where they came from.
            page = "accounts:second-factor" if second_factor.is_set_up(request.user) else "agency-sign-in"
            way_on = reverse("accounts:your-sign-in") if request.method == "POST" else request.get_full_path()
            return redirect(f"{reverse(page)}?{urlencode({'next': way_on})}")
        return view(request, *args, **kwargs)

    return wrapper


# --- Second factor: what gives it ---


def your_sign_in(request):
    """What a person signs in with."""
    return _page(
        request,
        "your_sign_in",
        title=_("Your sign-in"),
        app=second_factor.app_of(request.user),
        passkeys=second_factor.passkeys_of(request.user),
        can_be_removed=len(second_factor.devices_of(request.user)) > 1,
        number_of_codes=second_factor.number_of_recovery_codes(request.user),
        few_codes=_FEW_CODES,
    )


class SetUpView(PageOfTheAdmin, FormView):
    """Shows a new key to an authenticator app, and takes it for the person's once the app shows the right code.

    The key is the session's: one that somebody else has seen who knew the password is never the person's.
    """

    template_name = "accounts/set_up.html"
    form_class = AppForm

    def get_context_data(self, **kwargs):
        device = TOTPDevice(user=self.request.user, key=self.request.session.setdefault(_NEW_KEY, default_key()))
        return super().get_context_data(**kwargs) | {
            "title": _("Set up an authenticator app"),
            "picture": _qr_code(device.config_url),
            "address": device.config_url,
            "key": _in_groups(device.bin_key),
            "is_first": not second_factor.is_set_up(self.request.user),
            "may_be_put_off": settings.SECOND_FACTOR_MAY_BE_PUT_OFF,
            "way_on": _way_on(self.request),
        }

    def form_valid(self, form):
        key = self.request.session.get(_NEW_KEY)
        app = second_factor.set_up_app(self.request.user, key, form.cleaned_data["code"]) if key else None
        if not app:
            form.add_error("code", WRONG_CODE)
            return self.form_invalid(form)
        del self.request.session[_NEW_KEY]
        return _set_up(self.request, app, _("Your authenticator app is set up."))


class PasskeyView(PageOfTheAdmin, FormView):
    """Has the browser make a passkey, and keeps what a site must know of it."""

    template_name = "accounts/passkey.html"
    form_class = PasskeyForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "title": _("Make a passkey"),
            "options": passkeys.options_to_make(self.request),
            "is_first": not second_factor.is_set_up(self.request.user),
            "way_on": _way_on(self.request),
        }

    def form_valid(self, form):
        name = form.cleaned_data["name"] or _("Passkey")
        passkey = passkeys.make(self.request, form.cleaned_data["passkey"], name)
        if not passkey:
            form.add_error("passkey", NO_PASSKEY)
            return self.form_invalid(form)
        return _set_up(self.request, passkey, _("Your passkey is made."))


def _set_up(request, device, words):
    """The answer to who has set `device` up: recovery codes, if there are none yet, or the way on."""
    second_factor.give(request, device)
    if not second_factor.number_of_recovery_codes(request.user):
        return _new_recovery_codes(request)
    messages.success(request, words)
    return redirect(_way_on(request))


def _qr_code(text):
    # Imported when somebody sets an app up: nobody's first page waits for it.
    import segno

    return segno.make(text, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)


def _in_groups(key):
    """`key` as people type it: in base32, four characters at a time."""
    letters = b32encode(key).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@require_POST
@after_second_factor
def recovery_codes(request):
    """Make new recovery codes, in place of all others, and show them this once."""
    if not second_factor.is_set_up(request.user):
        raise PermissionDenied
    notices.tell(request.user, notices.RECOVERY_CODES_MADE)
    return _new_recovery_codes(request)


def _new_recovery_codes(request):
    codes = [f"{code[:5]}-{code[5:]}" for code in second_factor.make_recovery_codes(request.user)]
    text = "\n".join([str(settings.OTP_TOTP_ISSUER), request.get_host(), "", *codes, ""])
    return _page(
        request,
        "recovery_codes",
        title=_("Your recovery codes"),
        codes=codes,
        # A file without a request, so that the server need not keep the codes.
        file=f"data:text/plain;charset=utf-8,{quote(text)}",
        way_on=request.GET.get("next") or reverse("accounts:your-sign-in"),
    )


@require_POST
@after_second_factor
def remove(request, device_id):
    """Take away an app or a passkey of the person's own; never the last."""
    devices = {device.persistent_id: device for device in second_factor.devices_of(request.user)}
    if device_id not in devices:
        raise Http404
    if len(devices) > 1:
        device = devices[device_id]
        device.delete()
        notices.tell(request.user, notices.APP_REMOVED if isinstance(device, TOTPDevice) else notices.PASSKEY_REMOVED)
        messages.success(request, _("It is removed. It does not sign you in any more."))
    else:
        messages.error(request, _("It is the only one that you have. Set up another one first, then remove this."))
    return redirect("accounts:your-sign-in")


# --- Second factor: of a colleague ---


def reset(request, user_id):
    """Take away all that gives the second factor of a colleague, who has lost it. One of the `sensitive_acts`."""
    person = get_object_or_404(get_user_model(), pk=user_id)
    if not user_can_reset_second_factor(request.user, person):
        raise PermissionDenied
    if request.method != "POST":
        title = _("Reset the second factor of %(name)s") % {"name": person_name(person)}
        return _page(request, "reset_second_factor", title=title, person=person, name=person_name(person))
    second_factor.reset(person, by=request.user)
    messages.success(request, _("%(name)s sets up a new one at the next sign-in.") % {"name": person_name(person)})
    return redirect("admin:auth_user_change", person.pk)

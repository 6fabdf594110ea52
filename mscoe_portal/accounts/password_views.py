"""Pages on which a password is set by who has none or has forgotten it. None of them signs anybody in."""

from django.contrib import admin, messages
from django.contrib.auth import get_user_model, views
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.accounts.invitations import InvitationTokens, NotSentError, invite, open_invitations
from mscoe_portal.accounts.lockout import end_lock_out
from mscoe_portal.accounts.passwords import ForgottenPasswordForm
from mscoe_portal.accounts.views import PageOfTheAdmin


class ForgottenPasswordView(PageOfTheAdmin, views.PasswordResetView):
    """Asks for the e-mail address."""

    title = gettext_lazy("Forgotten password")
    form_class = ForgottenPasswordForm
    template_name = "accounts/forgotten_password.html"
    subject_template_name = "accounts/forgotten_password_subject.txt"
    email_template_name = "accounts/forgotten_password.txt"
    success_url = reverse_lazy("accounts:forgotten-password-sent")


class SentView(PageOfTheAdmin, views.PasswordResetDoneView):
    """Says the same whether a mail was sent or not."""

    title = gettext_lazy("Look at your e-mail")
    template_name = "accounts/forgotten_password_sent.html"


class NewPasswordView(PageOfTheAdmin, views.PasswordResetConfirmView):
    """Opened by the link in the mail: sets the password, and leads to the sign-in."""

    title = gettext_lazy("Set your password")
    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("admin:login")

    def form_valid(self, form):
        response = super().form_valid(form)
        end_lock_out(self.user.get_username())
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response


class AcceptInvitationView(NewPasswordView):
    """Opened by the link in an invitation."""

    token_generator = InvitationTokens()
    extra_context = {"is_invitation": True}


def invite_again(request, user_id):
    """Send an invitation that was not accepted once more, with another link; then the person's page, which says so.

    One of the `sensitive_acts`. Nothing is sent when the address is only opened, as by who goes back from the question.
    """
    person = get_object_or_404(get_user_model(), pk=user_id)
    if not admin.site.get_model_admin(type(person)).has_change_permission(request, person):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("admin:auth_user_change", person.pk)
    if not open_invitations().filter(pk=person.pk).exists():
        messages.info(request, _("The invitation is accepted already."))
    else:
        try:
            with transaction.atomic():
                invite(person, f"{request.scheme}://{request.get_host()}")
        except NotSentError as error:
            words = _("The invitation could not be sent. Try again later. The reason: %(reason)s")
            messages.error(request, words % {"reason": error})
        else:
            words = _(
                "%(email)s was sent another invitation. It is valid for 3 days; the link before does not work any more."
            )
            messages.success(request, words % {"email": person.email})
    return redirect("admin:auth_user_change", person.pk)

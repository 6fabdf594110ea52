from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static import admin as otp_static
from django_otp.plugins.otp_totp import admin as otp_totp

from mscoe_portal import signals
from mscoe_portal.accounts import notices
from mscoe_portal.accounts.forms import InvitationForm
from mscoe_portal.accounts.invitations import NotSentError, invite, is_open

admin.site.unregister(User)

# Who sees a key can make its codes. Everybody has a page for their own, and a site manager can only take away.
admin.site.unregister([otp_static.StaticDevice, otp_totp.TOTPDevice])


@admin.register(User)
class EditorAdmin(UserAdmin):
    """Users. Who is no superuser can make none, nor change one, nor give anybody more than the groups give.

    A new one is invited by e-mail and sets the password, which nobody else knows.
    """

    add_form = InvitationForm
    add_form_template = None
    add_fieldsets = (
        (
            None,
            {
                "fields": ("first_name", "last_name", "email", "groups"),
                "description": _("The person gets a mail with a link to set a password. It is valid for 3 days."),
            },
        ),
    )
    filter_horizontal = ("user_permissions",)
    list_display = ("username", "first_name", "last_name", "is_active", "invitation")

    @admin.display(description=_("invitation"))
    def invitation(self, obj):
        return _("Not accepted yet") if is_open(obj) else ""

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request, obj=None):
        if request.user.is_superuser or not obj:
            return super().get_fieldsets(request, obj)
        return (
            (None, {"fields": ("username", "password")}),
            (_("Name"), {"fields": ("first_name", "last_name", "email")}),
            (_("What the person may do"), {"fields": ("is_active", "is_staff", "groups")}),
        )

    def has_change_permission(self, request, obj=None):
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not is_above

    def has_delete_permission(self, request, obj=None):
        """Nobody: what a person wrote and signed stays theirs. Take "active" away instead."""
        return False

    def add_view(self, request, form_url="", extra_context=None):
        """Add and invite, or do neither: when the mail cannot be sent, the form is there again and says so."""
        extra_context = {"title": _("Invite an editor")} | (extra_context or {})
        try:
            with transaction.atomic():
                return super().add_view(request, form_url, extra_context)
        except NotSentError as error:
            request.not_sent = str(error)
            return super().add_view(request, form_url, extra_context)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if not obj:
            form.not_sent = getattr(request, "not_sent", "")
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "username" in form.changed_data:
            notices.tell(obj, notices.USERNAME_CHANGED, to=form.initial["email"])
        # It says that it is the last one to this address.
        if change and "email" in form.changed_data:
            notices.tell(obj, notices.EMAIL_CHANGED, to=form.initial["email"])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        signals.tell(signals.PERSON_CHANGED, request.user, form.instance, form)
        if not change:
            invite(form.instance, f"{request.scheme}://{request.get_host()}")

    def response_add(self, request, obj, post_url_continue=None):
        sent = _("An invitation was sent to %(email)s. It is valid for 3 days.") % {"email": obj.email}
        messages.success(request, sent)
        return super().response_add(request, obj, post_url_continue)

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 - the base's signature
        """Whoever sets another's password could sign in as that person, and sign: it is written down."""
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        after = self.get_object(request, unquote(id))
        if before and after and before.password != after.password:
            note = capfirst(str(self.opts.get_field("password").verbose_name))
            signals.tell(signals.PERSON_CHANGED, request.user, after, note=note)
            if not after.has_usable_password():
                notices.tell(after, notices.PASSWORD_TAKEN)
        return response

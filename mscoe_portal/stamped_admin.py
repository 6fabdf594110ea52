"""The admin of what carries a stamp: a stale save is told, and the browser may keep what is typed."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from mscoe_portal import kept_text
from mscoe_portal.stale_saves import StampedForm


def lock_version(content):
    """Lock the version of `content` (if it has one) until the transaction ends (PostgreSQL), before it is read."""
    if versions := getattr(content, "versions", None):
        versions.select_for_update(of=("self",)).first()


class StampedAdmin:
    """Mixin of an admin whose form is a StampedForm: tells a stale save, and lets the browser keep what is typed."""

    def logged_row(self, obj):
        """The row whose changes are logged for `obj`: the log tells who changed it last."""
        return obj

    def lock_row(self, request, object_id):
        """Lock what is to be saved until the transaction ends (PostgreSQL), before any of it is read."""
        self.model.objects.select_for_update().filter(pk=unquote(object_id)).first()

    def kept_as(self, request, obj):
        """Under which name the browser keeps what is typed about `obj` (None: something new)."""
        parts = [self.opts.label_lower, str(obj.pk) if obj else "add"]
        parts += [request.GET[name] for name in ("placeholder_id", "plugin_parent", "language") if name in request.GET]
        return ":".join(parts)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        else:
            with transaction.atomic():
                self.lock_row(request, object_id)
                response = super().changeform_view(request, object_id, form_url, extra_context)
        if getattr(request, "text_is_saved", False):
            kept_text.forget(request, response)
        return response

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):  # noqa: FBT002, PLR0913, PLR0917 - Django's signature
        form = context["adminform"].form
        conflicts = getattr(form, "conflicts", [])
        if add or self.has_change_permission(request, obj):
            context["kept_text"] = {
                "user": request.user.pk,
                "what": self.kept_as(request, obj),
                "id": kept_text.posted_id(request),
                "is_unsaved": form.is_bound,
            }
        if conflicts:
            context |= {"conflicts": conflicts, "last_change": self.last_change(obj), "user": request.user}
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if conflicts:
            response.status_code = 409
        return response

    def last_change(self, obj):
        """The newest LogEntry of `obj`, or None."""
        row = self.logged_row(obj)
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=row.pk)
        return entries.select_related("user").first()

    def log_change(self, request, obj, message, **kwargs):
        row = self.logged_row(obj)
        return LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, message, single_object=True)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        request.text_is_saved = True
        if merged := getattr(form, "merged", []):
            names = ", ".join(sorted(merged))
            self.message_user(
                request,
                _("Saved, together with what was changed meanwhile: %(names)s.") % {"names": names},
                messages.INFO,
            )


class StampedPlugin(StampedAdmin):
    """Mixin of a plugin: the version that it stands in is locked while it is saved."""

    def get_form(self, request, obj=None, **kwargs):
        form = kwargs.pop("form", self.form)
        if not issubclass(form, StampedForm):
            form = type(form.__name__, (StampedForm, form), {})
        return super().get_form(request, obj, form=form, **kwargs)

    def lock_row(self, request, object_id):
        plugin = self.model.objects.filter(pk=unquote(object_id)).select_related("placeholder").first()
        lock_version(plugin and plugin.placeholder.source)

import re
import sys
from datetime import MAXYEAR

from cms.admin.placeholderadmin import PlaceholderAdmin
from cms.models import CMSPlugin, Placeholder
from cms.plugin_pool import plugin_pool
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.models import Version
from filer.admin import FileAdmin, FolderAdmin, ImageAdmin
from filer.models import File, Folder, Image

from mscoe_portal import signals
from mscoe_portal.people import person_name
from mscoe_portal.permissions import SIGN_CONTENT, RefusedError, user_can_act_without_version
from mscoe_portal.review import audit
from mscoe_portal.review.audit import in_csv, kind_of
from mscoe_portal.review.choices import Act
from mscoe_portal.review.forms import ClinicianForm
from mscoe_portal.review.guards import refuse_change_of_placeholders, remember_writers
from mscoe_portal.review.models import AuditEntry, Clinician
from mscoe_portal.review.permissions import user_can_change_clinician, user_is_site_manager
from mscoe_portal.stamped_admin import StampedAdmin


def _refuse(placeholders, user):
    # The forms before deleting are asked for outside of a transaction, and the lock needs one.
    with transaction.atomic():
        refuse_change_of_placeholders(placeholders, user)


def _refuse_out_of_place(plugins, placeholder, parent):
    """Raise RefusedError where an editor is not offered `plugins` (classes) in `placeholder`, below `parent` (an id).

    The CMS's browser script asks nobody for more, and its server takes whatever it is sent.
    """
    content = placeholder.source
    if content is None:
        return  # the clipboard
    if above := CMSPlugin.objects.filter(pk=parent).first() if parent else None:
        may = above.get_plugin_class().get_child_classes(placeholder.slot, content, instance=above)
    else:
        may = [plugin.__name__ for plugin in plugin_pool.get_root_plugins(placeholder)]
    if wrong := [plugin for plugin in plugins if plugin.__name__ not in may]:
        raise RefusedError(_("“%(plugin)s” cannot stand at this place.") % {"plugin": wrong[0].name})


def _uppermost(plugins):
    """The classes of those of `plugins` that hang under none of the others."""
    ids = {plugin.pk for plugin in plugins}
    return [plugin.get_plugin_class() for plugin in plugins if plugin.parent_id not in ids]


admin.site.unregister([Placeholder, File, Folder, Image])


@admin.register(Placeholder)
class GuardedPlaceholderAdmin(PlaceholderAdmin):
    """The plugins of a draft, for the one who holds it. Whoever does not is told why, before a form opens.

    The CMS asks these before each change. Moving sends no signal of the models, so the draft is locked here.
    """

    def has_add_plugin_permission(self, request, placeholder, plugin_type):
        _refuse([placeholder.pk], request.user)
        _refuse_out_of_place([plugin_pool.get_plugin(plugin_type)], placeholder, request.GET.get("plugin_parent"))
        return super().has_add_plugin_permission(request, placeholder, plugin_type)

    def has_change_plugin_permission(self, request, plugin):
        _refuse([plugin.placeholder_id], request.user)
        return super().has_change_plugin_permission(request, plugin)

    def has_delete_plugin_permission(self, request, plugin):
        _refuse([plugin.placeholder_id], request.user)
        return super().has_delete_plugin_permission(request, plugin)

    def has_copy_from_clipboard_permission(self, request, placeholder, plugins):
        _refuse([placeholder.pk], request.user)
        _refuse_out_of_place(_uppermost(plugins), placeholder, request.POST.get("plugin_parent"))
        return super().has_copy_from_clipboard_permission(request, placeholder, plugins)

    def has_copy_from_placeholder_permission(self, request, source_placeholder, target_placeholder, plugins):
        _refuse([target_placeholder.pk], request.user)
        _refuse_out_of_place(_uppermost(plugins), target_placeholder, None)
        return super().has_copy_from_placeholder_permission(request, source_placeholder, target_placeholder, plugins)

    def has_move_plugin_permission(self, request, plugin, target_placeholder):
        _refuse([plugin.placeholder_id, target_placeholder.pk], request.user)
        may = super().has_move_plugin_permission(request, plugin, target_placeholder)
        if may and plugin.placeholder_id != target_placeholder.pk:
            parent = request.POST.get("plugin_parent")
            _refuse_out_of_place([plugin.get_plugin_class()], target_placeholder, parent)
            remember_writers(plugin.placeholder_id, target_placeholder.pk)
        return may

    def _cut_plugin(self, request, plugin, target_language, target_placeholder):
        # No question about rights tells where to.
        source = plugin.placeholder_id
        cut = super()._cut_plugin(request, plugin, target_language, target_placeholder)
        remember_writers(source, target_placeholder.pk)
        return cut

    def has_clear_placeholder_permission(self, request, placeholder, language=None):
        _refuse([placeholder.pk], request.user)
        return super().has_clear_placeholder_permission(request, placeholder, language)


class _KeptFile:
    """A file is not replaced in place (`guards`), so its form does not offer it. Other changes are written down."""

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "file", "owner_name"]

    def get_fieldsets(self, request, obj=None):
        return [
            (title, options | {"fields": ["owner_name" if name == "owner" else name for name in options["fields"]]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    @admin.display(description=_("owner"))
    def owner_name(self, obj):
        """Without a link: it would lead to the person's account, which is open to site managers alone."""
        return person_name(obj.owner) if obj.owner else ""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        signals.tell(Act.FILE_CHANGED, request.user, obj, form)


@admin.register(File)
class KeptFileAdmin(_KeptFile, FileAdmin):
    """Files, to be described and moved."""


@admin.register(Image)
class KeptImageAdmin(_KeptFile, ImageAdmin):
    """Pictures, the same; none without its text alternative."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "default_alt_text":
            field.required, field.label = True, _("Text alternative")
            field.help_text = _(
                "What the picture shows, for people who cannot see it. Such as: A cell with its nucleus."
            )
        return field


@admin.register(Folder)
class KeptFilesFolderAdmin(FolderAdmin):
    """Folders. Filer's action that resizes pictures writes over their files before any guard is asked."""

    actions = [action for action in FolderAdmin.actions if action != "resize_images"]


# Of digits, the most that any id has; Python reads no more than some thousand.
_is_number = re.compile(r"[0-9]{1,9}").fullmatch


def _number(text):
    """`text` of an address as a number; where it is none, one that nothing has."""
    return int(text) if _is_number(text) else sys.maxsize


class KindFilter(admin.SimpleListFilter):
    """A page's own settings and its words are two models, and one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        self.labels = {}
        for label in AuditEntry.objects.order_by("model").values_list("model", flat=True).distinct():
            self.labels.setdefault(kind_of(label), []).append(label)
        return [(labels[0], kind) for kind, labels in sorted(self.labels.items())]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(model__in=self.labels.get(kind_of(self.value()), []))


class PersonFilter(admin.SimpleListFilter):
    """Whoever has done anything, by the name that they have now. The site itself is nobody."""

    title = _("person")
    parameter_name = "person"
    SITE = "site"

    def lookups(self, request, model_admin):
        people = get_user_model().objects.filter(pk__in=AuditEntry.objects.order_by().values("user_id"))
        names = sorted((person_name(user), user.pk) for user in people)
        return [*((pk, name) for name, pk in names), (self.SITE, _("The site"))]

    def queryset(self, request, queryset):
        value = self.value()
        if value is None:
            return queryset
        if value == self.SITE:
            return queryset.filter(user_id=None)
        return queryset.filter(user_id=_number(value))


@admin.register(AuditEntry)
class AuditAdmin(admin.ModelAdmin):
    """What was done, by whom and when. Nobody adds a line by hand, changes one or deletes one."""

    list_display = ("at", "who", "what", "content")
    list_display_links = None
    list_filter = ("act", PersonFilter, KindFilter)
    search_fields = ("subject", "note", "user_name")
    date_hierarchy = "at"
    list_per_page = 50
    actions = None
    # What the list's own links ask for. Any other lookup could be one that the database cannot answer.
    lookups = frozenset({"act__exact", "person", "kind", "at__year", "at__month", "at__day"})

    def lookup_allowed(self, lookup, value, request):
        # Django's list by dates fails at a date that no calendar has, and at the year after the last.
        is_date = lookup.startswith("at__")
        return lookup in self.lookups and (not is_date or _number(value) < MAXYEAR)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        kept = Version.objects.filter(pk=OuterRef("version_id"))
        return super().get_queryset(request).annotate(version_is_kept=Exists(kept))

    @admin.display(description=_("who"), ordering="user_name", empty_value=_("The site"))
    def who(self, entry):
        return entry.user_name

    @admin.display(description=_("what"), ordering="act")
    def what(self, entry):
        """The act, and what was said about it."""
        if not entry.note:
            return entry.get_act_display()
        return format_html("{}:<p>{}</p>", entry.get_act_display(), linebreaksbr(entry.note, autoescape=True))

    @admin.display(description=_("content"), ordering="subject")
    def content(self, entry):
        """What it is about, of which kind; it leads to the version, if that is still there."""
        language = dict(settings.LANGUAGES).get(entry.language, entry.language)
        kind = ", ".join(str(word) for word in (kind_of(entry.model), language) if word)
        name = entry.subject
        if entry.version_is_kept:
            name = format_html('<a href="{}">{}</a>', reverse("review:version", args=[entry.version_id]), name)
        return format_html("{}<p>{}</p>", name, kind)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("What was done, by whom and when")} | (extra_context or {}))

    def get_urls(self):
        return [
            path("csv/", self.admin_site.admin_view(self.csv), name="review_auditentry_csv"),
            *super().get_urls(),
        ]

    def csv(self, request):
        """The entries that the list shows, those of all its pages, as a file for spreadsheets."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            entries = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            raise Http404 from None
        response = StreamingHttpResponse(in_csv(entries), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{localdate().isoformat()}.csv"'
        return response


@admin.register(Clinician)
class ClinicianAdmin(StampedAdmin, admin.ModelAdmin):
    """How readers see those who sign. Each keeps their own name; a site manager may correct another's words.

    Nobody agrees for somebody else to be named, but a site manager may end it for who asks for that.
    """

    form = ClinicianForm
    list_display = ("name", "credentials", "may_be_named", "user")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "credentials", "may_be_named"),
                "description": _("Readers see a change at once, on every page that was signed under this name."),
            },
        ),
    )

    def has_module_permission(self, request):
        return user_can_act_without_version(request.user)

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_add_permission(self, request):
        """For oneself."""
        return request.user.has_perm(SIGN_CONTENT)

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return user_can_act_without_version(request.user)
        return user_can_change_clinician(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        """The list for site managers; for others their own form."""
        if user_is_site_manager(request.user) or not self.has_change_permission(request):
            return super().changelist_view(request, extra_context)
        return self.to_own_form(request) or redirect("admin:review_clinician_add")

    def add_view(self, request, form_url="", extra_context=None):
        title = {"title": _("Your name, as readers see it")}
        return self.to_own_form(request) or super().add_view(request, form_url, title | (extra_context or {}))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = {"show_save_and_add_another": False} | (extra_context or {})
        return super().changeform_view(request, object_id, form_url, extra_context)

    def to_own_form(self, request):
        """The way to the person's own form, if there is one already; else None."""
        own = Clinician.objects.filter(user=request.user).first()
        return own and redirect("admin:review_clinician_change", own.pk)

    def get_readonly_fields(self, request, obj=None):
        is_others = obj is not None and obj.user_id != request.user.pk
        return ("may_be_named",) if is_others and not obj.may_be_named else ()

    def get_form(self, request, obj=None, **kwargs):
        if obj is None or obj.user_id == request.user.pk:
            kwargs["labels"] = {"may_be_named": _("I agree to be named to readers")}
            words = _("You can take this back at any time. Without it readers see “by a clinician of the centers”.")
        else:
            words = _("Only the person can agree to it. Take it away if the person asks you to.")
        return super().get_form(request, obj, help_texts={"may_be_named": words}, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.user = request.user
        super().save_model(request, obj, form, change)
        labels = {name: form.fields[name].label for name in form.fields}
        labels["may_be_named"] = _("agreed to be named") if obj.may_be_named else _("is not named to readers any more")
        if form.changed_data:
            note = ", ".join(str(labels[name]) for name in form.changed_data)
            audit.record(Act.PERSON_CHANGED, request.user, obj, note=note)

from dataclasses import replace

from cms.admin.utils import CONTENT_PREFIX, GrouperModelAdmin
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html_join
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.admin import ExtendedGrouperVersionAdminMixin
from djangocms_versioning.constants import ARCHIVED, DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.helpers import version_list_url
from djangocms_versioning.models import Version

from mscoe_portal import signals, version_actions
from mscoe_portal.drafts import TellsOfDraft
from mscoe_portal.not_saved import not_saved
from mscoe_portal.stale_saves import compare
from mscoe_portal.stamped_admin import StampedAdmin, lock_version
from mscoe_portal.version_actions import Action
from mscoe_portal.version_columns import VersionColumns
from stemcells.forms import RecordForm, ReferenceForm
from stemcells.models import CellType, ClinicRiskArticle, Disclaimer, Recommendation, Reference
from stemcells.permissions import (
    user_can_add_record,
    user_can_change_content,
    user_can_change_source,
    user_can_set_status_of_sources,
)

# For each language of a record, from the states of its versions: the first that is there.
STATES = {
    (DRAFT, PUBLISHED): _("published, with a newer draft"),
    (DRAFT,): _("draft"),
    (PUBLISHED,): _("published"),
    (UNPUBLISHED,): _("withdrawn"),
    (ARCHIVED,): _("archived"),
}


def state_in_words(states):
    """What readers and editors have of a record in one language, from the `states` of its versions; "" without any."""
    return next((words for these, words in STATES.items() if set(these) <= set(states)), "")


class RecordAdmin(TellsOfDraft, StampedAdmin, VersionColumns, ExtendedGrouperVersionAdminMixin, GrouperModelAdmin):
    """What the admins of all records share. Only a draft can be changed; what is published is shown, to be read."""

    form = RecordForm
    extra_grouping_fields = ("language",)
    list_display = ("title", "state", "review", "get_modified_date", "get_author", "links", "steps")
    EMPTY_CONTENT_VALUE = "-"
    change_form_template = "admin/stemcells/record_change_form.html"
    # Django's scripts and no others: the CMS's take messages away after five seconds (WCAG 2.2.1).
    media = admin.ModelAdmin.media

    class Media:
        pass  # else a subclass takes the CMS's

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        # The base annotates, for sorting, those that the list shows under their own names.
        self._content_subquery_fields += {self.content_model.title_field} - set(self._content_subquery_fields)

    # --- Who may do what --------------------------------------------------------------------------------------------

    def has_add_permission(self, request):
        return super().has_add_permission(request) and user_can_add_record(request.user, self.content_model)

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        content = self.get_content_obj(obj)
        if content is None:
            return user_can_add_record(request.user, self.content_model)
        return user_can_change_content(request.user, content)

    def has_delete_permission(self, request, obj=None):
        """Nobody, a superuser neither: it would take what is public and its history away."""
        return False

    # --- Saving -----------------------------------------------------------------------------------------------------

    def logged_row(self, obj):
        return self.get_content_obj(obj) or obj  # there was none before this save

    def lock_row(self, request, object_id):
        self.get_grouping_from_request(request)
        lock_version(self.get_content_obj(self.get_object(request, unquote(object_id))))

    def kept_as(self, request, obj):
        return f"{self.opts.label_lower}:{obj.pk if obj else 'add'}:{self.get_language()}"

    # --- The list ---------------------------------------------------------------------------------------------------

    @admin.display(description=_("title"))
    def title(self, obj):
        return str(self.get_content_obj(obj) or obj)

    @admin.display(description=_("state"))
    def state(self, obj):
        return capfirst(state_in_words(self.contents_by_state(obj))) or _("Not translated")

    @admin.display(description=_("last change"), ordering="content_modified")
    def get_modified_date(self, obj):
        return super().get_modified_date(obj)

    @admin.display(description=_("by"), ordering="content_created_by_sort")
    def get_author(self, obj):
        return super().get_author(obj)

    @admin.display(description=_("look at it"))
    def links(self, obj):
        content = self.get_content_obj(obj)
        public = self.contents_by_state(obj).get(PUBLISHED)
        links = [(get_object_preview_url(content), _("Preview"))] if content else []
        if public and (address := public.get_absolute_url()):
            links.append((address, _("View on site")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    # --- The form ---------------------------------------------------------------------------------------------------

    def get_object(self, request, object_id, from_field=None):
        """The record with the id `object_id`, or None; without what the list sorts by, which would take long."""
        try:
            return self.model.objects.get(pk=object_id)
        except (self.model.DoesNotExist, ValueError):
            return None

    def _get_content_queryset(self, obj):
        return obj.latest_first()

    def get_urls(self):
        # The list of versions links to a list of contents under this name.
        opts = self.content_model._meta
        to_list = self.admin_site.admin_view(
            lambda request: redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        )
        return [path("content/", to_list, name=f"{opts.app_label}_{opts.model_name}_changelist"), *super().get_urls()]

    def get_content_field(self, obj, field_name, request=None):
        """The value of a content's field, as the list and the read-only form show it: a choice by its label."""
        value = super().get_content_field(obj, field_name, request)
        if value in (None, ""):
            return self.get_empty_value_display()
        choices = dict(self.content_model._meta.get_field(field_name).flatchoices)
        return choices.get(value, value)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        # The base would write the language behind each label; the tabs above the form say it once.
        form.update_labels = lambda form, fields: None
        return form

    @admin.display(description=_("language"))
    def content__language(self, obj):
        return dict(settings.LANGUAGES)[self.get_language()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id:
            self.get_grouping_from_request(request)
            record = self.get_object(request, unquote(object_id))
            if record is None and request.method == "POST":
                raise Http404
            if record is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            is_lost = request.method == "POST" and not self.has_change_permission(request, record)
            if is_lost and self.has_view_permission(request, record):
                return self.not_saved(request, record)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def not_saved(self, request, record):
        """Answer to a form that came too late, say after a colleague published the draft: give the text back."""
        content = self.get_content_obj(record)
        fields = self.get_form(request).base_fields
        typed = [
            compare(fields[name], name, mine=value, theirs=getattr(content, name.removeprefix(CONTENT_PREFIX), None))
            for name, value in request.POST.items()
            if name.startswith(CONTENT_PREFIX) and name in fields and not fields[name].widget.is_hidden
        ]
        changed = [field for field in typed if field.mine != field.theirs]
        return not_saved(
            request,
            title=_("Not saved: %(record)s") % {"record": record},
            reason=self.note(request, Version.objects.get_for_content(content), content) if content else "",
            typed=changed or [field for field in typed if field.mine],
            back=request.get_full_path(),
        )

    def get_extra_context(self, request, object_id=None):
        context = super().get_extra_context(request, object_id=object_id)
        content = context["content_instance"]
        context |= {"subtitle": None, "show_save_and_add_another": False, "show_save_and_preview": True}
        name = self.opts.verbose_name
        if object_id is None:
            context["title"] = _("Add %(name)s") % {"name": name}
            context["note"] = _("It begins as a draft, which readers do not see.")
        elif content is None:
            language = self.content__language(None)
            record = self.get_object(request, unquote(object_id))
            context["title"] = _("Translate %(name)s: %(record)s") % {"name": name, "record": record}
            context["note"] = _("There is nothing in %(language)s yet. Readers see the English words.") % {
                "language": language
            }
        else:
            version = Version.objects.get_for_content(content)
            can_change = user_can_change_content(request.user, content)
            words = {"name": name, "record": content, "state": state_in_words([version.state])}
            title = (
                _("Change %(name)s: %(record)s (%(state)s)") if can_change else _("%(name)s: %(record)s (%(state)s)")
            )
            context["title"] = capfirst(title % words)
            context["note"] = self.note(request, version, content)
            context["review"] = version_actions.standings([version]).get(version.pk)
            context["tools"] = self.tools(request, version, content, context["review"], can_change=can_change)
            context["locked_version"] = version if version.state == DRAFT and not can_change else None
        return context

    def note(self, request, version, content):
        """What the editor must know of this version, above its form."""
        if version.state == PUBLISHED:
            return _(
                "This is what readers see. To change it, make a new draft: "
                "until it is published, readers see these words."
            )
        if version.state == DRAFT and user_can_change_content(request.user, content):
            return _("This is a draft, which readers do not see until it is published.")
        if version.state == DRAFT and not version.is_unlocked_for_user(request.user):
            return _("%(user)s is writing this draft. Others can read it.") % {"user": version.locked_by}
        if version.state in (UNPUBLISHED, ARCHIVED):
            return _("Readers do not see this. To use it again, revert to it: that makes a draft with these words.")
        return _("You may read this, but not change it.")

    def tools(self, request, version, content, review, *, can_change):
        """The buttons above the form."""
        user, back = request.user, request.get_full_path()
        tools = [
            replace(action, url=f"{action.url}?force_admin=1")  # back to this form, not to the page
            for action in version_actions.new_draft(version, user)
        ]
        steps = version_actions.steps([version], user, back, shown=True, is_judged=True)[version.pk]
        if can_change:
            # What is typed and not saved would be lost.
            tools += [replace(step, saves=True) for step in steps]
            tools.append(Action(_("Edit the page’s text"), get_object_edit_url(content)))
        else:
            tools += [
                *steps,
                *(
                    replace(action, url=f"{action.url}?{urlencode({'back': back})}")
                    for action in version_actions.take_over(version, user)
                ),
                *version_actions.revert(version, user),
            ]
        tools.append(Action(_("Preview"), get_object_preview_url(content)))
        if public := self.view_on_site(content):
            tools.append(Action(_("View on site"), public))
        tools.append(Action(_("Versions"), version_list_url(content)))
        if review:
            tools.append(Action(_("History"), f"{review.url}?{urlencode({'next': back})}"))
        return tools

    def view_on_site(self, obj):
        """Address of the public page of the record of `obj`, or None."""
        content = self.get_content_obj(obj)
        public = (
            content
            and type(content)
            .objects.filter(**{self.grouper_field_name: content.record, "language": content.language})
            .first()
        )
        return (public and public.get_absolute_url()) or None

    def save_model(self, request, obj, form, change):
        if not obj.key:
            content = form.cleaned_data
            name = content.get(f"{CONTENT_PREFIX}slug") or content[CONTENT_PREFIX + self.content_model.title_field]
            obj.key = self.free_key(slugify(name))
        super().save_model(request, obj, form, change)

    def free_key(self, wanted):
        """`wanted` as a key, or with the first number behind it that makes it unlike every other."""
        longest = self.model._meta.get_field("key").max_length
        key, number = wanted[:longest] or self.opts.model_name, 1
        while self.model.objects.filter(key=key).exists():
            number += 1
            key = f"{wanted[: longest - len(str(number)) - 1]}-{number}"
        return key

    def response_add(self, request, obj, post_url_continue=None):
        return self.next_page(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.next_page(request, obj) or super().response_change(request, obj)

    def next_page(self, request, obj):
        """Where the button leads that saved the form: to the preview, or to a step of the review; else None."""
        if "_preview" in request.POST:
            content = self.content_model.admin_manager.filter(
                **{self.grouper_field_name: obj}, **self.current_content_filters
            )
            return HttpResponseRedirect(get_object_preview_url(content.latest_content().get()))
        step = request.POST.get("_then", "")
        if url_has_allowed_host_and_scheme(step, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(step)
        return None


@admin.register(CellType)
class CellTypeAdmin(RecordAdmin):
    list_display = ("title", "content__short_name", "content__position", *RecordAdmin.list_display[1:])
    search_fields = (
        "key",
        "content__plural",
        "content__short_name",
        "content__name",
        "content__summary",
        "content__key_points",
    )
    prepopulated_fields = {"content__slug": ("content__short_name",)}
    fieldsets = (
        (
            _("Name and address"),
            {
                "fields": (
                    "content__short_name",
                    "content__name",
                    "content__plural",
                    "content__slug",
                    "content__language",
                )
            },
        ),
        (_("In short"), {"fields": ("content__summary", "content__key_points")}),
        (
            _("What it is"),
            {
                "fields": (
                    "content__origin",
                    "content__origin_detail",
                    "content__where_found",
                    "content__makes_or_does",
                    "content__concern",
                )
            },
        ),
        (_("Picture"), {"fields": ("content__drawing", "content__image", "content__alt_text")}),
        (_("Order"), {"fields": ("content__position",)}),
    )

    def get_ordering(self, request):
        contents = self.content_model.admin_manager.latest_content(
            cell_type=OuterRef("pk"), **self.current_content_filters
        )
        return [Subquery(contents.values("position")[:1]).asc(), "key"]


@admin.register(ClinicRiskArticle)
class ClinicRiskArticleAdmin(RecordAdmin):
    search_fields = ("key", "content__title", "content__summary", "content__key_points")
    prepopulated_fields = {"content__slug": ("content__title",)}
    fieldsets = (
        (_("Title and address"), {"fields": ("content__title", "content__slug", "content__language")}),
        (_("In short"), {"fields": ("content__summary", "content__key_points")}),
        (_("Position of the centers"), {"fields": ("content__recommendation",)}),
    )


@admin.register(Recommendation)
class RecommendationAdmin(RecordAdmin):
    search_fields = ("key", "content__title", "content__statement", "content__applies_to")
    fieldsets = (
        (_("Title"), {"fields": ("content__title", "content__language")}),
        (_("Position"), {"fields": ("content__statement", "content__applies_to")}),
    )


@admin.register(Disclaimer)
class DisclaimerAdmin(RecordAdmin):
    list_display = ("title", "content__kind", *RecordAdmin.list_display[1:])
    search_fields = ("key", "content__title", "content__text")
    fieldsets = (
        (_("Title"), {"fields": ("content__title", "content__kind", "content__language")}),
        (_("Text"), {"fields": ("content__text",)}),
        (_("Place"), {"fields": ("content__shown",)}),
    )


@admin.register(Reference)
class ReferenceAdmin(StampedAdmin, admin.ModelAdmin):
    form = ReferenceForm
    list_display = ("title", "authors", "year", "status", "last_change", "by")
    list_filter = ("status",)
    search_fields = ("authors", "title", "journal", "key", "doi", "pubmed_id")
    change_form_template = "admin/stemcells/reference_change_form.html"
    prepopulated_fields = {"key": ("authors", "year")}
    fieldsets = (
        (_("Publication"), {"fields": ("title", "authors", "journal", "year")}),
        (_("Where readers find it"), {"fields": ("doi", "pubmed_id", "url")}),
        (_("Can readers rely on it?"), {"fields": ("status",)}),
        (_("On this site"), {"fields": ("key",)}),
    )

    def get_queryset(self, request):
        """The sources, each with when and by whom its form was last saved; those that came with the site: nothing."""
        logged = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Reference), object_id=Cast(OuterRef("pk"), TextField())
        ).order_by("-action_time", "-pk")
        return (
            super()
            .get_queryset(request)
            .annotate(
                changed_on=Subquery(logged.values("action_time")[:1]),
                changed_by=Subquery(logged.values("user__username")[:1]),
            )
        )

    @admin.display(description=_("last change"), ordering="changed_on")
    def last_change(self, obj):
        return obj.changed_on

    @admin.display(description=_("by"), ordering="changed_by")
    def by(self, obj):
        return obj.changed_by

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or user_can_change_source(request.user, obj))

    def get_readonly_fields(self, request, obj=None):
        return () if user_can_set_status_of_sources(request.user) else ("status",)

    def get_prepopulated_fields(self, request, obj=None):
        # Not where the form is only read: Django's page would fail for want of the fields.
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return super().get_prepopulated_fields(request, obj) if may else {}

    def save_model(self, request, obj, form, change):
        before = self.model.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        own = {field.name for field in self.opts.fields} & form.fields.keys() if before else set()
        names = [name for name in form.fields if name in own and getattr(before, name) != getattr(obj, name)]
        if "status" in names:
            steps = f"{before.get_status_display()} → {obj.get_status_display()}"
            signals.tell(signals.SOURCE_STATUS, request.user, obj, note=steps)
        if changed := [str(form.fields[name].label) for name in names if name != "status"]:
            signals.tell(signals.SOURCE_CHANGED, request.user, obj, note=", ".join(changed))

    def delete_model(self, request, obj):
        signals.tell(signals.DELETED, request.user, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for source in queryset:
            self.delete_model(request, source)

"""Where a version stands in its review, and one page for each step."""

from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from django.views.generic.edit import FormMixin
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.helpers import get_preview_url, version_list_url

from mscoe_portal import kept_text, reauthentication
from mscoe_portal.review.currency import unsigned_parts
from mscoe_portal.review.digest import digest_of
from mscoe_portal.review.models import AuditEntry
from mscoe_portal.review.permissions import Person
from mscoe_portal.review.rules import grouped
from mscoe_portal.review.standing import Standing
from mscoe_portal.review.steps import STEP_BY_CODE, actions
from mscoe_portal.review.views.reading import visible_version
from mscoe_portal.review.where_used import name_of
from mscoe_portal.review.workflow import ChangedError
from mscoe_portal.version_actions import comparison_url

# The CMS's own views of a content that is not public, or that is being changed.
ENDPOINTS = {"cms_placeholder_render_object_preview", "cms_placeholder_render_object_edit"}
# So many of the newest entries of a history are shown.
LONGEST_HISTORY = 30


class VersionView(TemplateView):
    """Where a version stands in its review, what was said, and what can be done next."""

    template_name = "review/version.html"

    def dispatch(self, request, *args, **kwargs):
        self.version = visible_version(request.user, kwargs["version_id"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def asks_rules(self):
        """Whether what the rules find matters here."""
        return self.version.state == DRAFT

    @cached_property
    def findings(self):
        """What the rules find, where that matters."""
        return self.standing.findings if self.asks_rules else []

    @property
    def groups(self):
        """The same in groups, under titles."""
        return grouped(self.findings)

    @property
    def may_be_published(self):
        return self.asks_rules and not self.standing.against_publishing

    @cached_property
    def standing(self):
        """Where the version stood when the page was asked for."""
        # What is sent is judged when it is done, with the row locked.
        return Standing(self.version, is_judged=self.asks_rules and self.request.method != "POST")

    @cached_property
    def actions(self):
        """The steps that the person may take from here."""
        return actions(self.standing, Person(self.request.user), self.request.get_full_path(), shown=False)

    @property
    def back(self):
        """Where the person came from, on this site (`bad_requests` sees to that), else ""."""
        return self.request.GET.get("next", "")

    def get_context_data(self, **kwargs):
        content = self.version.content
        name = name_of(content)
        history = AuditEntry.objects.filter(
            model=content._meta.label_lower, object_id=self.version.grouper.pk, language=content.language
        )
        return super().get_context_data(**kwargs) | {
            **admin.site.each_context(self.request),
            "title": _("Review: %(name)s") % {"name": name},
            "name": name,
            "version": self.version,
            "standing": self.standing,
            "history": history[:LONGEST_HISTORY],
            "preview": get_preview_url(content),
            "comparison": comparison_url(self.version),
            "versions": version_list_url(content),
            "back": self.back,
        }


class StepView(FormMixin, VersionView):
    """Asks for what a step needs, and does it. A refusal says why and keeps what was typed."""

    template_name = "review/step.html"

    def dispatch(self, request, *args, **kwargs):
        self.step = STEP_BY_CODE.get(kwargs["code"])
        if self.step is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        try:
            self.check()
        except ConditionFailed as error:
            return self.refused(error, form=None)
        seen = request.GET.get("seen")
        if self.step.signs and seen and seen != digest_of(self.version):
            return self.refused(ChangedError(), form=self.with_digest_of_today())
        return self.render_to_response(self.get_context_data(form=self.get_form()))

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        try:
            self.check()
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form))
            if self.step.signs and (answer := reauthentication.ask(request, self.title)):
                return answer
            # A refusal says where the version stands then.
            del self.standing
            self.step.do(self.version, request.user, form)
        except ChangedError as error:
            return self.refused(error, form=self.with_digest_of_today())
        except ConditionFailed as error:
            return self.refused(error, form=form if self.step.asks else None)
        if self.step.tells_readers and (parts := unsigned_parts(self.version)):
            # In one message: the CMS shows several as one text, without a space between them.
            why = _("Readers are told that this is not yet reviewed, because it shows what nobody has signed:")
            links = format_html_join(", ", '<a href="{}">{}</a>', ((part.preview_url, part.title) for part in parts))
            messages.warning(request, format_html("{} {} {}", self.step.done, why, links))
        else:
            messages.success(request, self.step.done)
        response = redirect(self.get_success_url())
        kept_text.forget(request, response)
        return response

    def check(self):
        """Raise ConditionFailed unless the step is possible. It is asked again when it is done, with the row locked."""
        self.step.condition(self.standing, Person(self.request.user))

    def get_form_class(self):
        return self.step.form

    def get_form_kwargs(self):
        # To ask the rules takes as long as to show the draft: where no field depends on it, it is not done here.
        findings = {"findings": self.findings} if self.step.waives else {}
        return super().get_form_kwargs() | {"version": self.version} | findings

    def get_initial(self):
        return {"seen": self.request.GET.get("seen", "")}

    @property
    def title(self):
        return _("%(step)s: %(name)s") % {"step": self.step.label, "name": name_of(self.version.content)}

    @property
    def asks_rules(self):
        return self.step.has_findings

    def get_success_url(self):
        content = self.version.content
        if self.step.code == "publish" and is_shown_by_the_cms(self.back):
            # What was looked at as a draft is a public page now.
            public = content.get_absolute_url() if hasattr(content, "get_absolute_url") else None
            return public or self.back
        return self.back or reverse("review:version", args=[self.version.pk])

    def refused(self, error, form):
        """The page again, with the reason, and with what was typed; or without a form, where nothing can be done."""
        context = self.get_context_data(form=form) | {"refusal": str(error)}
        return self.render_to_response(context, status=409)

    def with_digest_of_today(self):
        """The form as it was sent, for what the version says now: the person has been told to read it again."""
        kwargs = self.get_form_kwargs()
        kwargs["initial"] = {"seen": digest_of(self.version)}
        if "data" in kwargs:
            kwargs["data"] = kwargs["data"].copy() | kwargs["initial"]
        return self.step.form(**kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["title"] = self.title
        context["step"] = self.step
        context["cancel"] = self.back or reverse("review:version", args=[self.version.pk])
        if form := context["form"]:
            context["kept_text"] = {
                "user": self.request.user.pk,
                "what": self.request.path,
                "id": kept_text.posted_id(self.request),
                "is_unsaved": form.is_bound,
            }
        return context


def is_shown_by_the_cms(address):
    """Whether `address` is a preview of the CMS, or the editing of a page's text."""
    try:
        return resolve(urlsplit(address).path).url_name in ENDPOINTS
    except Resolver404:
        return False

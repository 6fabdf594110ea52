"""What lists tell of the review: where each draft of a record, alias or page stands, and what can be done next."""

from functools import wraps

from cms.models import PageContent
from cms.utils.urlutils import admin_reverse
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.helpers import get_version_for_content
from djangocms_versioning.models import Version

from mscoe_portal import version_actions


class VersionColumns:
    """For an admin of groupers: the columns `review` and `steps`. Its template is `admin/record_change_list.html`."""

    change_list_template = "admin/record_change_list.html"

    def get_changelist_instance(self, request):
        """The list, with what the review knows of the versions in it, asked once for all."""
        changelist = super().get_changelist_instance(request)
        groupers = {}
        for grouper in changelist.result_list:
            for content in self.contents_by_state(grouper).values():
                version = get_version_for_content(content)
                version.content = content
                if version.state in (DRAFT, PUBLISHED):
                    groupers[version] = grouper
        steps = version_actions.steps(groupers, request.user, request.get_full_path())
        states = version_actions.standings(groupers)
        for version, grouper in groupers.items():
            grouper.possible_steps = [*getattr(grouper, "possible_steps", []), *steps[version.pk]]
            if version.state == DRAFT:
                grouper.review_state = states.get(version.pk)
        return changelist

    def contents_by_state(self, obj):
        """One content of `obj`, in the list's language, for each state that its versions are in: {state: content}."""
        contents = obj._prefetched_contents  # noqa: SLF001 - what the base has fetched for the whole list at once
        return {get_version_for_content(content).state: content for content in contents}

    @admin.display(description=_("review"))
    def review(self, obj):
        state = getattr(obj, "review_state", None)
        return format_html('<a href="{}">{}</a>', state.url, state.label) if state else ""

    @admin.display(description=_("do"))
    def steps(self, obj):
        """Links and buttons; these belong to a form outside of the list's own, in the template."""
        name = format_html('<span class="visually-hidden">: {}</span>', self.get_content_obj(obj) or obj)
        parts = {
            True: '<button form="version-step" formaction="{}" class="record-step">{}{}</button>',
            False: '<a href="{}">{}{}</a>',
        }
        steps = getattr(obj, "possible_steps", [])
        rows = [(format_html(parts[step.post], step.url, step.label, name),) for step in steps]
        return format_html_join(" · ", "{}", rows)


# The CMS's sign beside each.
_ICON_OF_STATE, _ICON_OF_STEP = "cms-icon-info", "cms-icon-arrow-right"
# No class of the CMS's, which would post it in passing: each is a link to a page, which asks.
_LINK = ""
# Versioning's own items that are steps of the review, too.
_ICONS_OF_STEPS = {"cms-icon-publish", "cms-icon-unpublish"}


def with_steps(versionings_menu):
    """Wrap versioning's menu of a row in the tree of pages: first where the versions stand, and the possible steps."""

    @wraps(versionings_menu)
    def menu(request, status, versions, back=""):
        own = [item for item in versionings_menu(request, status, versions, back) if item[1] not in _ICONS_OF_STEPS]
        steps, states = _of_all_pages(request)
        told = [states[version.pk] for version in versions if version.pk in states]
        items = [(state.label, _ICON_OF_STATE, state.url, _LINK) for state in told[:1] if state.label]
        for version in versions:
            items += [(step.label, _ICON_OF_STEP, step.url, _LINK) for step in steps.get(version.pk, [])]
        return [*items, *own]

    return menu


def _of_all_pages(request):
    """The steps and the states of the pages' versions, asked once for the whole tree."""
    if not hasattr(request, "steps_of_pages"):
        of_pages = Version.objects.filter(content_type=ContentType.objects.get_for_model(PageContent))
        versions = list(of_pages.filter(state__in=[DRAFT, PUBLISHED]).prefetch_related("content"))
        back = admin_reverse("cms_pagecontent_changelist")
        request.steps_of_pages = (
            version_actions.steps(versions, request.user, back),
            version_actions.standings(versions),
        )
    return request.steps_of_pages

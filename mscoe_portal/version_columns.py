"""What the lists of records and of aliases tell of the review: where each draft stands, and what can be done next."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.helpers import get_version_for_content

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

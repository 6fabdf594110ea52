"""Pages on which a version is read that is not public: its preview, and what changed in it."""

from functools import wraps

from cms.toolbar.utils import get_object_preview_url
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.helpers import version_list_url
from djangocms_versioning.models import Version

from mscoe_portal.permissions import user_can_view_content
from mscoe_portal.review.comparison import base_of, compare, versions_to_compare_with
from mscoe_portal.review.steps import standings, steps
from mscoe_portal.review.where_used import name_of


def for_those_who_may_read(view):
    """Wrap one of the CMS's views of an object: without it, anybody of the staff reads any draft of a page."""

    @wraps(view)
    def guarded(request, content_type_id, object_id):
        content_type = get_object_or_404(ContentType, pk=content_type_id)
        # The CMS shows no other; of another model the id may be a number that its database does not know.
        if content_type.model_class() not in apps.get_app_config("cms").cms_extension.toolbar_enabled_models:
            raise Http404
        try:
            content = content_type.get_object_for_this_type(pk=object_id)
        except ObjectDoesNotExist:
            raise Http404 from None
        if not user_can_view_content(request.user, content):
            raise Http404
        return view(request, content_type_id, object_id)

    return guarded


@require_safe
def comparison(request, proxy, version_id):
    """What changed in a version since what is public, or since the version `compare_to` in the query."""
    version = visible_version(request.user, version_id)
    others = versions_to_compare_with(version)
    wanted = request.GET.get("compare_to", "")
    if wanted and wanted not in {str(other.pk) for other in others}:
        raise Http404
    base = next((other for other in others if str(other.pk) == wanted), None) or base_of(version)
    # Whoever has read what changed goes on from here.
    offered = steps([version] if version.state == DRAFT else [], request.user, request.get_full_path(), shown=True)
    # Whichever was asked for first: what changed is told from the older to the newer.
    after, before = (base, version) if base and base.pk > version.pk else (version, base)
    context = admin.site.each_context(request) | {
        "title": _("What changed: %(content)s") % {"content": name_of(version.content)},
        "comparison": compare(after, before),
        "version": version,
        "actions": offered.get(version.pk),
        "state": standings([version]).get(version.pk) if version.state == DRAFT else None,
        "base": base,
        "others": others,
        "before_url": before and get_object_preview_url(before.content),
        "after_url": get_object_preview_url(after.content),
        "versions_url": version_list_url(version.content),
    }
    return TemplateResponse(request, "admin/review/comparison.html", context)


def visible_version(user, version_id):
    """The version with this id. Raises Http404 also where `user` may not read it: they are not told that it exists."""
    version = get_object_or_404(Version, pk=version_id)
    if not user_can_view_content(user, version.content):
        raise Http404
    return version

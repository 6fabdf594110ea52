"""Drafts shared by a link: the page on which an editor makes and ends links, and what the link opens."""

from functools import wraps

from cms.toolbar.toolbar import CMSToolbar
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.helpers import version_list_url

from mscoe_portal.review import sharing
from mscoe_portal.review.comparison import base_of, compare
from mscoe_portal.review.forms import ShareForm
from mscoe_portal.review.models import ShareLink
from mscoe_portal.review.views.reading import visible_version
from mscoe_portal.review.where_used import name_of

# Not kept by anybody, not found by a search, and its address told to no other website.
PRIVATE = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}


@require_http_methods(["GET", "HEAD", "POST"])
def share(request, version_id):
    """The links to a draft, and a form that makes one. Its address is shown in the answer to that, and never again."""
    version = visible_version(request.user, version_id)
    form = ShareForm(request.POST or None, label_suffix="")
    address = refusal = ""
    try:
        sharing.sharing_is_allowed(version, request.user)
        if request.method == "POST" and form.is_valid():
            secret = sharing.share(version, request.user, days=form.cleaned_data["days"])
            address = request.build_absolute_uri(reverse("shared-draft", args=[secret]))
    except ConditionFailed as error:
        refusal = str(error)
    context = admin.site.each_context(request) | {
        "title": _("Share a draft: %(content)s") % {"content": name_of(version.content)},
        "version": version,
        "form": form,
        "address": address,
        "refusal": refusal,
        "links": version.share_links.select_related("created_by"),
        "valid": set(version.share_links.valid().values_list("pk", flat=True)),
        "versions_url": version_list_url(version.content),
    }
    return TemplateResponse(request, "admin/review/share.html", context, status=409 if refusal else 200)


@require_POST
def end(request, version_id, link_id):
    """Withdraw a link."""
    version = visible_version(request.user, version_id)
    try:
        sharing.end_sharing(get_object_or_404(ShareLink, pk=link_id, version=version), request.user)
        messages.success(request, _("Withdrawn. The link opens nothing any more."))
    except ConditionFailed as error:
        messages.error(request, str(error))
    return redirect("review:share", version_id)


def _for_a_guest(view):
    """Wrap a view of a shared draft: it gets the link, in the place of the secret, and a request by nobody.

    Whoever asks, also an editor who is signed in, is shown what the expert will see: no toolbar, no other draft.
    One answer is given to all secrets that open nothing.
    """

    @require_safe
    @wraps(view)
    def guarded(request, secret):
        request.user = AnonymousUser()
        request.toolbar = CMSToolbar(request)
        link = sharing.opened_by(secret)
        if link is None:
            response = TemplateResponse(request, "review/link_ended.html", status=404)
        else:
            request.shared_draft = {
                "until": link.expires_at,
                "draft": reverse("shared-draft", args=[secret]),
                "changes": reverse("shared-changes", args=[secret]),
            }
            request.LANGUAGE_CODE = link.version.content.language
            activate(request.LANGUAGE_CODE)
            response = view(request, link.version)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return guarded


@_for_a_guest
def draft(request, version):
    """The draft, as readers will see it."""
    content = version.content
    request.toolbar.set_object(content)
    return apps.get_app_config("cms").cms_extension.toolbar_enabled_models[type(content)](request, content)


@_for_a_guest
def changes(request, version):
    """What changed in the draft since what is public. What was public before is not shown: it was withdrawn."""
    base = base_of(version)
    comparison = compare(version, base if base and base.state == PUBLISHED else None)
    public = comparison.before and getattr(comparison.before.content, "get_absolute_url", str)()
    context = {"comparison": comparison, "name": name_of(version.content), "public_url": public}
    return TemplateResponse(request, "review/shared_changes.html", context)

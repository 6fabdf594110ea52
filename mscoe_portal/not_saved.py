"""A save that is refused gives back what was typed: nobody has to remember an hour's work."""

from http import HTTPStatus

from cms.models import CMSPlugin
from django import forms
from django.contrib.admin.sites import site
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT

from mscoe_portal.content_security import is_signed_in_staff
from mscoe_portal.people import person_name
from mscoe_portal.stale_saves import as_text, compare

REFUSALS = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
# A guard that answers in one plain sentence.
LONGEST_SENTENCE = 300
# Names of addresses whose forms people type into: Django's, and the CMS's for what stands in a page.
FORMS = ("_add", "_change", "_add_plugin", "_edit_plugin")
# What the admin's forms send besides.
NOT_TYPED = ("_", "csrfmiddlewaretoken", "stamp", "kept_text", "choice-", "second-factor-")


def not_saved(request, *, reason, typed, status=HTTPStatus.CONFLICT, **context):
    """The answer to a save that was refused.

    `typed`: a Conflict for each field; its two texts are the same where nothing is stored to compare with. In the
    context: `title`, and `back`, the form's address.
    """
    context = site.each_context(request) | {"title": _("Not saved"), "reason": reason, "typed": typed} | context
    return render(request, "admin/not_saved.html", context, status=status)


class NotSavedMiddleware:
    """Puts what was typed into the refusal of a form, whichever guard has refused it. The status stays.

    Not for a form without its token: what it holds may be of another website.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code not in REFUSALS or not self.is_form(request):
            return response
        if typed := typed_values(request):
            words = self.words(request, response)
            return not_saved(request, reason=words, typed=typed, status=response.status_code)
        return response

    @staticmethod
    def is_form(request):
        name = getattr(request.resolver_match, "url_name", None) or ""
        is_safe = request.method == "POST" and not getattr(request, "has_no_token", False)
        return is_safe and name.endswith(FORMS) and is_signed_in_staff(request)

    @staticmethod
    def words(request, response):
        """Why it was refused: in the words of the guard, if it has any."""
        if response.status_code == HTTPStatus.NOT_FOUND:
            return _("What you were writing in is not there any more: somebody has deleted or discarded it.")
        plain = response.content.decode() if len(response.content) < LONGEST_SENTENCE else ""
        words = what_happened(_plugin_of(request), request.user) or getattr(request, "refusal", "")
        return words or ("" if "<" in plain else plain) or _("You cannot change this any more.")


def what_happened(plugin, user):
    """Why `user` cannot change `plugin` any more; "" if its draft does not tell."""
    versions = getattr(plugin and plugin.placeholder.source, "versions", None)
    version = versions and versions.select_related("locked_by").first()
    if version and version.state != DRAFT:
        return _("This was published or archived meanwhile. Make a new draft, and put your text into that.")
    if version and not version.is_unlocked_for_user(user):
        return _("%(person)s writes this draft now.") % {"person": person_name(version.locked_by)}
    return ""


def typed_values(request):
    """What the form of `request` holds, compared with the plugin that it is about, if it still exists."""
    plugin = _plugin_of(request)
    fields = {field.name: field for field in plugin._meta.fields} if plugin else {}
    found = []
    for name, value in request.POST.items():
        if not value or name.startswith(NOT_TYPED) or "password" in name:
            continue
        field = fields.get(name)
        label = capfirst(field.verbose_name if field else name.removeprefix("content__").replace("_", " "))
        theirs = as_text(field.value_from_object(plugin)) if field else value
        found.append(compare(forms.Field(label=label), name, mine=value, theirs=theirs, is_rich=value.startswith("<")))
    return found


def _plugin_of(request):
    match = request.resolver_match
    if not match.url_name.endswith("_edit_plugin"):
        return None
    plugin = CMSPlugin.objects.filter(pk=match.args[0]).first()
    return plugin and plugin.get_bound_plugin()

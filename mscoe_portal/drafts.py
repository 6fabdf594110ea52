"""A page, alias or record has one draft in a language, also when two people, or two clicks, ask for one at once."""

from functools import wraps

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.models import Version


def one_at_a_time(view):
    """Wrap `view`, which makes a draft if there is none: it waits for another that does so for the same grouper.

    It is a method of versioning's VersionAdmin, which asks for a draft and makes one in two steps.
    """

    @wraps(view)
    @transaction.atomic
    def wrapped(admin, request, object_id):
        version = admin.get_object(request, unquote(object_id))
        if version and request.method == "POST":
            type(version.grouper)._base_manager.select_for_update().get(pk=version.grouper.pk)
        return view(admin, request, object_id)

    return wrapped


def in_the_admin(view):
    """Wrap `view` of versioning's VersionAdmin, whose page lacks what every page of the admin has: menu and names."""

    @wraps(view)
    def wrapped(admin, request, object_id):
        response = view(admin, request, object_id)
        if hasattr(response, "context_data"):
            response.context_data = admin.admin_site.each_context(request) | response.context_data
        return response

    return wrapped


def telling_of_the_draft(revert_view):
    """Wrap the `revert_view` of versioning's VersionAdmin, which makes a draft without a word."""

    @wraps(revert_view)
    def wrapped(admin, request, object_id):
        response = revert_view(admin, request, object_id)
        draft = Version.objects.filter(source=unquote(object_id), state=DRAFT).last()
        if request.method == "POST" and draft:
            words = _("Version %(new)s is a draft with the words of version %(old)s. Readers do not see it yet.")
            messages.success(request, words % {"new": draft.number, "old": draft.source.number})
        return response

    return wrapped


class TellsOfDraft:
    """Mixin of an admin that saves drafts alone: it says then that readers do not see it yet.

    Not where the answer leads on, to the preview or to a step: that page says it itself.
    """

    def response_add(self, request, obj, *args):
        response = super().response_add(request, obj, *args)
        # Above a window that closes, the CMS's bar has room for one message.
        if IS_POPUP_VAR not in request.POST:
            self._tell_of_draft(request)
        return response

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        self._tell_of_draft(request)
        return response

    def _tell_of_draft(self, request):
        # The CMS's bar shows all messages in one line, with nothing between them.
        self.message_user(request, " " + _("It is a draft: readers do not see it yet."))

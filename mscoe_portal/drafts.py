"""A page, alias or record has one draft in a language, also when two people, or two clicks, ask for one at once."""

from functools import wraps

from django.contrib.admin.utils import unquote
from django.db import transaction


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

"""Taking over a draft: its lock goes from one person to another in one step, and the first is told."""

from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.helpers import create_version_lock

from mscoe_portal.people import person_name
from mscoe_portal.permissions import TAKE_OVER
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act
from mscoe_portal.review.models import TakeOver
from mscoe_portal.review.workflow import lock


@transaction.atomic
def take_over(version, user):
    """Give `user` the lock of the draft `version`, and write it down. Returns the TakeOver.

    Raises ConditionFailed when `user` may not, when this is no draft any more, or when nobody else holds it.
    """
    version = lock(version)
    if not user.has_perm(TAKE_OVER):
        raise ConditionFailed(_("Only a clinical reviewer can take over a draft. Ask one to do it."))
    if version.state != DRAFT or version.locked_by_id in (None, user.pk):
        raise ConditionFailed(_("Nobody else holds this draft any more. Look at it again."))
    holder = version.locked_by
    create_version_lock(version, user)
    audit.record(Act.TAKEN_OVER, user, version, note=_("from %(person)s") % {"person": person_name(holder)})
    return TakeOver.objects.create(version=version, taken_from=holder, taken_by=user)


def since_when_locked(version):
    """When the holder of the lock of the draft `version` got it; None without a holder."""
    if not version.locked_by_id:
        return None
    taken = version.take_overs.filter(taken_by_id=version.locked_by_id).values_list("at", flat=True)[:1]
    held = version.holders.filter(user_id=version.locked_by_id).values_list("since", flat=True)[:1]
    return max([*taken, *held], default=version.created)


def unlock_view(admin, request, object_id):
    """The view behind “Take over”. It leads to the draft, or to the address in `back`."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    version = get_object_or_404(admin.get_queryset(request), pk=unquote(object_id))
    try:
        taken = take_over(version, request.user)
    except ConditionFailed as error:
        if not request.user.has_perm(TAKE_OVER):
            raise PermissionDenied(str(error)) from error
        messages.error(request, str(error))
    else:
        _tell_by_mail(taken, request)
        words = _("This draft is yours now. %(person)s is told that you have taken it over.")
        messages.success(request, words % {"person": person_name(taken.taken_from)})
    return redirect(request.GET.get("back") or get_object_edit_url(version.content))


def tell(user):
    """In words, the take-overs that `user` has not been told of; from now on they count as told."""
    told = []
    # Asked for each page of the admin, and there is hardly ever one: what belongs to it is not asked for with it.
    for taken in TakeOver.objects.filter(taken_from=user, told_at=None):
        words = _(
            "%(person)s has taken over your draft “%(content)s”. Text that you had not saved is kept in this browser: "
            "open the form to see it."
        )
        told.append(words % {"person": person_name(taken.taken_by), "content": taken.version.content})
        taken.told_at = now()
        taken.save(update_fields=["told_at"])
    return told


def _tell_by_mail(taken, request):
    if not taken.taken_from.email:
        return
    content = taken.version.content
    words = _("%(person)s has taken over your draft “%(content)s” and writes it now. You can read it here:")
    body = f"{words % {'person': person_name(taken.taken_by), 'content': content}}\n\n"
    body += request.build_absolute_uri(get_object_preview_url(content))
    subject = _("Your draft was taken over: %(content)s") % {"content": content}

    def send():
        send_mail(" ".join(subject.split()), body, None, [taken.taken_from.email])

    # A mail that cannot be sent is logged, and takes nothing back.
    transaction.on_commit(send, robust=True)

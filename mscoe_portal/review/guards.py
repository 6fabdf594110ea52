"""What is public, or was, does not change in place; a draft is changed by the one who holds its lock, and nobody else.

The guards stand at the models, so that no form, endpoint or script passes them by: they receive what Django sends
before a row is saved or deleted. What the CMS writes without a signal (the order of plugins) is guarded in `admin`.

Each guard locks the version's row, as signing (`workflow`) and publishing (`gate`) do, so that of two such acts at once
one waits for the other and finds what it did. PostgreSQL allows that in a transaction only; each request that may
write is one (`mscoe_portal.atomic_writes`), and a script opens its own.
"""

from functools import reduce
from operator import or_

from cms.models import CMSPlugin, Placeholder
from cms.utils.permissions import get_current_user
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from djangocms_versioning import versionables
from djangocms_versioning.constants import ARCHIVED, DRAFT, PUBLISHED, UNPUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version
from filer.models import File

from mscoe_portal.loading import is_loading
from mscoe_portal.permissions import RefusedError, user_can_act_without_version
from mscoe_portal.review import audit
from mscoe_portal.review.choices import Act
from mscoe_portal.review.digest import BOOKKEEPING
from mscoe_portal.review.models import ClipboardWriter, LockHolder
from mscoe_portal.review.permissions import editors_of, version_can_be_changed
from mscoe_portal.review.where_used import used_by

# What a version may be saved as. Anything else comes of a step that somebody else took meanwhile.
_STEPS = {
    DRAFT: {DRAFT, PUBLISHED, ARCHIVED},
    PUBLISHED: {PUBLISHED, UNPUBLISHED},
    ARCHIVED: {ARCHIVED},
    UNPUBLISHED: {UNPUBLISHED},
}


def refuse_change(version, user=None):
    """Raise RefusedError unless `version` is a draft that `user` holds; None is the site itself, without a lock."""
    try:
        version_can_be_changed(version, user)
    except ConditionFailed as error:
        raise RefusedError(str(error)) from error


def refuse_change_of_placeholders(placeholders, user):
    """The same for the versions that `placeholders` (their ids) belong to. Locks these versions."""
    for version in _versions_of_placeholders(placeholders):
        refuse_change(version, user)


def remember_writers(source, target):
    """Who wrote the words that come from the placeholder `source` has written some of those in `target` (ids).

    Else a reviewer could sign their own words, in a copy that somebody else made. What was public was signed already.
    A clipboard, which holds what was put there last, passes on who wrote that.
    """
    owners = Placeholder.objects.filter(pk=source).exclude(content_type=None).values_list("content_type", "object_id")
    drafts = Version.objects.exclude(state__in=[PUBLISHED, UNPUBLISHED])
    writers = {
        user
        for owner, pk in owners
        for version in drafts.filter(content_type=owner, object_id=pk)
        for user in editors_of(version)
    }
    writers.update(ClipboardWriter.objects.filter(placeholder=source).values_list("user_id", flat=True))
    if Placeholder.objects.filter(pk=target, slot="clipboard").exists():
        ClipboardWriter.objects.filter(placeholder=target).delete()
        ClipboardWriter.objects.bulk_create(ClipboardWriter(placeholder_id=target, user_id=user) for user in writers)
        return
    for version in _versions_of_placeholders([target]) if writers else ():
        for user in writers:
            LockHolder.objects.get_or_create(version=version, user_id=user)


def after_copy(copy, original):
    """In the place of `CMSPlugin.copy_relations`: by it the CMS tells each plugin that it copies, however it does."""
    known = vars(copy.placeholder).setdefault("_writers_known", {copy.placeholder_id})
    if original.placeholder_id not in known:
        known.add(original.placeholder_id)
        remember_writers(original.placeholder_id, copy.placeholder_id)


def before_save(instance, update_fields=None, **kwargs):
    """Receiver of `pre_save`. Raises RefusedError."""
    if is_loading():
        return
    if isinstance(instance, Version):
        _refuse_step(instance, update_fields)
    elif isinstance(instance, CMSPlugin):
        _refuse_change_of_plugin(instance, update_fields)
    elif isinstance(instance, File):
        _refuse_replacing(instance)
    elif versionables.exists_for_content(instance):
        _refuse_change_of_content(instance, update_fields)


def before_delete(instance, origin, **kwargs):
    """Receiver of `pre_delete`. `origin` is what the deletion began with: a row or a queryset. Raises RefusedError."""
    if is_loading():
        return
    if isinstance(instance, CMSPlugin):
        refuse_change_of_placeholders([instance.placeholder_id], _acting_user())
    elif isinstance(instance, get_user_model()):
        raise RefusedError(_("People are never deleted: what they signed stays theirs. Take “active” away instead."))
    elif isinstance(instance, File):
        _refuse_deletion_of_file(instance)
    elif versionables.exists_for_grouper(instance):
        _refuse_deletion_of_grouper(instance)
    elif isinstance(instance, Version) or (
        versionables.exists_for_content(instance) and Version.objects.filter(_is_of(instance)).exists()
    ):
        begun_with = origin.model if isinstance(origin, QuerySet) else type(origin)
        # With its grouper a version may go: that was asked already.
        if not versionables.exists_for_grouper(begun_with):
            raise RefusedError(_("A version is never deleted: it shows who wrote what. Archive the draft instead."))


def _acting_user():
    """Whose request this is; None outside of a request."""
    return get_current_user()


def _is_of(content):
    return Q(content_type=ContentType.objects.get_for_model(content), object_id=content.pk)


def _locked(versions):
    return versions.select_for_update(of=("self",))


def _versions_of_placeholders(placeholders):
    """The versions that `placeholders` (ids) belong to, locked. The clipboard belongs to none."""
    owners = Placeholder.objects.filter(pk__in=placeholders).exclude(content_type=None)
    found = [Q(content_type=owner, object_id=pk) for owner, pk in owners.values_list("content_type", "object_id")]
    return _locked(Version.objects.filter(reduce(or_, found)).order_by("pk")) if found else ()


def _changed_fields(instance, update_fields):
    """Which fields of `instance` a save would change, bookkeeping aside: the row as it is, and the fields."""
    old = None if instance._state.adding else type(instance)._base_manager.filter(pk=instance.pk).first()
    fields = [
        field
        for field in instance._meta.concrete_fields
        if field.name not in BOOKKEEPING and (update_fields is None or {field.name, field.attname} & set(update_fields))
    ]
    if old is None:
        return None, fields

    def value(row, field):
        return field.get_prep_value(field.value_from_object(row))

    return old, [field for field in fields if value(old, field) != value(instance, field)]


def _refuse_change_of_content(content, update_fields):
    old, changed = _changed_fields(content, update_fields)
    # A new content has no version yet, so nobody sees it.
    if old and changed:
        for version in _locked(Version.objects.filter(_is_of(content))):
            refuse_change(version, _acting_user())


def _refuse_change_of_plugin(plugin, update_fields):
    old, changed = _changed_fields(plugin, update_fields)
    if changed:
        placeholders = {plugin.placeholder_id, old and old.placeholder_id} - {None}
        refuse_change_of_placeholders(placeholders, _acting_user())


def _refuse_step(version, update_fields):
    """A version begins as a draft, takes no step but versioning's own, and is published through the gate."""
    if update_fields is not None and "state" not in update_fields:
        return
    state = DRAFT
    if not version._state.adding:
        state = _locked(Version.objects.filter(pk=version.pk)).values_list("state", flat=True).get()
    if version.state not in _STEPS[state]:
        raise RefusedError(_("Somebody has published, withdrawn or archived this meanwhile. Load the page again."))
    if state == DRAFT and version.state == PUBLISHED and not getattr(version, "passed_gate", False):
        raise RefusedError(_("A clinical reviewer has not approved this draft."))


def _refuse_replacing(file):
    """What was signed with a file was signed with its bytes."""
    old, changed = _changed_fields(file, None)
    names = {field.name for field in changed}
    if old and old.sha1 and names & {"file", "sha1", "is_public"}:
        raise RefusedError(
            _("A file is not replaced in place. Upload the new one beside it, and choose that in a draft.")
        )


def _refuse_deletion_of_file(file):
    user = _acting_user()
    _refuse_without_right(user)
    if uses := [use.name for use in used_by(file) if use.is_public]:
        raise RefusedError(
            _("“%(file)s” is public, so it cannot be deleted. It is used in: %(pages)s.")
            % {"file": file, "pages": ", ".join(uses)}
        )
    audit.record(Act.DELETED, user, file)


def _refuse_deletion_of_grouper(grouper):
    user = _acting_user()
    _refuse_without_right(user)
    states = {version.state for version in _locked(Version.objects.filter_by_grouper(grouper))}
    if states & {PUBLISHED, UNPUBLISHED}:
        raise RefusedError(
            _("“%(name)s” was public, so it is never deleted. Withdraw it, or archive its draft.") % {"name": grouper}
        )
    audit.record(Act.DELETED, user, grouper)


def _refuse_without_right(user):
    if user is not None and not user_can_act_without_version(user):
        raise RefusedError(_("Only a clinical reviewer or a site manager can delete."))

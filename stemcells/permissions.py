"""Who may do what with records. Publishing is one right for the whole site: `mscoe_portal.permissions`."""

from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version

from mscoe_portal.permissions import user_can_act_without_version
from stemcells.models import RecordContent


def user_can_add_record(user, content_model):
    """Whether `user` may write a new record, or a record's first words in another language."""
    record_model = content_model._meta.get_field(content_model.grouper_field_name).related_model
    return _has_permission(user, "add", record_model) and _has_permission(user, "add", content_model)


def user_can_change_content(user, content):
    """Whether `user` may change these very words: only a draft can be changed, and only by the one who holds it."""
    version = Version.objects.get_for_content(content)
    return _has_permission(user, "change", content) and bool(version.check_modify.as_bool(user))


def record_is_valid(version, user):
    """Condition of `Version.check_publish`. Raises ConditionFailed when a record is not as its model wants it.

    The form has checked a draft when it was saved; since then, another record may have taken its address.
    """
    if isinstance(version.content, RecordContent):
        try:
            version.content.full_clean()
        except ValidationError as error:
            raise ConditionFailed(" ".join(error.messages)) from error


def user_can_set_status_of_sources(user):
    """Whether `user` may say that readers can, or can no longer, rely on a source: they see it at once."""
    return user_can_act_without_version(user)


def user_can_change_source(user, source):
    """Whether `user` may change what `source` says: what readers see cited is for reviewers and site managers."""
    return user_can_act_without_version(user) or not source.is_publicly_cited()


def _has_permission(user, action, model):
    return user.has_perm(f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}")

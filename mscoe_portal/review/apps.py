from django.apps import AppConfig
from django.db.models.signals import post_save, pre_delete, pre_save
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """Who may publish what, and until when it counts as reviewed."""

    name = "mscoe_portal.review"
    verbose_name = _("Review")

    def ready(self):
        from cms.models.fields import PlaceholderRelationField
        from djangocms_versioning.models import Version
        from djangocms_versioning.signals import post_version_operation, pre_version_operation

        from mscoe_portal import version_actions
        from mscoe_portal.review import gate, guards, steps
        from mscoe_portal.review.permissions import (
            drafts_are_kept,
            placeholder_can_be_changed,
            version_can_be_changed,
            version_is_approved,
        )

        # In place: versioning and the CMS keep the lists themselves.
        Version.check_publish.append(version_is_approved)
        Version.check_modify.append(version_can_be_changed)
        Version.check_discard.append(drafts_are_kept)
        PlaceholderRelationField.default_checks.append(placeholder_can_be_changed)
        version_actions.STEPS.append(steps.steps)
        version_actions.STANDINGS.append(steps.standings)
        pre_version_operation.connect(gate.refuse_what_is_not_approved)
        post_version_operation.connect(gate.write_down_step)
        post_save.connect(gate.remember_lock_holder)
        pre_save.connect(guards.before_save)
        pre_delete.connect(guards.before_delete)

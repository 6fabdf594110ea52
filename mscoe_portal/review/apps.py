from django.apps import AppConfig
from django.db.models.signals import post_save, pre_delete, pre_save
from django.http import Http404
from django.utils.translation import gettext_lazy as _


def not_found(admin, request, object_id):
    """In the place of a view of versioning that does without what the review asks."""
    raise Http404


class ReviewConfig(AppConfig):
    """Who may publish what, and until when it counts as reviewed."""

    name = "mscoe_portal.review"
    verbose_name = _("Review")

    def ready(self):
        from cms.models import CMSPlugin
        from cms.models.fields import PlaceholderRelationField
        from cms.signals import post_obj_operation
        from djangocms_versioning.admin import VersionAdmin
        from djangocms_versioning.models import Version
        from djangocms_versioning.signals import post_version_operation, pre_version_operation

        from mscoe_portal import version_actions
        from mscoe_portal.review import audit, gate, guards, steps, taking_over, workflow
        from mscoe_portal.review.permissions import (
            drafts_are_kept,
            placeholder_can_be_changed,
            version_can_be_changed,
        )
        from mscoe_portal.review.rules import is_approved_and_obeys_rules
        from mscoe_portal.signals import acted_without_version

        # In place: versioning and the CMS keep the lists themselves.
        Version.check_publish.append(is_approved_and_obeys_rules)
        Version.check_modify.append(version_can_be_changed)
        Version.check_discard.append(drafts_are_kept)
        PlaceholderRelationField.default_checks.append(placeholder_can_be_changed)
        version_actions.STEPS.append(steps.steps)
        version_actions.STANDINGS.append(steps.standings)
        acted_without_version.connect(audit.record_act_without_version)
        post_obj_operation.connect(audit.record_move)
        # Versioning only takes the lock away: then the draft is open to everybody.
        VersionAdmin.unlock_view = taking_over.unlock_view
        # `urls` answers at their addresses; by a number that is written otherwise ("+1") one came past it, to these.
        VersionAdmin.publish_view = VersionAdmin.unpublish_view = VersionAdmin.compare_view = not_found
        # Versioning locks the published version in place of the draft beside it, and two people the same draft.
        VersionAdmin._get_edit_redirect_version = lambda admin, request, version: workflow.take_draft(  # noqa: SLF001
            version, request.user
        )
        CMSPlugin.copy_relations = guards.after_copy
        pre_version_operation.connect(gate.refuse_what_is_not_approved)
        post_version_operation.connect(gate.write_down_step)
        post_save.connect(gate.remember_lock_holder)
        pre_save.connect(guards.before_save)
        pre_delete.connect(guards.before_delete)

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """Who may publish what, and until when it counts as reviewed."""

    name = "mscoe_portal.review"
    verbose_name = _("Review")

    def ready(self):
        from djangocms_versioning.admin import VersionAdmin
        from djangocms_versioning.models import Version
        from djangocms_versioning.signals import post_version_operation, pre_version_operation

        from mscoe_portal import version_actions
        from mscoe_portal.review import gate, steps, taking_over
        from mscoe_portal.review.permissions import version_is_approved
        from mscoe_portal.review.rules import obeys_rules

        # In place: versioning keeps the list itself.
        Version.check_publish.extend([version_is_approved, obeys_rules])
        version_actions.STEPS.append(steps.steps)
        version_actions.STANDINGS.append(steps.standings)
        # Versioning only takes the lock away: then the draft is open to everybody.
        VersionAdmin.unlock_view = taking_over.unlock_view
        pre_version_operation.connect(gate.refuse_what_is_not_approved)
        post_version_operation.connect(gate.write_down_step)
        post_save.connect(gate.remember_lock_holder)

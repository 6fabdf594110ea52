"""The date that a printed page and the sitemap give as a page's last change."""

from cms.models import PageContent
from django.utils.timezone import now
from djangocms_versioning.constants import OPERATION_PUBLISH


def set_changed_date(operation, obj, **kwargs):
    """Date the page of the version `obj` that is about to be published. Receives `pre_version_operation`.

    The CMS dates a change of the title alone, not of the text. Before the page is public: a copy of it that is kept for
    other readers must not have the date of the version before.
    """
    if operation == OPERATION_PUBLISH and isinstance(obj.content, PageContent):
        PageContent.admin_manager.filter(pk=obj.content.pk).update(changed_date=now())

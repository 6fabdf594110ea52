from cms.toolbar_base import CMSToolbar
from cms.toolbar_pool import toolbar_pool
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stemcells.models import RecordContent


@toolbar_pool.register
class RecordToolbar(CMSToolbar):
    """The way back from a record's page to the form with its facts."""

    def post_template_populate(self):
        content = self.toolbar.get_object()
        if isinstance(content, RecordContent):
            opts = content._meta
            form = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[content.pk])
            self.toolbar.add_button(_("Facts"), form, side=self.toolbar.RIGHT, position=0)

"""The text plugin, with the site's own rules for rich text when it is written, saved and rendered."""

import re

from cms.plugin_pool import plugin_pool
from django.core.exceptions import ValidationError
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from djangocms_link.cms_plugins import LinkPlugin
from djangocms_text import cms_plugins as djangocms_text
from djangocms_text.editors import DEFAULT_EDITOR, register_toolbar_labels
from djangocms_text.forms import TextForm
from djangocms_text.html import cms_parser
from djangocms_text.models import Text
from djangocms_text.utils import plugin_tags_to_db

from mscoe_portal.rich_text import ATTRIBUTES, RENAMED, TAGS, sanitise, what_must_be_mended
from mscoe_portal.stale_saves import StampedForm
from mscoe_portal.stamped_admin import StampedPlugin
from mscoe_portal.web_address import SCHEMES

# djangocms-text cleans too, before or after us: it must take out nothing that we keep or rename.
cms_parser.ALLOWED_TAGS = TAGS | RENAMED.keys()
cms_parser.ALLOWED_ATTRIBUTES = dict(ATTRIBUTES)
cms_parser.ALLOWED_URL_SCHEMES = set(SCHEMES)
cms_parser.generic_attribute_prefixes = set()

# Without this the editor would drop abbreviations, ids, scopes and languages from a text that is opened and saved.
DEFAULT_EDITOR.js = (*DEFAULT_EDITOR.js, "js/rich-text-editor.js", "js/text-toolbar.js")
register_toolbar_labels(
    {
        "Abbreviation": {
            "title": _("Abbreviation"),
            "form": [{"name": "title", "label": _("Stands for"), "type": "text", "required": False}],
        }
    }
)


@receiver(pre_save, sender=Text)
def sanitise_before_saving(instance, **kwargs):
    """Clean a text however it is saved: by the form, a command or a script."""
    instance.body = sanitise(instance.body)


class RichTextForm(StampedForm, TextForm):
    """Refuses, in words, what cleaning would take out."""

    rich_text = ("body",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Text")

    def stored_value(self, name):
        # What the form begins with is another text: the editor shows plugins inside it.
        return self.instance.body if name == "body" else super().stored_value(name)

    def clean_body(self):
        # A number that no database holds as an id would end the request.
        body = re.sub(r'\bid="\d{10,}"', 'id=""', self.cleaned_data["body"])
        body = plugin_tags_to_db(body)
        if problems := what_must_be_mended(body):
            raise ValidationError(problems)
        return sanitise(body)


# A second way to a link in a text, which would take addresses that `validate_web_address` refuses. What stays of the
# package is its list of pages, which the text editor's own form for a link asks for.
plugin_pool.unregister_plugin(LinkPlugin)
plugin_pool.unregister_plugin(djangocms_text.TextPlugin)


@plugin_pool.register_plugin
class TextPlugin(StampedPlugin, djangocms_text.TextPlugin):
    form = RichTextForm
    # By itself the text is the same wherever it is shown; a plugin inside says for itself whether it is.
    cache = True
    # Not the editor's own JSON form of the text beside it: nothing cleans that.
    fieldsets = ((None, {"fields": ("body",)}),)

    def render(self, context, instance, placeholder):
        # Before the plugins inside the text render: their markup is ours.
        instance.body = sanitise(instance.body)
        return super().render(context, instance, placeholder)

"""What the forms of pages say of their fields, in plain words: django CMS speaks of slugs and of overwriting."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

HELP_TEXTS = {
    "title": _("The heading of the page, and its name in the menu and in search results."),
    "slug": _("Last part of the page’s address: small letters, digits and hyphens."),
    "template": _("How the page is laid out. Nearly every page is a topic."),
    "menu_title": _("Shorter words for the menu. Leave it empty, and the menu shows the title."),
    "page_title": _(
        "Other words for the heading, the browser’s tab and search results. Leave it empty, and they show the title."
    ),
    "meta_description": _("One or two sentences that search results show below the title."),
    "overwrite_url": _(
        "The whole address, such as stem-cells/risks, where it must not follow from the page’s place. "
        "Leave it empty otherwise."
    ),
    "redirect": _("Where readers are led who open this page. Leave it empty where they are to read it."),
    "content": _("The first text of the page. You can write it later, too."),
}
LABELS = {
    "slug": _("Address"),
    "template": _("Kind of page"),
    "meta_description": _("Description"),
    "overwrite_url": _("Whole address"),
    "redirect": _("Leads to"),
}


class PlainWords:
    """Mixin of the forms of pages: their labels and help texts in plain words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP_TEXTS.get(name, field.help_text)
        slug = self.fields["slug"]
        if not slug.required:
            slug.help_text = format_lazy("{} {}", slug.help_text, _("Leave it empty, and it is made from the title."))

import re

from cms.models import Page, PageContent
from cms.plugin_base import CMSPluginBase
from cms.plugin_pool import plugin_pool
from django.db.models import prefetch_related_objects
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from mscoe_portal.navigation.menu import names_in_other_languages, page_addresses
from mscoe_portal.navigation.models import AtNotice, Path, Paths, Picture, QuickLink, QuickLinks
from mscoe_portal.stamped_admin import StampedPlugin

# What every page shows is edited in one place, and its versions with it: never inside a page.
ONLY_IN_ALIASES = ["djangocms_alias.aliascontent"]
# What screen readers call something by an English name in every language.
ENGLISH_TERMS = ["auto forms mode"]


class NavigationPlugin(StampedPlugin, CMSPluginBase):
    """Base of this app's plugins. What they show depends on the state of the public site alone, so it may be kept."""

    module = _("Navigation")
    cache = True


@plugin_pool.register_plugin
class QuickLinksPlugin(NavigationPlugin):
    name = _("Quick links")
    model = QuickLinks
    render_template = "navigation/quick_links.html"
    allowed_models = ONLY_IN_ALIASES
    allow_children = True
    child_classes = ["QuickLinkPlugin"]
    parent_classes = []

    def render(self, context, instance, placeholder):
        children = list(instance.child_plugin_instances or [])
        prefetch_related_objects(children, "image")
        context["links"] = [
            {
                "name": link.name,
                "note": link.note,
                "url": link.address,
                "drawing": link.drawing,
                "image": link.image.url if link.image else "",
                # A screen reader must not say the name twice.
                "alt": "" if link.alt_text == link.name else link.alt_text,
            }
            for link in children
        ]
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class QuickLinkPlugin(NavigationPlugin):
    name = _("Quick link")
    model = QuickLink
    render_plugin = False
    allowed_models = ONLY_IN_ALIASES
    require_parent = True
    parent_classes = ["QuickLinksPlugin"]


@plugin_pool.register_plugin
class PicturePlugin(NavigationPlugin):
    name = _("Picture")
    model = Picture
    render_template = "navigation/picture.html"
    allowed_models = ONLY_IN_ALIASES
    parent_classes = []


@plugin_pool.register_plugin
class AtNoticePlugin(NavigationPlugin):
    name = _("Notice for users of assistive technology")
    model = AtNotice
    render_template = "navigation/at_notice.html"
    allowed_models = ONLY_IN_ALIASES
    parent_classes = []

    def render(self, context, instance, placeholder):
        """The steps are plain text, so what they name in another language is marked here (WCAG 3.1.2)."""
        foreign = names_in_other_languages(context["request"], instance.language)
        foreign |= dict.fromkeys(ENGLISH_TERMS, "en") if instance.language != "en" else {}
        context["intro"] = with_languages(instance.intro, foreign)
        context["steps"] = [with_languages(line, foreign) for line in instance.lines]
        return super().render(context, instance, placeholder)


def with_languages(text, foreign):
    """`text` as HTML, in which each name of `foreign` ({name: language code}) says that it is in its language."""
    if not foreign:
        return text
    # The longest first: one name may begin with another.
    names = "|".join(re.escape(name) for name in sorted(foreign, key=len, reverse=True))
    parts = re.split(rf"(?<!\w)({names})(?!\w)", text)  # words and names by turns
    marked = (
        format_html('<span lang="{}">{}</span>', foreign[part], part) if part in foreign else part for part in parts
    )
    return format_html_join("", "{}", ((part,) for part in marked))


@plugin_pool.register_plugin
class PathsPlugin(NavigationPlugin):
    name = _("Ways onward")
    model = Paths
    render_template = "navigation/paths.html"
    show_add_form = False
    allow_children = True
    child_classes = ["PathPlugin"]
    parent_classes = []

    def render(self, context, instance, placeholder):
        children = list(instance.child_plugin_instances or [])
        # The menu has the address of each public page already.
        addresses = page_addresses(context["request"])
        entries = [
            {"name": path.name, "note": path.note, "url": path.address or addresses.get(path.page_id)}
            for path in children
        ]
        context["entries"] = [entry for entry in entries if entry["url"]]
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class PathPlugin(NavigationPlugin):
    name = _("Way onward")
    model = Path
    render_plugin = False
    require_parent = True
    parent_classes = ["PathsPlugin"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "page":
            kwargs["queryset"] = Page.objects.filter(pk__in=PageContent.objects.values("page")).order_by("path")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

"""Main menu, breadcrumb and site map, for any template: `{% load navigation %}`."""

from django import template

from mscoe_portal.navigation import menu

register = template.Library()


@register.inclusion_tag("components/menu.html", takes_context=True)
def main_menu(context):
    """The main menu, two levels."""
    return {"options": menu.main_menu(context.get("request"))}


@register.inclusion_tag("navigation/breadcrumb.html", takes_context=True)
def breadcrumb(context, title=""):
    """Home, the pages above, this page; nothing at home. `title` names a page that is not in the page tree."""
    *trail, current = menu.breadcrumb(context.get("request"), title) or [None]
    return {"trail": trail, "current": current}


@register.inclusion_tag("components/site_map.html", takes_context=True)
def site_map(context):
    """Every public page and record, as a tree."""
    return {"nodes": menu.site_map(context.get("request"))}

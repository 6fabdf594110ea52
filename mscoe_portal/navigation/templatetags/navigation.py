"""Main menu, breadcrumb and site map, for any template: `{% load navigation %}`."""

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from mscoe_portal.navigation import menu
from mscoe_portal.public_state import kept

register = template.Library()


@register.inclusion_tag("components/menu.html", takes_context=True)
def main_menu(context):
    """The main menu, two levels.

    All options but the one that the reader is at or below are the same on every page, and kept.
    """
    request = context.get("request")
    nodes, navigation = menu.main_menu(request), menu.navigation_for(request)
    if not nodes:
        return {"options": []}
    name = ("main menu", navigation.name, get_language())
    options = kept(request, name, lambda: [_option(node, number) for number, node in enumerate(nodes, start=1)])
    way = navigation.way
    return {
        "options": [
            _option(node, number, way) if node in way else option
            for number, (node, option) in enumerate(zip(nodes, options, strict=True), start=1)
        ]
    }


def _option(node, number, way=()):
    return render_to_string("components/menu_option.html", {"option": menu.option(node, way), "number": number})


@register.inclusion_tag("navigation/breadcrumb.html", takes_context=True)
def breadcrumb(context, title=""):
    """Home, the pages above, this page; nothing at home. `title` names a page that is not in the page tree."""
    *trail, current = menu.breadcrumb(context.get("request"), title) or [None]
    return {"trail": trail, "current": current}


@register.simple_tag(takes_context=True)
def site_map(context):
    """Every public page and record, as a tree."""
    request = context.get("request")
    name = ("site map", menu.navigation_for(request).name, get_language())
    return kept(request, name, lambda: render_to_string("components/site_map.html", {"nodes": menu.site_map(request)}))

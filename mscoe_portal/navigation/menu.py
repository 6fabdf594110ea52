"""From django CMS's menu nodes to the entries that the menu, the breadcrumb and the site map show.

An entry is a dict: `name`; `url`; `off_site` (it leaves the portal); `current` (the reader is there); `lang` (the
language of `name` where it is not the page's, else "").
"""

from copy import copy

from cms.toolbar.utils import get_toolbar_from_request
from django.conf import settings
from django.utils.translation import get_language
from menus.menu_pool import MenuRenderer, menu_pool

from mscoe_portal.public_state import kept
from mscoe_portal.web_address import is_off_site


class Renderer(MenuRenderer):
    """Builds the nodes once for each state of the public site: they are most of the work on a site of many pages.

    In an editor's preview, too, it builds those that readers get, where the core would show drafts: of any page, and to
    whoever has asked for a preview that he may not see.
    """

    # So the core neither looks up nor writes a row about its own cache, which is off (settings).
    is_cached = True

    def __init__(self, pool, request):
        toolbar = get_toolbar_from_request(request)
        if toolbar.edit_mode_active or toolbar.preview_mode_active:
            request = copy(request)
            del request.toolbar
            # Where readers will be who see what is previewed.
            request.path = getattr(toolbar.get_object(), "get_absolute_url", str)() or request.path
        super().__init__(pool, request)

    def _build_nodes(self):
        return kept(self.request, self.cache_key, super()._build_nodes)


def nodes_for(request):
    """Return the navigation nodes that this reader may see, in tree order. Built once for each request.

    On an answer that is given before the reader is known (a refused host) there are none.
    """
    if not hasattr(request, "user"):
        return []
    if not hasattr(request, "navigation_nodes"):
        menu_pool.discover_menus()
        request.navigation_nodes = Renderer(menu_pool, request).get_nodes()
    return request.navigation_nodes


def main_menu(request):
    """Return the options of the main menu: entries of the top-level pages that are in the navigation.

    Besides an entry's keys an option has `own` (a page of the portal, not one that leads elsewhere), `here` (the
    reader is at it or below it) and `links`: empty for a page with nothing below it, else the entries of its
    submenu, its own overview page first and then all that is below it, however deep.
    """
    return [_option(node) for node in _roots(request) if node.visible and _address(node)]


def _option(node):
    below = list(_visible_below(node))
    option = _entry(node)
    overview = option | {"name": node.attr.get("title", node.title)}
    return option | {
        "own": not option["off_site"],
        "here": node.selected or node.ancestor,
        "links": [overview, *(_entry(child) for child in below)] if below else [],
    }


def _visible_below(node):
    for child in node.children:
        if child.visible and _address(child):
            yield child
            yield from _visible_below(child)


def site_map(request):
    """Return entries of all public pages and records, each with `children`; those that menus hide, too."""
    return [_branch(node) for node in _roots(request) if _address(node)]


def _branch(node):
    return _entry(node) | {"children": [_branch(child) for child in node.children if _address(child)]}


def page_addresses(request):
    """Return where each public page is found, in the reader's language: {id of the page: address}."""
    return {node.id: _address(node) for node in nodes_for(request) if node.attr.get("is_page")}


def breadcrumb(request, title=""):
    """Return the entries from home to where the reader is, which is the last one.

    Empty at home. Where no page is current (search, a page that is not found) it is home and an entry named `title`,
    or empty without one.
    """
    nodes = nodes_for(request)
    current = next((node for node in nodes if node.selected), None)
    if current:
        path = [node for node in (*reversed(current.get_ancestors()), current) if not node.attr.get("is_home")]
        here = [_entry(node) for node in path if _address(node)]
    else:
        here = [{"name": title, "current": True}] if title else []
    home = [_entry(node) for node in nodes if node.attr.get("is_home")]
    return home + here if here else []


def _roots(request):
    return [node for node in nodes_for(request) if not node.parent]


def _address(node):
    """Where a node leads, without a detour over the page that only redirects. None: an ancestor is not public."""
    return node.attr.get("redirect_url") or node.url


def _entry(node):
    url = _address(node)
    language = node.attr.get("language")
    return {
        "name": node.title,
        "url": url,
        "off_site": is_off_site(url, settings.ALLOWED_HOSTS),
        "current": node.selected,
        "lang": language if language and language != get_language() else "",
    }

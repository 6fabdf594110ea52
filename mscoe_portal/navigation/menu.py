"""From django CMS's menu nodes to the entries that the menu, the breadcrumb and the site map show.

An entry is a dict: `name`; `url`; `off_site` (it leaves the portal); `current` (the reader is there); `lang` (the
language of `name` where it is not the page's, else "").
"""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from cms.toolbar.utils import get_toolbar_from_request
from django.conf import settings
from django.utils.translation import get_language, override
from menus.base import NavigationNode
from menus.menu_pool import MenuRenderer, menu_pool

from mscoe_portal.public_state import kept
from mscoe_portal.web_address import is_off_site


@dataclass(frozen=True)
class Navigation:
    """The nodes that this reader may see, in tree order, and where among them the reader is.

    The nodes are shared with other requests: nothing may be written on them. `name` says on what they depend.
    """

    name: str
    nodes: list[NavigationNode]
    path: str

    @cached_property
    def roots(self):
        return [node for node in self.nodes if not node.parent]

    @cached_property
    def way(self):
        """The nodes from the top to the one that has the reader's address; none where there is no such node.

        The core would mark the page that carries an apphook as current, also when the reader is at a record below it
        or at no page at all (404).
        """
        current = next((node for node in self.nodes if node.url == self.path), None)
        return [*reversed(current.get_ancestors()), current] if current else []


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

    def navigation(self):
        """Return the Navigation of the request.

        In its language, even if a text in another one asks for it first: records would be named in that.
        """
        with override(self.request_language):
            nodes = kept(self.request, self.cache_key, self.get_nodes)
        return Navigation(self.cache_key, nodes, self.request.path)

    def _mark_selected(self, nodes):
        """The nodes are for all readers, wherever they are."""
        return nodes


def navigation_for(request):
    """Return the Navigation of `request`; made once for each request.

    On an answer that is given before the reader is known (a refused host) it has no nodes.
    """
    if not hasattr(request, "user"):
        return Navigation("", [], "")
    if not hasattr(request, "navigation"):
        menu_pool.discover_menus()
        request.navigation = Renderer(menu_pool, request).navigation()
    return request.navigation


def main_menu(request):
    """Return the nodes of the main menu's options: the top-level pages in the navigation, our own first."""
    options = [node for node in navigation_for(request).roots if node.visible and _address(node)]
    # They are seen in two rows, and Tab goes through them as they are seen (WCAG 2.4.3).
    return sorted(options, key=lambda node: is_off_site(_address(node), settings.ALLOWED_HOSTS))


def names_in_other_languages(request, language):
    """The names of the main menu's options that are not in `language` (code), each with the language that it is in."""
    languages = {node.title: node.attr.get("language") for node in main_menu(request)}
    return {name: spoken for name, spoken in languages.items() if spoken and spoken != language}


def option(node, way=()):
    """Return what the main menu shows of `node` to a reader who is at the end of `way`: an entry with more keys.

    They are `own` (a page of the portal, not one that leads elsewhere), `here` (the reader is at it or below it) and
    `links`: empty for a page with nothing below it, else the entries of its submenu, its own overview page first and
    then all that is below it, however deep.
    """
    below = list(_visible_below(node))
    entry = _entry(node, way)
    overview = entry | {"name": node.attr.get("title", node.title)}
    return entry | {
        "own": not entry["off_site"],
        "here": node in way,
        "links": [overview, *(_entry(child, way) for child in below)] if below else [],
    }


def _visible_below(node):
    for child in node.children:
        if child.visible and _address(child):
            yield child
            yield from _visible_below(child)


def site_map(request):
    """Return entries of all public pages and records, each with `children`; those that menus hide, too."""
    return [_branch(node) for node in navigation_for(request).roots if _address(node)]


def _branch(node):
    return _entry(node) | {"children": [_branch(child) for child in node.children if _address(child)]}


def page_addresses(request):
    """Return where each public page is found, in the reader's language: {id of the page: address}."""
    return {node.id: _address(node) for node in navigation_for(request).nodes if node.attr.get("is_page")}


def breadcrumb(request, title=""):
    """Return the entries from home to where the reader is, which is the last one.

    Empty at home. Where no page is current (search, a page that is not found) it is home and an entry named `title`,
    or empty without one.
    """
    navigation = navigation_for(request)
    if navigation.way:
        way = [node for node in navigation.way if not node.attr.get("is_home")]
        here = [_entry(node, navigation.way) for node in way if _address(node)]
    else:
        here = [{"name": title, "current": True}] if title else []
    home = [_entry(node) for node in navigation.nodes if node.attr.get("is_home")]
    return home + here if here else []


def _address(node):
    """Where a node leads, without a detour over the page that only redirects. None: an ancestor is not public."""
    return node.attr.get("redirect_url") or node.url


def _entry(node, way=()):
    url = _address(node)
    language = node.attr.get("language")
    return {
        "name": node.title,
        "url": url,
        "off_site": is_off_site(url, settings.ALLOWED_HOSTS),
        "current": node in way[-1:],
        "lang": language if language and language != get_language() else "",
    }

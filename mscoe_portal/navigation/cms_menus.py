"""What django CMS's menu needs so that each entry has the right address, language and mark of the current page."""

from cms import cms_menus
from cms.apphook_pool import apphook_pool
from menus.base import Modifier
from menus.menu_pool import menu_pool


class CMSMenu(cms_menus.CMSMenu):
    """The core's page nodes, with the page's own title and language in `attr`, and the nodes of its apphook below it.

    It takes the core's place under the same name, because the name is the namespace that page nodes are found by.
    """

    def get_menu_node_for_page_content(self, page_content, *args, **kwargs):
        node = super().get_menu_node_for_page_content(page_content, *args, **kwargs)
        node.attr["title"] = page_content.title
        node.attr["language"] = page_content.language
        page = page_content.page
        if page.application_urls and page_content.language != self.languages[0]:
            # The core attaches an apphook's menus only where the page is translated.
            apphook = apphook_pool.get_apphook(page.application_urls)
            node.attr["navigation_extenders"] += apphook.get_menus(page, self.languages[0]) if apphook else []
        return node


menu_pool.menus.pop(cms_menus.CMSMenu.__name__)
menu_pool.register_menu(CMSMenu)


class WhereTheReaderIs(Modifier):
    """Keep readers in their language, and mark the node that they are at.

    A node whose title is not translated (`attr["language"]` is not the reader's) gets the address under which the
    page is served in the reader's language. The core marks the page that carries an apphook as current, also when
    the reader is at a record below it or at no page at all (404): here a node is current when the reader is at its
    address. (Of a preview, `request.path` here is the address of what is previewed: `menu.Renderer`.)
    """

    def modify(self, request, nodes, namespace, root_id, post_cut, breadcrumb):  # noqa: PLR0913, PLR0917 - the core calls it so
        if post_cut:
            return nodes
        language = self.renderer.request_language
        prefix = f"/{language}/"
        for node in nodes:
            if node.url and node.attr.get("language", language) != language and not node.url.startswith(prefix):
                node.url = prefix + node.url.lstrip("/")
            node.selected = node.ancestor = False
        current = next((node for node in nodes if node.url == request.path), None)
        if current:
            current.selected = True
            for node in current.get_ancestors():
                node.ancestor = True
        return nodes


menu_pool.register_modifier(WhereTheReaderIs)

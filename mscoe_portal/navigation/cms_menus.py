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


class KeepInLanguage(Modifier):
    """Keep readers in their language.

    A node whose title is not translated (`attr["language"]` is not the reader's) gets the address under which the
    page is served in the reader's language.
    """

    def modify(self, request, nodes, namespace, root_id, post_cut, breadcrumb):  # noqa: PLR0913, PLR0917 - the core calls it so
        if post_cut:
            return nodes
        language = self.renderer.request_language
        prefix = f"/{language}/"
        for node in nodes:
            if node.url and node.attr.get("language", language) != language and not node.url.startswith(prefix):
                node.url = prefix + node.url.lstrip("/")
        return nodes


menu_pool.register_modifier(KeepInLanguage)

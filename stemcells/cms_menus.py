from menus.base import Menu, NavigationNode
from menus.menu_pool import menu_pool

from stemcells.models import CellTypeContent, ClinicRiskArticleContent
from stemcells.rendering import shown_contents


class RecordMenu(Menu):
    """The published records of `model` as nodes. The apphook names this menu: it hangs under the apphook's page.

    A plain Menu rather than a CMSAttachMenu, which would ask the database which pages it is attached to.
    """

    model = None

    def title(self, content):
        return str(content)

    def get_nodes(self, request):
        nodes = []
        for record_id, content in shown_contents(request, self.model).items():
            if url := content.get_absolute_url():
                attr = {"language": content.language, "is_record": True}
                nodes.append(NavigationNode(self.title(content), url, record_id, attr=attr))
        return nodes


@menu_pool.register_menu
class CellTypeMenu(RecordMenu):
    model = CellTypeContent

    def title(self, content):
        return f"{content.plural} ({content.short_name})"


@menu_pool.register_menu
class ClinicRiskMenu(RecordMenu):
    model = ClinicRiskArticleContent

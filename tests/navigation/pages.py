"""Reading the navigation out of a rendered page."""

from lxml import html


def get(client, path):
    """The page at `path`, parsed."""
    return html.fromstring(client.get(path).content.decode())


def menu_of(page):
    """The main menu as pairs of an option's name and the names of its links, in order."""
    return [
        (item[0].text, [link.text for link in item.iterfind("ul/li/a")])
        for item in page.iterfind(".//nav[@data-menu]/ul/li")
    ]


def link_named(page, name):
    """The link or button of the main menu that is called `name`."""
    (found,) = [element for element in page.iterfind(".//nav[@data-menu]//*[@class]") if element.text == name]
    return found


def breadcrumb_of(page):
    """Pairs of name and address in the breadcrumb; the last, the page itself, has no address."""
    return [
        (item.text_content(), (item.find("a").get("href") if len(item) else None))
        for item in page.iterfind(".//nav[@class='breadcrumb wrap']/ol/li")
    ]

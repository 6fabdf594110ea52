"""Asking the search as a reader does."""

from lxml import html

from mscoe_portal.search.index import rebuild


def ask(client, question=None, path="/search/", **parameters):
    """The answer to `question`, parsed; fails on another status than 200."""
    response = client.get(path, ({} if question is None else {"q": question}) | parameters)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def links(page):
    """The results on an answer: pairs of title and address, in order."""
    return [(link.text, link.get("href")) for link in page.iterfind(".//ul[@class='results']//a")]


def found(client, question, **parameters):
    """The titles that `question` finds, in order, with everything indexed that is published now."""
    rebuild()
    return [title for title, _address in links(ask(client, question, **parameters))]


def words_of(page):
    """What the page's main part says, in one line."""
    return " ".join(page.find(".//main").text_content().split())

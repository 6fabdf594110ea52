"""One pass over a page's rendered content: its headings get ids, its links that leave the site say so."""

import re
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext
from lxml import etree

from mscoe_portal.web_address import host_of, is_off_site

HIDDEN = "usa-sr-only"
# From these on a page is long and begins with "On this page". A shorter one is seen at a glance: a list of its parts
# would only stand before them.
LONG_PAGE = {"sections": 3, "words": 200}
# Ids that templates/base.html, its components, forms and the CMS give
FRAME_IDS = {
    *("main", "quick", "quick-links", "toc", "on-this-page", "sources", "in-short", "links-disclaimer"),
    *("links-title", "menu", "crisis", "search", "skip", "at-notice", "breadcrumb", "footer"),
    *("comfort-panel", "listen"),
}
_FRAME_PREFIXES = ("menu-", "id_", "cms-")
# libxml2 knows the void elements of HTML 4 only and closes these.
_VOID_END = re.compile(r"</(?:source|track|wbr)>")
# It ends the content where a browser would ignore one of these.
_DOCUMENT_TAG = re.compile(r"</?(?:html|head|body|frameset)\b[^>]*>", re.IGNORECASE)
_SPACE_BEFORE_PUNCTUATION = re.compile(r"^\s+(?=[.,;:!?)])")
# A browser reads its attributes whatever their case; an XML tool would not.
_DRAWING_TAG = re.compile(r"<svg[^>]*>")


def _has_class(name):
    return f"contains(concat(' ', @class, ' '), ' {name} ')"


_LEFT_OUT = f"ancestor-or-self::svg or ancestor-or-self::*[{_has_class(HIDDEN)} or self::sup[{_has_class('citation')}]]"
_citations = etree.XPath(f".//sup[{_has_class('citation')}]")
_words = etree.XPath(f".//text()[not(parent::*[{_LEFT_OUT}])]", smart_strings=False)


@dataclass(frozen=True)
class Heading:
    """A second-level heading of the content: what "On this page" links to."""

    text: str
    id: str


@dataclass(frozen=True)
class ContentArea:
    """A page's own content: its markup, its second-level headings, the addresses it links to off-site, its words."""

    html: SafeString
    headings: list[Heading]
    links_off_site: list[str]
    words: int = 0

    @classmethod
    def from_html(cls, html, own_hosts):
        """Read rendered markup (trusted: cleaned or from our templates). `own_hosts` is as for `is_off_site`.

        Malformed markup is mended, never refused.
        """
        body = _parse(html)
        headings = _identify_headings(body)
        links_off_site = _mark_links(body, own_hosts)
        _close_up_citations(body)
        words = len(" ".join(_words(body)).split())
        return cls(mark_safe(_serialise(body)), headings, links_off_site, words)  # noqa: S308 - see the docstring

    @property
    def toc(self):
        """What "On this page" lists: the headings of a long page (LONG_PAGE); of another none."""
        is_long = len(self.headings) >= LONG_PAGE["sections"] and self.words >= LONG_PAGE["words"]
        return self.headings if is_long else []


def is_frame_id(value):
    """Tell whether the page's frame may use `value` as an id, so that content must not."""
    return value in FRAME_IDS or value.startswith(_FRAME_PREFIXES)


def shift_headings(html, level):
    """Return `html` with its headings moved so that the highest is at `level`; none is lower than h6.

    For prose shown inside another page, whose outline it must continue (WCAG 1.3.1).
    """
    heading = re.compile(r"(</?h)([1-6])(?=[\s>])", re.IGNORECASE)
    levels = [int(match[2]) for match in heading.finditer(html)]
    shift = int(level) - min(levels, default=int(level))
    return heading.sub(lambda match: f"{match[1]}{min(6, max(1, int(match[2]) + shift))}", html)


def _parse(html):
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(f"<body>{_DOCUMENT_TAG.sub('', html)}", parser).find("body")


def _serialise(body):
    markup = etree.tostring(body, method="html", encoding="unicode", with_tail=False)
    markup = _VOID_END.sub("", markup[markup.index(">") + 1 : markup.rindex("</body>")])
    return _DRAWING_TAG.sub(_restore_case, markup)


def _restore_case(match):
    return match[0].replace(" viewbox=", " viewBox=").replace(" preserveaspectratio=", " preserveAspectRatio=")


def _identify_headings(body):
    """Give each h2 and h3 an id that is unique in the page; return the h2 that have words."""
    taken = set(body.xpath("//@id"))
    kept = set()
    found = []
    for element in body.iter("h2", "h3"):
        text = " ".join("".join(_words(element)).split())
        if not text:
            continue
        if not element.get("id") or element.get("id") in kept:
            element.set("id", _free_id(text, taken))
        kept.add(element.get("id"))
        taken.add(element.get("id"))
        if element.tag == "h2":
            found.append(Heading(text, element.get("id")))
    return found


def _free_id(text, taken):
    slug = slugify(text) or slugify(text, allow_unicode=True) or "part"
    if not slug[0].isalpha() or slug.startswith(_FRAME_PREFIXES):
        slug = f"part-{slug}"
    candidate, number = slug, 1
    while candidate in taken or candidate in FRAME_IDS:
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


def _mark_links(body, own_hosts):
    """Mark the links that leave the site; return their addresses, each once."""
    addresses = {}
    for link in body.xpath(".//a[@href and not(@download)]"):
        address = link.get("href").strip()
        if not is_off_site(address, own_hosts):
            continue
        addresses[address] = None
        classes = link.get("class", "").split()
        if "offsite" not in classes:
            link.set("class", " ".join([*classes, "offsite"]))
            host = host_of(address)
            of_va = host == "va.gov" or host.endswith(".va.gov")
            words = gettext("(on VA.gov)") if of_va else gettext("(on another website)")
            _mark(link, f" {words}")
    return list(addresses)


def _close_up_citations(body):
    """Let each citation's number stand right after what it is a source of, and punctuation right after the number.

    Templates and editors leave white space there, at which a line could break.
    """
    for citation in _citations(body):
        before, parent = citation.getprevious(), citation.getparent()
        if before is not None:
            before.tail = (before.tail or "").rstrip()
        else:
            parent.text = (parent.text or "").rstrip()
        citation.tail = _SPACE_BEFORE_PUNCTUATION.sub("", citation.tail or "")


def _mark(link, words):
    """Say `words` at the end of the link; the eye sees a sign, which is the style sheet's."""
    if link.get("aria-label"):
        link.set("aria-label", link.get("aria-label") + words)
    etree.SubElement(link, "span", {"class": HIDDEN}).text = words

"""What readers would get of a version, taken apart for the rules: rendered as the public sees it, without the frame."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from cms.models import PageContent
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.template.context import make_context
from django.template.loader_tags import BlockNode
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from lxml import html

from mscoe_portal.anonymous_request import anonymous_request
from mscoe_portal.content_area import HIDDEN
from mscoe_portal.page_address import path_of, taken_path
from mscoe_portal.review.digest import BOOKKEEPING, TREE, digested_fields, plugins_of
from mscoe_portal.review.models import CheckedLink
from mscoe_portal.review.permissions import only_leads_elsewhere
from mscoe_portal.review.public_addresses import address_of, dead_addresses
from mscoe_portal.review.titles import namesake_of, title_of
from mscoe_portal.web_address import is_off_site

# The page's own part, of what templates/base.html puts together.
OWN_BLOCKS = ("page_head", "main")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONGEST_QUOTE = 70
# What is read as sentences. Headings, facts in tables and cards, and lists of links or sources are names and fragments,
# whose shortness would make the page look easier than it is.
_PASSAGES = (
    "descendant-or-self::*[self::p or self::li][not(.//p or .//li or .//dl)]"
    "[not(ancestor-or-self::nav or ancestor::ol[@class='sources'] or ancestor::ul[@class='site-map'])]"
)
_MADE_BY_THE_SITE = "ancestor::sup[@class='citation'] or ancestor::ul[@class='site-map']"
_NOT_WORDS = f"ancestor::*[contains(@class, '{HIDDEN}')] or ancestor::sup[@class='citation']"
_TEXT = f".//text()[not({_NOT_WORDS})]"
# What holds words and no other such part.
_SMALLEST = " | ".join(
    f".//{tag}[not(.//p or .//li or .//td)]" for tag in (*HEADINGS, *("p", "li", "dt", "dd", "caption", "th", "td"))
)
# A text shorter than this is a label.
_SHORTEST_PASSAGE = 3


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item or field: what is read in one breath."""

    text: str
    place: str


@dataclass(frozen=True)
class FieldText:
    """A field of the content or of one of its plugins."""

    label: str
    value: object
    is_required: bool


@dataclass
class Draft:
    """`root`: the parsed markup of the page's own part (lxml). `request`: that for which it was rendered.

    What needs the database is read before the rules run: `fields`, `dead_addresses` (on this site, neither public nor
    approved), `link_checks` ({address: CheckedLink}), `namesake` (the address of a public page of the same `title`),
    `taken_path` (its own, where readers get something else) and `needs_words` (only its own text fills it).
    """

    root: object
    language: str = settings.LANGUAGE_CODE
    content: object = None
    request: object = None
    plugins: list = field(default_factory=list)
    fields: list = field(default_factory=list)
    dead_addresses: set = field(default_factory=set)
    link_checks: dict = field(default_factory=dict)
    title: str = ""
    namesake: str = ""
    taken_path: str = ""
    needs_words: bool = False
    technical_names: frozenset = frozenset()
    known_abbreviations: frozenset = frozenset()

    @classmethod
    def from_html(cls, markup, **values):
        """A draft whose own part is `markup`."""
        # As readers get it (`content_area`): without `huge_tree`, what stands below deep nesting is dropped unseen.
        parser = html.HTMLParser(huge_tree=True)
        return cls(html.fragment_fromstring(markup, create_parent="main", parser=parser), **values)

    @cached_property
    def headings(self):
        """The headings (elements), in their order."""
        return list(self.root.iter(*HEADINGS))

    @cached_property
    def links(self):
        """The links (elements) but those that the site makes by itself: of citations, and of the site map."""
        return self.root.xpath(f".//a[@href][not({_MADE_BY_THE_SITE})]")

    @cached_property
    def passages(self):
        """The texts of the paragraphs and list items that are in the draft's own language."""
        return [
            Passage(words, self.place_of(element))
            for element in self.root.xpath(_PASSAGES)
            if language_of(element, self.language) == self.language
            if len((words := text_of(element)).split()) >= _SHORTEST_PASSAGE
        ]

    @cached_property
    def text(self):
        """All its words in their order, those of headings and tables too."""
        return " ".join(" ".join(self.root.xpath(_TEXT)).split())

    def place_of(self, element):
        """Where `element` is, in words: below which heading, and what it says."""
        under = self._headings_above.get(element)
        words = Truncator(_name_of(element)).chars(LONGEST_QUOTE)
        words = _("“%(words)s”") % {"words": words} if words else _("a part without words")
        if under and element.tag not in HEADINGS:
            return _("Under “%(heading)s”: %(place)s") % {"heading": under, "place": words}
        return capfirst(words)

    def place_of_word(self, word):
        """Where `word`, written so, stands first, as `place_of` says it."""
        written = re.compile(rf"\b{re.escape(word)}s?\b")
        found = (element for element in self.root.xpath(_SMALLEST) if written.search(text_of(element)))
        element = next(found, None)
        return _("“%(words)s”") % {"words": word} if element is None else self.place_of(element)

    @cached_property
    def _headings_above(self):
        above, last = {}, ""
        for element in self.root.iter():
            if element.tag in HEADINGS:
                last = _name_of(element)
            above[element] = last
        return above


def address_off_site(href):
    """The address of another website that a link with `href` leads to, without its #fragment; "" where to none."""
    address = href.strip().partition("#")[0]
    return address if is_off_site(address, settings.ALLOWED_HOSTS) else ""


def text_of(element):
    """The words of `element` that are seen, with single spaces; not the numbers of citations."""
    return " ".join("".join(element.xpath(_TEXT)).split())


def _name_of(element):
    """The words of `element`; where it has none, those that stand for its pictures, else a picture's address."""
    if words := text_of(element):
        return words
    told = element.xpath("descendant-or-self::*/@alt | descendant-or-self::*/@aria-label")
    return " ".join(" ".join(told).split()) or element.get("src", "")


def language_of(element, default):
    """The language (code) that `element` is marked with, by itself or by what it stands in, else `default`."""
    marked = element.xpath("ancestor-or-self::*[@lang][1]/@lang")
    return marked[-1].split("-")[0] if marked else default


def draft_of(version):
    """Render `version` as readers would get it once it is published, and take it apart."""
    content = version.content
    extension = apps.get_app_config("review").cms_extension
    request = anonymous_request(address_of(content) or "/", content.language)
    request.current_page = getattr(content, "page", None)
    request.toolbar.set_object(content)
    # Nobody wrote it, and it is another after the approval: a clinician's credentials must not stop the publication.
    request.without_review_line = True
    with override(content.language):
        draft = Draft.from_html(
            _own_part(request, content),
            content=content,
            language=content.language,
            request=request,
            technical_names=frozenset(extension.technical_names),
            known_abbreviations=frozenset(extension.known_abbreviations),
        )
        draft.plugins = [plugin for of_slot in plugins_of(content).values() for plugin in of_slot]
        draft.fields = [text for row in (content, *draft.plugins) for text in _fields(row)]
        off_site = {address for link in draft.links if (address := address_off_site(link.get("href")))}
        draft.link_checks = {link.address: link for link in CheckedLink.objects.filter(address__in=off_site)}
        draft.dead_addresses = dead_addresses((link.get("href") for link in draft.links), content)
        draft.title, namesake = title_of(content), namesake_of(content)
        draft.namesake = address_of(namesake) if namesake else ""
        if isinstance(content, PageContent):
            draft.taken_path = taken_path(content)
            # A page that redirects to its own address is shown all the same.
            redirects = bool(content.redirect) and content.redirect.strip("/") != path_of(content)
            draft.needs_words = not redirects and not content.page.application_urls
    return draft


def _own_part(request, content):
    """The markup of the page's own part; nothing of a page that only leads elsewhere."""
    if only_leads_elsewhere(content):
        return ""
    render = apps.get_app_config("cms").cms_extension.toolbar_enabled_models[type(content)]
    response = render(request, content)
    template = response.resolve_template(response.template_name).template
    context = make_context({**(response.context_data or {}), "shown_language": content.language}, request)
    with context.render_context.push_state(template), context.bind_template(template):
        blocks = template.nodelist.get_nodes_by_type(BlockNode)
        return "".join(block.render(context) for block in blocks if block.name in OWN_BLOCKS)


def _fields(row):
    """The texts that an editor writes into the fields of `row`, a content or plugin."""
    return [
        FieldText(capfirst(str(model_field.verbose_name)), model_field.value_from_object(row), not model_field.blank)
        for model_field in digested_fields(type(row))
        if isinstance(model_field, CharField | TextField) and model_field.name not in BOOKKEEPING | TREE
    ]

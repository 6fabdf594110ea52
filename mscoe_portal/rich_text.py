"""What editors may write: the allow-list of rich text, and in words what it refuses."""

import re

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree

from mscoe_portal.content_area import is_frame_id
from mscoe_portal.web_address import is_off_site, is_web_address, validate_web_address

TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "br", "wbr", "img"),
    *("strong", "em", "a", "abbr", "cite", "sub", "sup", "span"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    # djangocms-text's mark for a plugin inside the text
    "cms-plugin",
}
ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "hreflang", "target", "data-cms-href"},
    "abbr": {"title"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "cms-plugin": {"id", "title", "name", "alt", "render-plugin", "type"},
}
_BLOCKS = (
    *("address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
    *("footer", "header", "main", "nav", "pre", "section", "summary"),
)
RENAMED = {
    # The page's title is the only h1, and the outline of running text ends at h4.
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "b": "strong",
    "i": "em",
    # Without a paragraph the last word of one block would join the first of the next.
    **dict.fromkeys(_BLOCKS, "p"),
}
EMBEDDED = {"audio", "embed", "form", "iframe", "math", "object", "script", "svg", "video"}
# Elements whose words are no words for readers
_DROPPED_WHOLE = {
    *(EMBEDDED - {"form", "embed"}),
    *("applet", "button", "canvas", "datalist", "noembed", "noframes", "noscript"),
    *("select", "style", "template", "textarea", "title", "xmp"),
}


def _is_own_picture(value):
    return re.match(r"/|https?:", value) and is_web_address(value) and not is_off_site(value, settings.ALLOWED_HOSTS)


def _is_form(pattern):
    return re.compile(pattern).fullmatch


_language = _is_form(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, without its rare forms
_number = _is_form(r"[0-9]{1,4}")
_span = _is_form(r"[2-9]|[1-9][0-9]{1,2}")  # the editor writes a "1" into every cell
_ALLOWED_VALUES = {
    "lang": _language,
    "hreflang": _language,
    "href": is_web_address,
    "target": _is_form("_blank"),
    "data-cms-href": _is_form(r"[a-z_]+\.[a-z_]+:[0-9]{1,9}"),
    "id": lambda value: _is_form(r"[a-z][a-z0-9-]*")(value) and not is_frame_id(value),
    "start": _number,
    "src": _is_own_picture,
    "alt": re.compile(r"\w").search,
    "width": _number,
    "height": _number,
    "scope": _is_form("(col|row)(group)?"),
    "colspan": _span,
    "rowspan": _span,
}
_ALLOWED_PLUGIN_VALUES = {"id": _is_form(r"[0-9]{1,9}")}


def _allowed_value(tag, attribute, value):
    is_allowed = (_ALLOWED_PLUGIN_VALUES if tag == "cms-plugin" else _ALLOWED_VALUES).get(attribute)
    return value if is_allowed is None or is_allowed(value) else None


_cleaner = nh3.Cleaner(
    tags=TAGS | RENAMED.keys(),
    clean_content_tags=_DROPPED_WHOLE,
    attributes={**ATTRIBUTES, "h1": {"id"}},
    attribute_filter=_allowed_value,
    link_rel=None,
)
# nh3 writes "<" and ">" in text and in values as entities, so that this finds tags and nothing else.
_tag_to_mend = re.compile(rf"<(/?)(img|a|{'|'.join(RENAMED)})\b([^>]*)>")
_empty_paragraph = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")


def _mend_tag(match):
    closing, tag, attributes = match.groups()
    if tag == "img":
        return match[0] if ' src="' in attributes and ' alt="' in attributes else ""
    if tag == "a" and ' target="' in attributes:
        attributes += ' rel="noopener noreferrer"'
    return f"<{closing}{RENAMED.get(tag, tag)}{attributes}>"


def sanitise(html):
    """Return `html` with only the elements, attributes and addresses that editors may use.

    Cleaning what is clean changes nothing. A picture without a text alternative (WCAG 1.1.1) or from another website is
    taken out; `what_must_be_mended` tells an editor before that happens.
    """
    cleaned = html
    # Taking an element out can leave markup that a browser reads otherwise: clean until nothing changes.
    for _round in range(5):
        before = cleaned
        if _is_nested_too_deep(before):
            html = re.sub("<[^>]*>", " ", html)
            break
        cleaned = _empty_paragraph.sub("", _tag_to_mend.sub(_mend_tag, _cleaner.clean(before)))
        if cleaned == before:
            return cleaned
    return nh3.clean(html, tags=set())


def _is_nested_too_deep(html):
    """Whether elements stand in one another by the hundred: a comparison would end there, and cleaning take minutes."""
    parser = etree.HTMLParser()
    etree.fromstring(f"<body>{html}</body>", parser)
    return any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)


def what_must_be_mended(html):
    """Return, in words and each once, what `sanitise` would take out of `html` and an editor would miss."""
    root = etree.HTML(f"<body>{html}</body>")
    found = []
    for element in root.iter("img", "a", *EMBEDDED) if root is not None else ():
        if element.tag == "img":
            found += _problems_of_picture(element.get("src", ""), element.get("alt", ""))
        elif element.tag == "a":
            found += _problems_of_link(element)
        else:
            found.append(_("Take out what is embedded here (%(what)s); link to it instead.") % {"what": element.tag})
    return list(dict.fromkeys(found))


def _problems_of_picture(src, alt):
    picture = _("pasted picture") if src.startswith("data:") else src.rpartition("/")[2] or _("picture")
    if not _is_own_picture(src):
        # The editor has no button by which it would come back.
        yield _("Take out the picture, which is not on this site: %(picture)s. A text takes none.") % {
            "picture": picture
        }
    elif not _allowed_value("img", "alt", alt):
        yield _("Give the picture a text alternative, or take it out: %(picture)s.") % {"picture": picture}


def _problems_of_link(link):
    if link.get("href") is None or link.get("data-cms-href"):
        return
    try:
        validate_web_address(link.get("href"))
    except ValidationError as error:
        words = " ".join("".join(link.itertext()).split())
        yield _("Mend the link “%(words)s”. %(advice)s") % {"words": words, "advice": error.message}

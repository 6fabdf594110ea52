"""`{% load shown_language %}`: content that is shown in another language than the page around it."""

from cms.toolbar.utils import get_toolbar_from_request
from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info, override

from mscoe_portal.shown_language import translations_of
from mscoe_portal.untranslated import keep_in_language

register = template.Library()


class ShownInNode(template.Node):
    def __init__(self, nodelist, language):
        self.nodelist = nodelist
        self.language = language

    def render(self, context):
        readers = get_language()
        language = self.language.resolve(context, ignore_failures=True) or readers
        if language == readers:
            return self.nodelist.render(context)
        with override(language):
            html = self.nodelist.render(context)
        return keep_in_language(html, readers)


@register.tag
def shown_in(parser, token):
    """`{% shown_in language %}…{% endshown_in %}`: render what stands between in `language` (code; none: the page's).

    Its links keep readers in their own language. Mark the element around it with `lang_attribute` (WCAG 3.1.2).
    """
    try:
        _tag, language = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("Write {% shown_in language %}.") from error
    nodelist = parser.parse(["endshown_in"])
    parser.delete_first_token()
    return ShownInNode(nodelist, parser.compile_filter(language))


@register.simple_tag
def lang_attribute(language):
    """The attribute ` lang="…"` where `language` (code, or nothing) is not that of the text around it, else nothing."""
    return format_html(' lang="{}"', language) if language and language != get_language() else ""


@register.simple_tag(takes_context=True)
def page_addresses(context):
    """Where the page that is shown can be read: `canonical`, the address of just what is shown, and `languages`.

    `languages` lists the languages that the page really exists in as dicts of `code`, `name` (in that language) and
    `url`. Both are empty on a page that is no content (search, a page that is not found) or has no address (the
    preview of what stands on every page).
    """
    request = context.get("request")
    content = get_toolbar_from_request(request).get_object() if request else None
    if not hasattr(content, "language") or not hasattr(content, "get_absolute_url"):
        return {"canonical": "", "languages": []}
    addresses = {other.language: other.get_absolute_url() for other in translations_of(content)}
    addresses = {code: request.build_absolute_uri(url) for code, url in addresses.items() if url}
    return {
        "canonical": addresses.get(content.language, ""),
        "languages": [
            {"code": code, "name": get_language_info(code)["name_local"].capitalize(), "url": url}
            for code, url in addresses.items()
        ],
    }

"""Pages and records that are not translated keep an address in every language and are shown in English there."""

import re

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, URLResolver, reverse
from django.urls.resolvers import RegexPattern
from django.utils.translation import get_language, override

_OWN_LINK = re.compile(r'(<(?:a|form)\s(?:[^>]*?\s)?(?:href|action)=")(/(?!/)[^"]*)')


def reverse_in(language, name, *args):
    """Address of the view `name` under `language` (code), or "" while no page carries that view.

    A view that hangs under a CMS page has addresses only in the languages that the page is translated into; in the
    others it is found under the default language's path behind the language's prefix.
    """
    with override(language):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            pass
    with override(settings.LANGUAGE_CODE):
        try:
            path = reverse(name, args=args)
        except NoReverseMatch:
            return ""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


class UntranslatedApphooks(URLResolver):
    """Resolves, behind a language's prefix, what `reverse_in` gives: an apphook's path in the default language.

    `apphooks` is django CMS's own resolver of them, which knows an apphook only in the languages that its page is
    translated into.
    """

    def __init__(self, apphooks):
        super().__init__(RegexPattern(r""), [])
        self.apphooks = apphooks

    def resolve(self, path):
        if get_language() == settings.LANGUAGE_CODE:
            raise Resolver404({"path": path, "tried": []})
        with override(settings.LANGUAGE_CODE):
            return self.apphooks.resolve(path)


def keep_in_language(html, language):
    """Return `html` with the prefix of `language` (code) put before each link to a page in the default language."""
    if language == settings.LANGUAGE_CODE:
        return html
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, "/admin/", *(f"/{code}/" for code, _ in settings.LANGUAGES))

    def with_prefix(match):
        return match[0] if match[2].startswith(elsewhere) else f"{match[1]}/{language}{match[2]}"

    return _OWN_LINK.sub(with_prefix, html)

"""`{% load aliases %}`: what every page shows and an editor changes in one place."""

import pickle

from cms.models import Placeholder
from cms.toolbar.utils import get_toolbar_from_request
from cms.utils.plugins import assign_plugins
from django import template
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from djangocms_alias.models import AliasContent

from mscoe_portal.public_state import kept
from mscoe_portal.untranslated import keep_in_language

register = template.Library()


@register.simple_tag(takes_context=True)
def frame_alias(context, code):
    """The published alias `code` (one of settings.FRAME_ALIASES); nothing while it is missing or withdrawn.

    Unlike djangocms-alias's `static_alias` it reads all aliases of the frame at once, shows an editor's preview what
    the public sees, never creates one, and shows what is not translated in the site's language, marked as such.
    """
    request = context.get("request")
    if request is None:
        return ""
    if not hasattr(request, "frame_aliases"):
        request.frame_aliases = kept(request, ("frame aliases", get_language()), lambda: _load(request))
    shown = request.frame_aliases.get(code, "")
    return shown if isinstance(shown, str) else _render(pickle.loads(shown), context)  # noqa: S301 - our own


def _render(placeholder, context):
    renderer = get_toolbar_from_request(context["request"]).get_content_renderer()
    with override(placeholder.language):
        html = renderer.render_placeholder(placeholder, context, language=placeholder.language, editable=False)
    if html.strip() and placeholder.language != get_language():
        html = mark_safe(keep_in_language(html, get_language()))  # noqa: S308 - rendered just above
        return format_html('<div lang="{}">{}</div>', placeholder.language, html)
    return html


@register.simple_tag(takes_context=True)
def published_alias(context, alias):
    """What is published of `alias` in the language of the page, also in an editor's preview; else nothing.

    An alias inside itself, however deep, ends there.
    """
    request = context["request"]
    rendering = request.__dict__.setdefault("_aliases_in_rendering", [])
    content = AliasContent.objects.filter(alias=alias, language=get_language()).first()
    if content is None or alias.pk in rendering:
        return ""
    rendering.append(alias.pk)
    renderer = get_toolbar_from_request(request).get_content_renderer()
    html = renderer.render_placeholder(content.placeholder, context, language=content.language, editable=False)
    rendering.pop()
    return html


def _load(request):
    """What each alias of the frame shows: {code: HTML, or the pickled placeholder where that is not always the same}.

    It is the same on every page when all its plugins say so: their `cache` is true.
    """
    chosen = _placeholders(request)
    return {
        code: _render(placeholder, Context({"request": request}))
        if all(plugin.get_plugin_class().cache for plugin in placeholder._all_plugins_cache)  # noqa: SLF001 - where the CMS looks
        else pickle.dumps(placeholder)
        for code, placeholder in chosen.items()
    }


def _placeholders(request):
    """The published placeholder of each alias of the frame in the reader's language, with its plugins: {code: it}.

    One without a plugin is not translated: the place of a seal is empty in each language until an editor fills it.
    """
    rows = (
        AliasContent.objects.filter(
            alias__static_code__in=settings.FRAME_ALIASES,
            language__in={get_language(), settings.LANGUAGE_CODE},
            placeholders__cmsplugin__isnull=False,
        )
        .distinct()
        .values_list("alias__static_code", "language", "pk", "placeholders__pk", "placeholders__slot")
    )
    content_type = ContentType.objects.get_for_model(AliasContent)
    chosen = {}
    # The reader's own language last: it takes the place of the site's.
    for code, language, content_id, pk, slot in sorted(rows, key=lambda row: row[1] == get_language()):
        chosen[code] = Placeholder(pk=pk, slot=slot, content_type=content_type, object_id=content_id)
        chosen[code].language = language
    for language in {placeholder.language for placeholder in chosen.values()}:
        assign_plugins(request, [p for p in chosen.values() if p.language == language], lang=language)
    return chosen

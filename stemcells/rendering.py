"""From contents to what the templates show."""

import pickle
from functools import reduce
from operator import or_

from cms.models import CMSPlugin
from cms.toolbar.utils import get_toolbar_from_request
from cms.utils.plugins import downcast_plugins, get_plugins_as_layered_tree
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from mscoe_portal.public_state import kept
from stemcells.models import CellTypeContent, RecommendationContent


def _attribute(request, name):
    """A dict that lives as long as `request`."""
    return request.__dict__.setdefault(name, {})


def shown_contents(request, model):
    """The published contents of `model` in the active language: {id of the record: content}, in their order.

    Asked of the database once for each state of the public site, else for each request: nearly every page shows some
    records, in its menu, lists, cards and disclaimers. Each request has copies, on which Django keeps what it looks up.
    """
    cache = _attribute(request, "_stemcells_shown").setdefault(model, {})
    language = get_language()
    # A page that is not translated is in two languages, its frame in one and its content in the site's. Where all that
    # the one shows is in the site's language, the other shows just that.
    for shown in list(cache.values()):
        if language == settings.LANGUAGE_CODE and {content.language for content in shown.values()} <= {language}:
            cache.setdefault(language, shown)
    if language not in cache:
        pickled = kept(request, ("shown", model, language), lambda: pickle.dumps(_load_contents(model, language)))
        cache[language] = pickle.loads(pickled)  # noqa: S301 - our own
    return cache[language]


def _load_contents(model, language):
    record_id = f"{model.grouper_field_name}_id"
    return {getattr(content, record_id): content for content in model.objects.shown_in(language)}


def render_prose(context, content):
    """Render the longer text of `content` for showing it inside another page (not editable there).

    Read once for each state of the public site, like the contents themselves. The texts of all recommendations are read
    along with the first one: nearly every page shows a recommendation.
    """
    request = context["request"]
    placeholders = _attribute(request, "_stemcells_prose")
    if content not in placeholders:
        companions = shown_contents(request, RecommendationContent).values() if not placeholders else []
        name = ("prose", type(content), content.pk)
        pickled = kept(request, name, lambda: pickle.dumps(_load_prose(request, {content, *companions})))
        placeholders |= pickle.loads(pickled)  # noqa: S301 - our own
    # An editor may place a recommendation inside its own text, or two inside each other.
    rendering = _attribute(request, "_stemcells_rendering")
    if placeholders[content] is None or content in rendering:
        return ""
    rendering[content] = True
    renderer = get_toolbar_from_request(request).get_content_renderer()
    html = renderer.render_placeholder(placeholders[content], context, language=content.language, editable=False)
    del rendering[content]
    return html


def _load_prose(request, contents):
    """The prose placeholders of `contents` with their plugins: {content: placeholder, or None where nothing is in it}.

    As `cms.utils.plugins.assign_plugins` does it, without asking for the placeholders first.
    """
    content_types = ContentType.objects.get_for_models(*{type(content) for content in contents})
    sources = {(content_types[type(content)].pk, content.pk): content for content in contents}
    is_ours = reduce(or_, (Q(placeholder__content_type=type_id, placeholder__object_id=pk) for type_id, pk in sources))
    rows = CMSPlugin.objects.filter(is_ours, placeholder__slot="prose").select_related("placeholder")
    found = {}
    for row in rows:
        found.setdefault((row.placeholder.content_type_id, row.placeholder.object_id), row.placeholder)
    plugins = list(downcast_plugins(rows, found.values(), request=request))
    for key, placeholder in found.items():
        language = sources[key].language
        own = [row for row in plugins if row.placeholder_id == placeholder.pk and row.language == language]
        placeholder._all_plugins_cache = own  # noqa: SLF001 - where the CMS looks first
        placeholder._plugins_cache = get_plugins_as_layered_tree(own)  # noqa: SLF001 - the same
    return {content: found.get(key) for key, content in sources.items()}


def record_context(request, content):
    """Template context for the page of `content`: itself, under its record's name, and what is shown around it."""
    context = {content.grouper_field_name: content}
    if isinstance(content, CellTypeContent):
        shown = shown_contents(request, CellTypeContent)
        context["other_types"] = [other for key, other in shown.items() if key != content.cell_type_id]
    if getattr(content, "recommendation_id", None) and not isinstance(content, RecommendationContent):
        context["recommendation"] = shown_contents(request, RecommendationContent).get(content.recommendation_id)
    return context


def render_record(request, content):
    """Answer with the page of `content`, which may be a draft: the CMS's preview and edit views call this."""
    get_toolbar_from_request(request).set_object(content)
    return TemplateResponse(request, content.template_name, record_context(request, content))

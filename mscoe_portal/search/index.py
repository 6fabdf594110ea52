"""Keeps the search entries equal to what is published."""

from html import unescape

from cms.models import Page, Placeholder
from cms.plugin_rendering import ContentRenderer
from cms.signals import post_obj_operation
from cms.utils.apphook_reload import reload_urlconf
from cms.utils.plugins import assign_plugins
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import override
from djangocms_versioning.constants import OPERATION_PUBLISH, OPERATION_UNPUBLISH
from djangocms_versioning.signals import post_version_operation
from djangocms_versioning.versionables import for_content
from sekizai.context import SekizaiContext

from mscoe_portal.anonymous_request import anonymous_request
from mscoe_portal.search.models import SearchEntry
from mscoe_portal.search.words import searchable

LONGEST_SUMMARY = 300


@transaction.atomic
def rebuild(progress=lambda name, number: None):
    """Make every entry anew; call `progress` for each declared model, with its name and its number of entries.

    Every entry, because a page shows the words of records, and moving a page changes the addresses below it.
    """
    # One at a time: so each sees all that was published before it began, and what the last one writes is right.
    ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(SearchEntry).pk)
    # This process may not know yet an apphook that was published a moment ago, nor the addresses below it.
    reload_urlconf()
    SearchEntry.objects.all().delete()
    for model, describe in apps.get_app_config("search").cms_extension.searchable.items():
        entries = SearchEntry.objects.bulk_create(_entries(model, describe))
        progress(str(model._meta.verbose_name_plural), len(entries))


def _entries(model, describe):
    grouper = for_content(model).grouper_field_name
    content_type = ContentType.objects.get_for_model(model)
    for language in model.objects.values_list("language", flat=True).distinct().order_by("language"):
        with override(language):
            contents = model.objects.filter(language=language).select_related(grouper)
            shown = _shown_texts(contents, content_type, language)
            for content in contents:
                found, url = describe(content), content.get_absolute_url()
                if not (found and url):
                    continue
                text = f"{found.get('text', '')} {shown.get(content.pk, '')}"
                summary = found["summary"] or Truncator(" ".join(text.split())).chars(LONGEST_SUMMARY)
                title_words, summary_words = searchable(found["title"], language), searchable(summary, language)
                yield SearchEntry(
                    content_type=content_type,
                    object_id=content.pk,
                    identity=f"{content_type.pk}:{getattr(content, f'{grouper}_id')}",
                    language=language,
                    url=url,
                    title=found["title"],
                    summary=summary,
                    title_words=title_words,
                    summary_words=summary_words,
                    words=title_words + summary_words + searchable(text, language),
                )


def _shown_texts(contents, content_type, language):
    """What the public reads in the placeholders of `contents`: {id of the content: text}."""
    request = anonymous_request("/", language)
    placeholders = list(Placeholder.objects.filter(content_type=content_type, object_id__in=contents).order_by("slot"))
    assign_plugins(request, placeholders, lang=language)
    renderer, texts = ContentRenderer(request), {}
    for placeholder in placeholders:
        html = renderer.render_placeholder(placeholder, SekizaiContext({"request": request}), language=language)
        # A space, or the last word of one block would join the first of the next.
        text = unescape(strip_tags(html.replace("<", " <")))
        texts[placeholder.object_id] = f"{texts.get(placeholder.object_id, '')} {text}"
    return texts


def rebuild_after_commit():
    """Rebuild once, when what is being done now is done. A failure is logged; it does not undo a publish."""
    if all(function is not rebuild for _savepoints, function, _robust in connection.run_on_commit):
        transaction.on_commit(rebuild, robust=True)


@receiver(post_version_operation)
def index_version(operation, **kwargs):
    if operation in {OPERATION_PUBLISH, OPERATION_UNPUBLISH}:
        rebuild_after_commit()


@receiver(post_obj_operation)
def index_page_operation(**kwargs):
    """A page was moved, deleted or otherwise changed in the page tree."""
    rebuild_after_commit()


@receiver(post_save, sender=Page)
def index_page(*, created, **kwargs):
    """A page's settings were changed: whether readers must sign in, and what is hooked at it."""
    if not created:
        rebuild_after_commit()

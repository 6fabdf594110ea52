"""Where a content, a source or a file is used: which versions show it, cite it or link to it, published or draft.

Every foreign key of a plugin and of a content is followed, what the apps declare (`shown_groupers`), and every address
in a text or a field, with one query for each model, however many pages there are. Only direct uses are found: a record
that stands in an alias is used by the alias, which in turn is used by pages.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import reduce
from html import unescape
from operator import or_
from urllib.parse import urlsplit

from cms.models import CMSPlugin, Page, PageContent, Placeholder
from cms.plugin_pool import plugin_pool
from cms.toolbar.utils import get_object_preview_url
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from djangocms_alias.models import Alias, AliasContent
from djangocms_versioning import versionables
from djangocms_versioning.constants import DRAFT, PUBLISHED
from djangocms_versioning.models import Version
from filer.models import File

from mscoe_portal.review.choices import Relation
from mscoe_portal.review.digest import BOOKKEEPING, TREE, digested_fields
from mscoe_portal.web_address import is_off_site

_ADDRESS_IN_HTML = re.compile(r'\b(?:href|src)="([^"]*)"')


@dataclass(frozen=True)
class Use:
    """A version that uses something, and how (`choices.Relation`)."""

    version: Version
    relations: set = field(default_factory=set)

    @property
    def content(self):
        return self.version.content

    @property
    def name(self):
        return name_of(self.content)

    @property
    def is_public(self):
        return self.version.state == PUBLISHED

    @property
    def in_words(self):
        """How it uses it, and in which language where that is not the site's own."""
        words = [str(Relation(relation).label) for relation in sorted(self.relations)]
        language = getattr(self.content, "language", settings.LANGUAGE_CODE)
        if language != settings.LANGUAGE_CODE:
            words.append(str(dict(settings.LANGUAGES).get(language, language)))
        return ", ".join(words)

    @property
    def address(self):
        """Where to look at it: the public page, else the preview."""
        public = self.content.get_absolute_url() if self.is_public and hasattr(self.content, "get_absolute_url") else ""
        return public or get_object_preview_url(self.content)


def name_of(content):
    """What editors call `content`: pages and aliases write their language behind it."""
    if isinstance(content, PageContent):
        return content.title
    return content.name if isinstance(content, AliasContent) else str(content)


def used_by(obj):
    """The versions, published or draft, that use `obj`: a page, record, alias, source or file. The published first."""
    relations = defaultdict(set)
    in_placeholders = defaultdict(set)
    target = _Target(obj)
    placed = set(CMSPlugin.objects.values_list("plugin_type", flat=True).distinct())
    for model in {plugin.model for plugin in plugin_pool.get_all_plugins() if plugin.value in placed} - {CMSPlugin}:
        for plugin, relation in target.found_in(model, model.objects.all(), TREE):
            in_placeholders[plugin.placeholder_id].add(relation)
    for placeholder in Placeholder.objects.filter(pk__in=in_placeholders):
        relations[placeholder.content_type_id, placeholder.object_id] |= in_placeholders[placeholder.pk]
    for item in _versionables():
        # What is neither draft nor public is not asked for: there are many more of these.
        rows = item.content_model.admin_manager.filter(versions__state__in=[DRAFT, PUBLISHED])
        for content, relation in target.found_in(item.content_model, rows, BOOKKEEPING | {item.grouper_field_name}):
            for content_type_id in item.content_types:
                relations[content_type_id, content.pk].add(relation)
    return _uses(relations)


@dataclass(frozen=True)
class Doubt:
    """That something, such as a source, is in doubt, and its state in words, such as: Retracted."""

    subject: models.Model
    state: str


def doubts():
    """What rests on something that the apps declare to be in doubt (`doubtful_values`), draft, public or old.

    {(id of the content type, id of the content): list of Doubt}. One query for each declared model and each model with
    a foreign key to it, however many pages there are.
    """
    found = defaultdict(set)
    for model, values in apps.get_app_config("review").cms_extension.doubtful_values.items():
        subjects = model.objects.filter(**{f"{name}__in": those for name, those in values.items()}).in_bulk()
        for content_type_id, object_id, pk in _contents_with_keys_to(model, subjects) if subjects else ():
            states = (str(getattr(subjects[pk], f"get_{name}_display")()) for name in values)
            found[content_type_id, object_id].add(Doubt(subjects[pk], ", ".join(states)))
    return {key: sorted(those, key=lambda doubt: (doubt.state, str(doubt.subject))) for key, those in found.items()}


def _contents_with_keys_to(model, ids):
    """(id of the content type, id of the content, id) for each plugin with a foreign key to a row `ids` of `model`."""
    for plugin in {plugin.model for plugin in plugin_pool.get_all_plugins()} - {CMSPlugin}:
        for key in digested_fields(plugin):
            if key.is_relation and key.related_model is model and key.name not in TREE:
                place = ("placeholder__content_type", "placeholder__object_id")
                yield from plugin.objects.filter(**{f"{key.name}__in": ids}).values_list(*place, key.name)


def is_on_every_page(content):
    """Whether the frame of every page shows `content`, or the alias that is given: no plugin names it."""
    alias = content if isinstance(content, Alias) else _grouper(content)
    return getattr(alias, "static_code", None) in settings.FRAME_ALIASES


def children_that_disappear(version):
    """The public contents whose addresses readers lose once the public page `version` is withdrawn: what is below it.

    Pages, and records that hang under the page or one of these. Other versions than those of pages: none.
    """
    content = version.content
    if not isinstance(content, PageContent):
        return []
    below = PageContent.objects.filter(page__in=content.page.get_descendants(), language=content.language)
    pages = list(below.select_related("page").order_by("page__path"))
    hooks = [row.get_absolute_url() for row in [content, *pages] if row.page.application_urls]
    hooks = tuple(hook for hook in hooks if hook)
    records = []
    for item in _versionables() if hooks else ():
        model = item.content_model
        if model is not PageContent and hasattr(model, "get_absolute_url"):
            rows = model.objects.filter(language=content.language)
            records += [row for row in rows if (row.get_absolute_url() or "").startswith(hooks)]
    return pages + records


def lost_with(version):
    """What readers lose once the public `version` is withdrawn: a dict of what templates/review/lost.html shows.

    `linking`: public versions that stay, with a link that leads nowhere then; `showing`: those that lose a part.
    """
    content, children = version.content, children_that_disappear(version)
    uses = {gone: _uses_lost_with(gone) for gone in (content, *children)}
    linking = {use.version.pk: use for gone in uses for use in uses[gone] if Relation.LINKS in use.relations}
    return {
        "is_on_every_page": is_on_every_page(content),
        "children": [(name_of(child), child.get_absolute_url()) for child in children],
        "linking": [use for use in linking.values() if use.content not in uses],
        "showing": [use for use in uses[content] if Relation.SHOWS in use.relations],
    }


def _uses_lost_with(content):
    """The public uses of the published `content` that are lost once it is withdrawn: those in its language."""
    grouper, language = _grouper(content), content.language
    if language == settings.LANGUAGE_CODE:
        # It is shown in its place, too, to readers of a language that it is not translated into.
        others = set(_of_grouper(grouper).values_list("language", flat=True)) - {language}
        languages = {code for code, _name in settings.LANGUAGES} - others
    else:
        languages = {language}
    return [
        use for use in used_by(grouper) if use.is_public and getattr(use.content, "language", language) in languages
    ]


class _Target:
    """What is looked for: an object, under all names that a row may have for it."""

    def __init__(self, obj):
        self.obj = obj
        self.models = {type(obj), *type(obj)._meta.get_parent_list()}
        contents = list(_of_grouper(obj)) if versionables.exists_for_grouper(obj) else []
        names = {f"{model._meta.label_lower}:{obj.pk}" for model in self.models}
        self.names = names | {f"{content._meta.label_lower}:{content.pk}" for content in contents}
        self.addresses = {_path_of(address) for address in self._addresses(contents)} - {""}
        # Readers of another language find there what is not translated.
        self.paths = self.addresses | {
            f"/{code}{path}".rstrip("/") or "/" for code, _name in settings.LANGUAGES for path in self.addresses
        }

    def _addresses(self, contents):
        if isinstance(self.obj, File):
            yield self.obj.url
        for content in contents:
            yield getattr(content, "get_absolute_url", str)() or ""

    def found_in(self, model, rows, skipped):
        """Yield (row, relation) for each of `rows` of `model` that uses it."""
        fields = [field for field in digested_fields(model) if field.name not in skipped]
        keys = [field for field in fields if field.is_relation and field.related_model in self.models]
        jsons = [field.name for field in fields if isinstance(field, models.JSONField)]
        rows = rows.annotate(**{f"_{name}": Cast(name, models.TextField()) for name in jsons})
        texts = [f"_{field.name}" if field.name in jsons else field.name for field in fields if _holds_text(field)]
        parts = [*(f'"{name}"' for name in self.names), *self.addresses]
        shows_all = self._shows_all(model)
        wanted = [Q(**{field.name: self.obj.pk}) for field in keys]
        wanted += [Q(**{f"{text}__contains": part}) for text in texts for part in parts]
        if shows_all:
            wanted.append(Q(pk__in=shows_all))
        if not wanted:
            return
        for row in rows.filter(reduce(or_, wanted)):
            if any(field.value_from_object(row) == self.obj.pk for field in keys):
                yield row, Relation.LINKS if isinstance(self.obj, Page) else Relation.SHOWS
            if any(self._is_linked_in(str(getattr(row, text, "") or "")) for text in texts):
                yield row, Relation.LINKS
            if row.pk in shows_all:
                yield row, Relation.SHOWS

    def _shows_all(self, model):
        """The ids of the plugins of `model` that show all of its kind."""
        kind, values = apps.get_app_config("review").cms_extension.shown_groupers.get(model, (None, {}))
        return set(model.objects.filter(**values).values_list("pk", flat=True)) if kind in self.models else set()

    def _is_linked_in(self, value):
        if any(f'"{name}"' in value for name in self.names):
            return True
        addresses = _ADDRESS_IN_HTML.findall(value) if "<" in value else [value.strip('"')]
        return any(_path_of(unescape(address)) in self.paths for address in addresses)


def _holds_text(field):
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and not field.choices and field.name != "language"


def _path_of(address):
    """The path that `address` has on this site, without its last slash; "" where it leads elsewhere."""
    if is_off_site(address, settings.ALLOWED_HOSTS) or not re.match(r"/|https?:", address):
        return ""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return path.rstrip("/") or "/"


def _versionables():
    return apps.get_app_config("djangocms_versioning").cms_extension.versionables


def _grouper(content):
    return getattr(content, versionables.for_content(content).grouper_field_name)


def _of_grouper(grouper):
    """The published contents of `grouper`, in all languages."""
    item = versionables.for_grouper(grouper)
    return item.content_model.objects.filter(**{item.grouper_field_name: grouper})


def _uses(relations):
    """The uses, from {(id of the content type, id of the content): relations}."""
    if not relations:
        return []
    ids = defaultdict(set)
    for content_type_id, object_id in relations:
        ids[content_type_id].add(object_id)
    wanted = reduce(or_, (Q(content_type_id=type_id, object_id__in=pks) for type_id, pks in ids.items()))
    versions = Version.objects.filter(wanted, state__in=[DRAFT, PUBLISHED]).prefetch_related("content")
    uses = [Use(version, relations[version.content_type_id, version.object_id]) for version in versions]
    return sorted(uses, key=lambda use: (not use.is_public, use.name, use.version.pk))

"""Writes what is public as files that `load_content` (`seed.py`) makes the same public site of.

The uploads that it shows or links to go along (`upload_files.py`). Drafts, dates, signatures and people do not: there
are backups for these. What the format cannot hold stops the export, with its name: nothing is left out unseen.
"""

import inspect
from collections import defaultdict

import yaml
from cms.api import create_page
from cms.models import Page, PageContent
from cms.utils.placeholder import get_declared_placeholders_for_obj
from django.conf import settings
from django.utils.html import escape
from djangocms_alias.models import AliasContent
from djangocms_text.models import Text
from djangocms_text.utils import OBJ_ADMIN_RE
from filer.models import File

from mscoe_portal.rich_text import what_must_be_mended
from stemcells.models import Citation, Reference
from stemcells.seed import CITATION_MARK, LANGUAGE, LOADERS, NUMBERED_LINK, OTHER_LINK, PAGE_DEFAULTS, RECORDS
from stemcells.upload_files import PLACE, UPLOADS_FILE, UploadError, as_item, is_file, places_in

# Who keeps what where and since when: each site's own.
_OF_PAGE = {"id", "path", "depth", "numchild", "parent", "site", "reverse_id", "is_home", "is_page_type"}
_OF_CONTENT = {"id", "language", "page"}
_BOOKKEEPING = {"created_by", "changed_by", "creation_date", "changed_date"}
# How the editor keeps the text that `body` has for readers.
_OF_TEXT = {"json", "rte"}
# What `create_page` calls fields of a page.
_PAGE_NAMES = {"application_urls": "apphook", "application_namespace": "apphook_namespace"}
_LANGUAGES = [code for code, _name in settings.LANGUAGES]
_EMPTY = (None, "")


class ExportError(Exception):
    """Something public cannot be written down. The text says what, and where it is."""


def export():
    """What is public, as {file name: items}, in the order in which the files are loaded. Raises ExportError."""
    return _Export().files()


class _Export:
    def __init__(self):
        contents = PageContent.objects.filter(page__is_page_type=False).select_related("page")
        contents = contents.prefetch_related("placeholders__cmsplugin_set")
        self._contents = _by_grouper(contents, "page_id")
        self._pages = list(Page.objects.filter(pk__in=self._contents).order_by("path"))
        self._keys = _keys_of_pages(self._pages)
        self._cited = set()
        # By where they are stored: uploads that are shown, and who names a file in words.
        self._shown, self._named = {}, {}

    def files(self):
        files = {name: self._records(model) for name, model in RECORDS.items()}
        files["pages.yaml"] = [self._page(page) for page in self._pages if page.parent_id is None]
        files["aliases.yaml"] = self._aliases()
        files["references.yaml"] = [
            self._fields(reference, f"source “{reference.key}”", {"id"})
            for reference in Reference.objects.filter(pk__in=self._cited).order_by("pk")
        ]
        files[UPLOADS_FILE] = self._uploads()
        return {name: files[name] for name in LOADERS}

    def _uploads(self):
        places = [place for place in self._named if PLACE.fullmatch(place)]
        uploads = self._shown | {upload.file.name: upload for upload in File.objects.filter(file__in=places)}
        for place in self._named.keys() - uploads.keys():
            # An address that leads nowhere does so everywhere.
            if is_file(place):
                raise ExportError(f"{self._named[place]}: the file {place} is no editor’s upload, and cannot go along.")
        try:
            return [as_item(uploads[place]) for place in sorted(uploads)]
        except UploadError as error:
            raise ExportError(str(error)) from error

    def _records(self, model):
        content_model = model._meta.get_field("contents").related_model
        grouper = content_model.grouper_field_name
        contents = _by_grouper(content_model.objects.all(), f"{grouper}_id")
        return [
            {"key": record.key} | _translated([self._record_content(content) for content in contents[record.pk]])
            for record in model.objects.filter(pk__in=contents).order_by("pk")
        ]

    def _record_content(self, content):
        place = f"{content._meta.verbose_name} “{content}” ({content.language})"
        item = _language(content) | self._fields(content, place, {"id", "language", content.grouper_field_name})
        return item | _unless_empty(prose=self._plugins(content.prose, content.language, place))

    def _page(self, page):
        item = {"key": self._keys[page.pk]} | ({"home": True} if page.is_home else {})
        title = self._contents[page.pk][0].title
        settings_of_page = self._fields(page, f"page “{title}”", _OF_PAGE | _BOOKKEEPING)
        item |= _arguments({_PAGE_NAMES.get(name, name): value for name, value in settings_of_page.items()}, page)
        item |= _translated([self._page_content(content) for content in self._contents[page.pk]])
        children = [self._page(child) for child in self._pages if child.parent_id == page.pk]
        return item | _unless_empty(children=children)

    def _page_content(self, content):
        place = f"page “{content.title}” ({content.language})"
        values = self._fields(content, place, _OF_CONTENT | _BOOKKEEPING, PAGE_DEFAULTS)
        slots = [declared.slot for declared in get_declared_placeholders_for_obj(content)]
        placeholders = {placeholder.slot: placeholder for placeholder in content.placeholders.all()}
        filled = {
            slot: plugins
            for slot in slots
            if slot in placeholders and (plugins := self._plugins(placeholders[slot], content.language, place))
        }
        return _language(content) | _arguments(values, content) | _unless_empty(placeholders=filled)

    def _aliases(self):
        # Another alias is seen only where a plugin places it, and that plugin stops the export.
        contents = AliasContent.objects.exclude(alias__static_code__in=_EMPTY).select_related("alias")
        contents = contents.exclude(alias__static_code=None).order_by("alias__pk")
        return [
            {"code": content.alias.static_code}
            | _language(content)
            | {
                "name": content.name,
                "plugins": self._plugins(content.placeholder, content.language, f"alias “{content}”"),
            }
            for content in sorted(contents, key=lambda content: _LANGUAGES.index(content.language))
        ]

    def _plugins(self, placeholder, language, place):
        children = defaultdict(list)
        for plugin in placeholder.cmsplugin_set.all():
            if plugin.language == language:
                children[plugin.parent_id].append(plugin)
        return [self._plugin(plugin, children, place) for plugin in children[None]]

    def _plugin(self, plugin, children, place):
        place = f"{place}, {plugin.plugin_type}"
        try:
            instance, _plugin_class = plugin.get_plugin_instance()
        except KeyError as error:
            raise ExportError(f"{place}: there is no such plugin any more.") from error
        if instance is None:
            raise ExportError(f"{place}: its row is missing, so nobody sees it. Delete the plugin.")
        links = {link.name for link in instance._meta.parents.values()}
        item = {"plugin": plugin.plugin_type}
        if isinstance(instance, Text):
            # What stands inside a text stands there by its mark.
            values = self._fields(instance, place, links | _OF_TEXT)
            return item | values | {"body": self._marked(instance, children[plugin.pk], place)}
        item |= self._fields(instance, place, links)
        return item | _unless_empty(children=[self._plugin(child, children, place) for child in children[plugin.pk]])

    def _marked(self, text, inside, place):
        """The words of a text plugin, each citation in them as `[cite:key]`, each link to a page by the page's key."""
        if CITATION_MARK.search(text.body) or what_must_be_mended(OBJ_ADMIN_RE.sub("", text.body)):
            raise ExportError(f"{place}: the words could not be loaded as they are: {text.body[:60]}")
        plugins = {plugin.pk: plugin.get_plugin_instance()[0] for plugin in inside}

        def mark(match):
            citation = plugins.get(int(match["pk"]))
            if citation is None:
                return ""  # as readers see it
            if not isinstance(citation, Citation):
                raise ExportError(f"{place}: a {citation.plugin_type} inside a text cannot be written down.")
            self._cited.add(citation.reference_id)
            return f"[cite:{citation.reference.key}]"

        def link(match):
            key = self._keys.get(int(match[2])) if match[1] == "cms.page" else None
            if key is None:
                raise ExportError(f"{place}: a link leads to what is no public page: {match[0]}.")
            return f'data-cms-href="page:{escape(key)}"'

        marked = NUMBERED_LINK.sub(link, OBJ_ADMIN_RE.sub(mark, text.body))
        if other := OTHER_LINK.search(marked):
            raise ExportError(f"{place}: the words could not be loaded as they are: {other[0]}")
        return marked

    def _fields(self, instance, place, left_out, defaults=None):
        """The fields of `instance`'s own table that do not have their default: {name: value}."""
        item = {}
        for field in instance._meta.local_concrete_fields:
            value = getattr(instance, field.attname)
            default = (defaults or {}).get(field.name, field.get_default())
            if field.name in left_out or value == default or (value in _EMPTY and default in _EMPTY):
                continue
            if field.is_relation:
                value = self._key(getattr(instance, field.name))
            elif not isinstance(value, str | int | float):
                value = None
            if value is None:
                raise ExportError(f"{place}: the files cannot hold what the field “{field.name}” has.")
            self._named |= dict.fromkeys(places_in(str(value)), place)
            item[field.name] = value
        return item

    def _key(self, related):
        """How the files name `related`; None where they do not have it."""
        if isinstance(related, Page):
            return self._keys.get(related.pk)
        if isinstance(related, Reference):
            self._cited.add(related.pk)
            return related.key
        if isinstance(related, File):
            self._shown[related.file.name] = related
            return related.file.name
        is_public = isinstance(related, tuple(RECORDS.values())) and related.contents.exists()
        return related.key if is_public else None


def _by_grouper(contents, attribute):
    """{id of the grouper: its published contents, the site's default language first}."""
    found = defaultdict(list)
    for content in sorted(contents, key=lambda content: _LANGUAGES.index(content.language)):
        found[getattr(content, attribute)].append(content)
    return found


def _keys_of_pages(pages):
    """{id: key}: the page's id for templates, else one made of its address, which it is given when it is loaded."""
    taken = {page.reverse_id for page in pages}
    keys = {}
    for page in pages:
        key = page.reverse_id or (page.get_path(LANGUAGE, fallback=True) or "home").replace("/", "-")
        while not page.reverse_id and key in taken:
            key += "-"
        keys[page.pk] = key
        taken.add(key)
    return keys


def _arguments(values, page):
    """`values`, if `create_page` takes all of them."""
    for name in values.keys() - inspect.signature(create_page).parameters.keys():
        raise ExportError(f"page “{page}”: the files cannot hold the field “{name}”.")
    return values


def _language(content):
    return {} if content.language == LANGUAGE else {"language": content.language}


def _translated(items):
    first, *others = items
    return first | _unless_empty(translations=others)


def _unless_empty(**values):
    return {name: value for name, value in values.items() if value}


class _Dumper(yaml.SafeDumper):
    """One item after another as a person would write them: no anchors, and texts of several lines as such."""

    def ignore_aliases(self, data):
        return True

    def increase_indent(self, *, flow=False, indentless=False):
        return super().increase_indent(flow=flow, indentless=False)


def _text(dumper, value):
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def as_text(items):
    """The text of a data file."""
    return yaml.dump(items, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))

"""Loads the first content of the site from the data files under `stemcells/content/`.

Each item has a natural key; an item whose key exists already is left alone, so an editor's change is never
overwritten and a second run changes nothing. One transaction: a run that fails half way leaves nothing behind.
The order of `LOADERS` is the order of dependence: uploads, sources, records, pages (parents first), aliases.
`export.py` writes such files of what is public.
"""

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import yaml
from cms.api import add_plugin, create_page, create_page_content
from cms.models import Page, PageContent
from cms.plugin_pool import plugin_pool
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.exceptions import FieldDoesNotExist, FieldError, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.text import slugify
from djangocms_alias.models import Alias, AliasContent, Category
from djangocms_text.models import Text
from djangocms_text.utils import plugin_to_tag
from djangocms_versioning.models import Version
from filer.models import File, Folder

from mscoe_portal.loading import loading
from mscoe_portal.rich_text import what_must_be_mended
from stemcells.models import CellType, ClinicRiskArticle, Disclaimer, Recommendation, Reference
from stemcells.upload_files import FIELDS, PLACE, UPLOADS_FILE, UploadError, model_of, source_of, store

CONTENT_DIR = Path(__file__).parent / "content"
LANGUAGE = "en"
CITATION_MARK = re.compile(r"\[cite:([-\w]+)\]")
# How a text links to a page wherever that moves: here by its key, in the database by its number.
PAGE_LINK = re.compile(r'data-cms-href="page:([^"]*)"')
NUMBERED_LINK = re.compile(r'data-cms-href="([a-z_.]+):(\d+)"')
OTHER_LINK = re.compile(r'data-cms-(?!href="page:)[^>\s]*', re.IGNORECASE)
# The user to whom the loaded versions are ascribed: it cannot sign in.
LOADER = "content-loader"
ALIAS_CATEGORY = "On every page"
# What a page is where its item does not say otherwise.
PAGE_DEFAULTS = {"template": "pages/topic.html", "in_navigation": True}
# What editors read in the CMS's own menus; Django calls each new site example.com.
SITE_NAME = "MSCoE portal"


class SeedError(Exception):
    """A data file cannot be loaded. The text names file, line, field and what is wrong."""


class Item(dict):
    """A mapping of a data file that knows where it stands."""

    place = ""

    def copy(self):
        """A copy to take fields from: YAML's `*name` gives one and the same item twice."""
        copy = Item(self)
        copy.place = self.place
        return copy

    def error(self, message):
        return SeedError(f"{self.place}: {message}")

    def take(self, name):
        """Return and remove the value of the field `name`; SeedError when it is missing."""
        if name not in self:
            raise self.error(f"“{name}” is missing.")
        return self.pop(name)

    def take_items(self, name):
        """Return and remove the list of items in the field `name`, empty when it is missing; SeedError for no list."""
        value = self.pop(name, [])
        if not _is_list_of_items(value):
            raise self.error(f"“{name}” must be a list of items, each beginning with “- ”.")
        return value


def _is_list_of_items(value):
    return isinstance(value, list) and all(isinstance(item, Item) for item in value)


class ItemLoader(yaml.SafeLoader):
    """Reads mappings as items."""

    def construct_item(self, node):
        item = Item()
        yield item
        names = set()
        for name, _value in node.value:
            # YAML allows it, and the first would be lost without a word.
            if str(name.value) in names:
                raise yaml.constructor.ConstructorError(
                    problem=f"“{name.value}” comes twice in one item", problem_mark=name.start_mark
                )
            names.add(str(name.value))
        item.update(self.construct_mapping(node, deep=True))
        item.place = f"{self.file_name}, line {node.start_mark.line + 1}"

    def construct_text(self, node):
        text = self.construct_yaml_str(node)
        # PostgreSQL takes no NUL, and no encoding half a letter.
        if re.search("[\0\ud800-\udfff]", text):
            mark = node.start_mark
            raise yaml.constructor.ConstructorError(problem="a character that no text has", problem_mark=mark)
        return text


ItemLoader.add_constructor("tag:yaml.org,2002:map", ItemLoader.construct_item)
ItemLoader.add_constructor("tag:yaml.org,2002:str", ItemLoader.construct_text)


def read(path):
    """Read the YAML file `path`: a list of items. SeedError names the line of a mistake."""
    content = path.read_bytes()
    try:
        loader = ItemLoader(content)
        loader.file_name = path.name
        items = loader.get_single_data()
    except yaml.reader.ReaderError as error:
        line = content.count(b"\n", 0, error.position) + 1
        raise SeedError(f"{path.name}, line {line}: a character that is not allowed ({error.reason}).") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SeedError(f"{path.name}, line {line}: {error.problem or error}.") from error
    except RecursionError as error:
        raise SeedError(f"{path.name}: too much stands inside one another.") from error
    if not _is_list_of_items(items):
        raise SeedError(f"{path.name}: expected a list of items, each beginning with “- ”.")
    return items


@contextmanager
def told_at(item):
    """Turn what a field, a model or the database does not take into a SeedError with the place of `item`."""
    try:
        yield
    except (DatabaseError, ValidationError, TypeError, ValueError) as error:
        raise item.error(next(iter(str(error).splitlines()), "") or type(error).__name__) from error


@dataclass
class Seed:
    """One run over the files of `content_dir`."""

    content_dir: Path = CONTENT_DIR
    # Contents, what their placeholders (by slot) are to hold, and the item that they come from.
    unpublished: list = field(default_factory=list)
    # Takes stored uploads away again, which no transaction does.
    undo: ExitStack = field(default_factory=ExitStack)
    # The natural keys in the file that is being loaded.
    keys: set = field(default_factory=set)

    def run(self, progress=lambda name, loaded, kept: None):
        """Load every file; call `progress(file name, number created, number kept)` after each."""
        with self.undo:
            self._load(progress)
            self.undo.pop_all()

    def _load(self, progress):
        with transaction.atomic(), loading():
            users = get_user_model().objects
            self.user, created = users.get_or_create(username=LOADER, defaults={"is_active": False})
            # Another host that loads waits here, and then finds what this one has loaded.
            users.select_for_update().get(pk=self.user.pk)
            if created:
                self.user.set_unusable_password()
                self.user.save(update_fields=["password"])
            Site.objects.filter(name="example.com").update(name=SITE_NAME)
            for name, load in LOADERS.items():
                items = read(self.content_dir / name)
                self.keys.clear()
                done = []
                for item in items:
                    with told_at(item):
                        done.append(load(self, item))
                progress(name, sum(done), len(done) - sum(done))
            self.finish()

    def once(self, item, key):
        """Raise SeedError when an item of the same file had `key`: this one would be left out as if loaded before."""
        if str(key) in self.keys:
            raise item.error(f"“{key}” comes twice in this file.")
        self.keys.add(str(key))

    def finish(self):
        """Fill and publish the new contents. Only now, when all stand, may one name another."""
        for content, placeholders, item in self.unpublished:
            with told_at(item):
                for slot in list(placeholders):
                    _fill(_placeholder(content, slot, item), placeholders.take_items(slot), content.language)
            try:
                Version.objects.get_for_content(content).publish(self.user)
            except IntegrityError as error:
                raise item.error(f"slug: another page has the address “{content.slug}” already.") from error


def _placeholder(content, slot, item):
    if isinstance(content, PageContent):
        placeholder = content.placeholders.filter(slot=slot).first()
        if placeholder is None:
            raise item.error(f"the page’s template has no placeholder “{slot}”.")
        return placeholder
    return content.placeholder if isinstance(content, AliasContent) else content.prose


def load_upload(seed, item):
    place = item.take("file")
    if not (isinstance(place, str) and PLACE.fullmatch(place)):
        raise item.error(f"file: “{place}” is no place of an upload, such as filer_public/ab/cd/cell.png.")
    seed.once(item, place)
    if File.objects.filter(file=place).exists():
        return False
    upload = model_of(place)(folder=_folder(item))
    if unknown := item.keys() - set(FIELDS):
        raise item.error(f"there is no field “{min(unknown, key=str)}”.")
    _assign(upload, item)
    _check(upload, item)
    try:
        store(upload, place, source_of(place, seed.content_dir), seed.undo)
    except (UploadError, OSError) as error:
        raise item.error(error) from error
    return True


def _folder(item):
    """The folder of editors that the item names, with those above it first; None where it names none."""
    folder, names = None, item.pop("folder", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise item.error("“folder” must be a list of names, the uppermost first.")
    for name in names:
        inner = Folder.objects.filter(parent=folder, name=name).first() or Folder(parent=folder, name=name)
        if inner._state.adding:
            _check(inner, item)
            inner.save()
        folder = inner
    return folder


def load_reference(seed, item):
    seed.once(item, item.get("key"))
    if Reference.objects.filter(key=item.get("key")).exists():
        return False
    _save(Reference(), item)
    return True


def record_loader(model):
    """Return a function that loads the items of a file as records of the grouper `model`."""

    def load(seed, item):
        key = item.take("key")
        seed.once(item, key)
        if model.objects.filter(key=key).exists():
            return False
        record = model(key=key)
        _check(record, item)
        record.save()
        for language, words in _in_each_language(item):
            _create_record_content(seed, record, language, words)
        return True

    return load


def _create_record_content(seed, record, language, item):
    content_model = record._meta.get_field("contents").related_model
    placeholders = Item(prose=item.take_items("prose"))
    content = content_model(language=language)
    setattr(content, content.grouper_field_name, record)
    _assign(content, item)
    _check(content, item)
    values = {f.name: getattr(content, f.name) for f in content._meta.concrete_fields if not f.primary_key}
    content = content_model.objects.with_user(seed.user).create(**values)
    seed.unpublished.append((content, placeholders, item))


def _in_each_language(item):
    """Yield (language, item) of an item and of its translations. SeedError for a language that comes twice."""
    seen = set()
    for words in (item, *item.take_items("translations")):
        language = _take_language(words)
        if language in seen:
            raise words.error(f"the language “{language}” comes twice.")
        seen.add(language)
        yield language, words


def _take_language(item):
    language = item.pop("language", LANGUAGE)
    if not isinstance(language, str) or language not in dict(settings.LANGUAGES):
        raise item.error(f"there is no language “{language}”.")
    return language


def load_page(seed, item, parent=None):
    key = item.take("key")
    seed.once(item, key)
    children = item.take_items("children")
    page = Page.objects.filter(reverse_id=key).first()
    is_new = page is None
    if is_new:
        page = _create_page(seed, key, item, parent)
    loaded = [load_page(seed, child, parent=page) for child in children]
    return is_new or any(loaded)


def _create_page(seed, key, item, parent):
    is_home = item.pop("home", False)
    texts = [
        (words, _take_placeholders(words), _page_values(language, words)) for language, words in _in_each_language(item)
    ]
    if parent:
        parent.refresh_from_db()
    (_words, _placeholders, values), *translations = texts
    try:
        page = create_page(parent=parent, reverse_id=key, created_by=seed.user, **values)
        for _words, _placeholders, translated in translations:
            create_page_content(page=page, created_by=seed.user, **translated)
    except (TypeError, AssertionError, ValueError, ValidationError) as error:
        raise item.error(f"the page “{key}” cannot be made: {error}") from error
    for words, placeholders, values in texts:
        content = PageContent.admin_manager.get(page=page, language=values["language"])
        seed.unpublished.append((content, placeholders, words))
    if is_home:
        page.set_as_homepage()
    return page


def _take_placeholders(item):
    placeholders = item.pop("placeholders", Item())
    if not isinstance(placeholders, Item):
        raise item.error("“placeholders” must be a mapping of their names.")
    return placeholders


def _page_values(language, item):
    """The arguments of `create_page`, checked: it takes them unseen."""
    values = PAGE_DEFAULTS | {"title": item.take("title")} | item
    fields = {field.name for field in PageContent._meta.concrete_fields}
    content = PageContent(language=language, **{name: value for name, value in values.items() if name in fields})
    content.slug = content.slug or slugify(content.title)
    _check(content, item, exclude=["page", "created_by", "changed_by"])
    return values | {"language": language}


def load_alias(seed, item):
    code, language = item.take("code"), _take_language(item)
    seed.once(item, f"{code}, {language}")
    alias = Alias.objects.filter(static_code=code).first()
    if alias and AliasContent.admin_manager.filter(alias=alias, language=language).exists():
        return False
    if alias is None:
        category = Category.objects.filter(translations__name=ALIAS_CATEGORY).first()
        category = category or Category.objects.create(name=ALIAS_CATEGORY)
        alias = Alias.objects.create(static_code=code, category=category)
    content = AliasContent.objects.with_user(seed.user).create(alias=alias, name=item.take("name"), language=language)
    if "plugins" not in item:
        raise item.error("“plugins” is missing.")
    seed.unpublished.append((content, Item(content=item.take_items("plugins")), item))
    return True


RECORDS = {
    "recommendations.yaml": Recommendation,
    "disclaimers.yaml": Disclaimer,
    "cell-types.yaml": CellType,
    "clinic-risks.yaml": ClinicRiskArticle,
}
LOADERS = {
    UPLOADS_FILE: load_upload,
    "references.yaml": load_reference,
    **{name: record_loader(model) for name, model in RECORDS.items()},
    "pages.yaml": load_page,
    "aliases.yaml": load_alias,
}


def _fill(placeholder, plugins, language, target=None):
    """Add `plugins` (a list of mappings: `plugin`, its fields, `children`) to `placeholder`."""
    for plugin_item in plugins:
        data = plugin_item.copy()
        plugin_type = data.take("plugin")
        children = data.take_items("children")
        try:
            model = plugin_pool.get_plugin(plugin_type).model
        except (KeyError, TypeError) as error:
            raise data.error(f"there is no plugin “{plugin_type}”.") from error
        if plugin_type == "TextPlugin":
            _find_linked_pages(data)
        instance = model(plugin_type=plugin_type, language=language, placeholder=placeholder, position=1)
        _assign(instance, data)
        _check(instance, data, exclude=["placeholder", "parent"])
        if isinstance(instance, Text) and (problems := what_must_be_mended(instance.body)):
            raise data.error(f"body: {' '.join(problems)}")
        values = {name: getattr(instance, name) for name in data}
        plugin = add_plugin(placeholder, plugin_type, language, target=target, **values)
        if plugin_type == "TextPlugin":
            _cite(plugin, data)
        _fill(placeholder, children, language, target=plugin)


def _find_linked_pages(item):
    """Let each link of the text that names a page's key have the page's number."""
    body = str(item.get("body", ""))
    if other := OTHER_LINK.search(body):
        raise item.error(f'body: {other[0]} must name a page by its key, as in data-cms-href="page:home".')

    def link(match):
        return f'data-cms-href="cms.page:{_related(Page, unescape(match[1]), item).pk}"'

    if PAGE_LINK.search(body):
        item["body"] = PAGE_LINK.sub(link, body)


def _cite(text, item):
    """Turn each `[cite:key]` of the text plugin into a citation inside it."""
    if not CITATION_MARK.search(text.body):
        return

    def citation(match):
        reference = _related(Reference, match[1], item)
        plugin = add_plugin(text.placeholder, "CitationPlugin", text.language, target=text, reference=reference)
        return plugin_to_tag(plugin)

    text.body = CITATION_MARK.sub(citation, text.body)
    text.save()


def _save(instance, item):
    _assign(instance, item)
    _check(instance, item)
    instance.save()


def _assign(instance, item):
    """Set the fields of `instance` from `item`; a foreign key is given by the natural key (a page: its reverse_id)."""
    for name, value in item.items():
        try:
            model_field = instance._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise item.error(f"there is no field “{name}”.") from error
        if value is None and not model_field.null:
            raise item.error(f"{name}: nothing is written behind it. Leave the line out, or write '' there.")
        if model_field.many_to_one and value is not None:
            setattr(instance, name, _related(model_field.related_model, value, item))
        else:
            setattr(instance, name, value)


def _related(model, key, item):
    natural_key = "reverse_id" if model is Page else "file" if issubclass(model, File) else "key"
    try:
        return model.objects.get(**{natural_key: key})
    except (FieldError, ObjectDoesNotExist) as error:
        raise item.error(f"there is no {model._meta.verbose_name} “{key}”.") from error


def _check(instance, item, exclude=None):
    try:
        instance.full_clean(exclude=exclude, validate_unique=True)
    except ValidationError as error:
        problems = "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        raise item.error(problems) from error

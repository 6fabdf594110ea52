"""How the public contents stand: when each was reviewed, by whom, until when that holds, and what others it shows.

All of them are read with one question to the database, because readers' pages have few to spare.
"""

from collections import defaultdict, namedtuple
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from cms.models import Page, PageContent
from cms.plugin_pool import plugin_pool
from cms.utils.urlutils import admin_reverse
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    F,
    ForeignKey,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils.timezone import localdate
from djangocms_alias.models import AliasContent
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review.choices import Currency
from mscoe_portal.review.due_dates import currency, due_after
from mscoe_portal.review.models import ReviewPlan

# A row is a content with one of its signatures (or none), or that a content (type_id, object_id) shows a part.
_COLUMNS = {
    "type_id": IntegerField(),
    "object_id": IntegerField(),
    "part_type_id": IntegerField(),
    "part_id": IntegerField(),  # of the grouper; none: all of that type
    "grouper_id": IntegerField(),
    "language": CharField(),
    "title": CharField(),
    "version_id": IntegerField(),
    "state": CharField(),
    "created_by_id": IntegerField(),
    "locked_by_id": IntegerField(),
    "modified": DateTimeField(),
    "redirect": CharField(),
    "is_empty": BooleanField(),
    "months": IntegerField(),
    "owner_id": IntegerField(),
    "signed_at": DateTimeField(),
    "signed_by_id": IntegerField(),
    "name": CharField(),
    "credentials": CharField(),
    "may_be_named": BooleanField(),
}
_Row = namedtuple("_Row", _COLUMNS)


@dataclass(frozen=True)
class Review:
    """When something was reviewed, and until when that counts; `reviewer` is "" unless that clinician agreed to it."""

    reviewed_on: date | None = None
    due_on: date | None = None
    reviewer: str = ""
    credentials: str = ""

    @property
    def currency(self):
        return currency(self.due_on, localdate())

    @property
    def is_overdue(self):
        return self.currency == Currency.OVERDUE


@dataclass(frozen=True)
class Content:
    """One language of a page, an alias or a record, as one version has it, with that version's newest signature."""

    content_type_id: int
    object_id: int
    grouper_id: int
    language: str
    title: str
    version_id: int
    state: str
    created_by_id: int
    locked_by_id: int | None
    modified: datetime
    redirect: str  # where a page without words of its own leads
    is_empty: bool  # an alias without a plugin: the place of a seal, until an editor fills it
    owner_id: int | None
    signed_by_id: int | None
    signed_at: datetime | None
    review: Review

    @property
    def identity(self):
        return self.content_type_id, self.grouper_id, self.language

    @property
    def has_words(self):
        """Whether readers find any words of its own in it; of others no clinician signs, and no review is due."""
        return not self.redirect and not self.is_empty

    @property
    def preview_url(self):
        """Where staff look at it: the path of its preview."""
        return admin_reverse("cms_placeholder_render_object_preview", args=[self.content_type_id, self.object_id])


def public_contents():
    """All that has words for readers: a list of Content, each as it stands by its own signature."""
    return [content for content in contents_in(PUBLISHED) if content.has_words]


def contents_in(*states):
    """The contents of all versions in `states`: list of Content, each as it stands by its own signature."""
    found = {}
    for row in _ask(_question_of_contents(states)):
        _keep_newest(found, row)
    return list(found.values())


def page_reviews():
    """How each public content stands with all that it shows: {(content type id, id of the content): Review}."""
    contents = _Contents(_ask(_question_of_public_rows()))
    return {key: contents.review_with_parts(key) for key in contents.by_key}


def unsigned_parts(version):
    """What keeps the public `version` from counting as reviewed besides itself: list of Content, by title."""
    key = (version.content_type_id, version.object_id)
    unsigned = [part for part in _Contents(_ask(_question_of_public_rows())).with_parts(key) if not part.signed_at]
    return sorted((part for part in unsigned if part.version_id != version.pk), key=lambda part: part.title)


def review_of_version(version):
    """How `version`, public or a draft, stands with the public contents that it shows."""
    key = (version.content_type_id, version.object_id)
    contents = _Contents(map(_Row._make, _rows(Q(state=PUBLISHED) | Q(pk=version.pk))))
    contents.keys[contents.by_key[key].identity] = key
    return contents.review_with_parts(key)


class _Contents:
    """The contents of some versions, by key (content type id, id), and which others each shows."""

    def __init__(self, rows):
        self.by_key, self.parts = {}, defaultdict(set)
        for row in rows:
            if row.part_type_id:
                self.parts[row.type_id, row.object_id].add((row.part_type_id, row.part_id))
            else:
                _keep_newest(self.by_key, row)
        self.keys = {content.identity: key for key, content in self.by_key.items()}
        self.groupers = defaultdict(set)
        for type_id, grouper_id, _language in self.keys:
            self.groupers[type_id].add(grouper_id)

    def review_with_parts(self, key):
        """The oldest signature and the earliest due date of the content at `key` and all that it shows, however deep.

        Who shows what nobody has reviewed is not reviewed.
        """
        reviews = [content.review for content in self.with_parts(key)]
        if any(review.reviewed_on is None for review in reviews):
            return Review()
        oldest = min(reviews, key=lambda review: review.reviewed_on)
        due_on = min(review.due_on for review in reviews)
        return Review(oldest.reviewed_on, due_on, oldest.reviewer, oldest.credentials)

    def with_parts(self, key):
        """The content at `key`, and all that it shows: list of Content."""
        found, to_do = set(), [key]
        while to_do:
            found.add(current := to_do.pop())
            to_do += self._parts_of(current, self.by_key[key].language) - found
        return [self.by_key[each] for each in found]

    def _parts_of(self, key, language):
        """The keys of what the content at `key` shows in `language`: what is not translated in the site's own."""
        parts = {
            (type_id, part_id)
            for type_id, grouper_id in self.parts[key]
            for part_id in (self.groupers[type_id] if grouper_id is None else [grouper_id])
        }
        shown = (self.keys.get((*part, language)) or self.keys.get((*part, settings.LANGUAGE_CODE)) for part in parts)
        return {part for part in shown if part and not self.by_key[part].is_empty}


def _keep_newest(contents, row):
    """Put the content of `row` among `contents`, by key; of several signatures it has the newest."""
    key = (row.type_id, row.object_id)
    # The one that let it be published, or a later one.
    if key not in contents or (row.signed_at and row.signed_at > contents[key].signed_at):
        contents[key] = _content(row)


def _content(row):
    review = Review()
    if row.signed_at:
        reviewed_on = localdate(row.signed_at)
        named = (row.name, row.credentials) if row.may_be_named else ("", "")
        review = Review(reviewed_on, due_after(reviewed_on, row.months or ReviewPlan.MONTHS), *named)
    return Content(
        content_type_id=row.type_id,
        object_id=row.object_id,
        grouper_id=row.grouper_id,
        language=row.language,
        title=row.title,
        version_id=row.version_id,
        state=row.state,
        created_by_id=row.created_by_id,
        locked_by_id=row.locked_by_id,
        modified=row.modified,
        redirect=row.redirect or "",
        is_empty=bool(row.is_empty),
        owner_id=row.owner_id,
        signed_by_id=row.signed_by_id,
        signed_at=row.signed_at,
        review=review,
    )


def _versionables():
    return apps.get_app_config("djangocms_versioning").cms_extension.versionables


def _union(branches):
    """The rows of all `branches`: one queryset of values, in the order of `_Row`."""
    first, *others = branches
    return first.union(*others, all=True)


def _rows(versions):
    """The contents of `versions` (a condition on Version) and what each shows: one queryset."""
    items = _versionables()
    return _union([*(_contents(item, versions) for item in items), *_parts(items, versions)])


@cache
def _question_of_public_rows():
    """The rows of all that is public, as SQL with its values.

    To write that down takes Django ten times as long as the database needs to answer, so it is done once.
    """
    return _rows(Q(state=PUBLISHED)).query.sql_with_params()


@cache
def _question_of_contents(states):
    """The rows of the contents in `states`, without what they show, as SQL with its values."""
    versions = Q(state__in=states)
    return _union(_contents(item, versions) for item in _versionables()).query.sql_with_params()


def _ask(question):
    """The rows (`_Row`) that answer SQL with its values; as Django's own `raw()` asks, which gives models alone."""
    with connection.cursor() as cursor:
        cursor.execute(*question)
        rows = cursor.fetchall()
    compiler = Version.objects.all().query.get_compiler(connection=connection)
    converters = compiler.get_converters([Value(None, output_field=column) for column in _COLUMNS.values()])
    return map(_Row._make, compiler.apply_converters(rows, converters))


def _branch(rows, **values):
    """`rows` with the columns of a row: `values`, and nothing in the others."""
    # PostgreSQL takes an untyped nothing for a text, which it does not unite with another branch's number.
    nothing = {name: Cast(Value(None), column) for name, column in _COLUMNS.items()}
    columns = {f"row_{name}": value for name, value in (nothing | values).items()}
    return rows.order_by().annotate(**columns).values_list(*columns)


def _contents(item, versions):
    model = item.content_model
    of_content = Version.objects.filter(versions, content_type__in=item.content_types)
    plan = ReviewPlan.objects.filter(
        content_type=OuterRef("versions__content_type"),
        grouper_id=OuterRef(f"{item.grouper_field_name}_id"),
        language=OuterRef("language"),
    )
    signature = "versions__signatures"
    clinician = f"{signature}__signed_by__clinician"
    return _branch(
        model.admin_manager.filter(versions__in=of_content),
        type_id=F("versions__content_type_id"),
        object_id=F("pk"),
        grouper_id=F(f"{item.grouper_field_name}_id"),
        language=F("language"),
        title=F(_title_field(model)),
        version_id=F("versions__pk"),
        state=F("versions__state"),
        created_by_id=F("versions__created_by"),
        locked_by_id=F("versions__locked_by"),
        modified=F("versions__modified"),
        **({"redirect": F("redirect")} if model is PageContent else {}),
        **({"is_empty": ~Exists(_filled_aliases().filter(pk=OuterRef("pk")))} if model is AliasContent else {}),
        months=Subquery(plan.values("months")),
        owner_id=Subquery(plan.values("owner")),
        signed_at=F(f"{signature}__signed_at"),
        signed_by_id=F(f"{signature}__signed_by"),
        name=F(f"{clinician}__name"),
        credentials=F(f"{clinician}__credentials"),
        may_be_named=F(f"{clinician}__may_be_named"),
    )


def _filled_aliases():
    """Those that show something: one without a plugin counts for no reader (`templatetags.aliases`)."""
    return AliasContent.admin_manager.filter(placeholders__cmsplugin__isnull=False)


def _title_field(model):
    """The field that names a content: a record says it, a page has a title, an alias a name."""
    names = {field.name for field in model._meta.concrete_fields}
    return getattr(model, "title_field", None) or next(name for name in ("title", "name") if name in names)


def _parts(items, versions):
    """The ways in which a content shows others: by a plugin's key, by a plugin that shows all of a kind, by its own."""
    types = {item.grouper_model: ContentType.objects.get_for_model(item.content_model).pk for item in items}
    shows_all = apps.get_app_config("review").cms_extension.shown_groupers
    source = {
        "content_type_id": OuterRef("placeholder__content_type_id"),
        "object_id": OuterRef("placeholder__object_id"),
    }
    for model in sorted(
        {plugin.model for plugin in plugin_pool.get_all_plugins()}, key=lambda model: model._meta.label
    ):
        plugins = model.objects.filter(Exists(Version.objects.filter(versions, **source)))
        place = {"type_id": F("placeholder__content_type_id"), "object_id": F("placeholder__object_id")}
        for key in _keys(model, types):
            yield _branch(plugins.exclude(**{key.name: None}), **place, **_part(key, types))
        if model in shows_all:
            kind, values = shows_all[model]
            yield _branch(plugins.filter(**values), **place, part_type_id=Value(types[kind]))
    for item in items:
        contents = item.content_model.admin_manager.filter(versions__in=Version.objects.filter(versions))
        for key in _keys(item.content_model, types):
            if key.name != item.grouper_field_name:
                place = {"type_id": F("versions__content_type_id"), "object_id": F("pk")}
                yield _branch(contents.exclude(**{key.name: None}), **place, **_part(key, types))


def _keys(model, types):
    """The foreign keys of `model` to groupers. One to a page is a link: a page is never shown inside another."""
    keys = [column for column in model._meta.concrete_fields if isinstance(column, ForeignKey)]
    return [key for key in keys if key.related_model in types and key.related_model is not Page]


def _part(key, types):
    return {"part_type_id": Value(types[key.related_model]), "part_id": F(key.attname)}

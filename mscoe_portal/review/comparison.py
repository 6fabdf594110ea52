"""What changed from one version of a content to another: its parts and its fields, also those that no template shows.

Whether something changed is decided by the same `statement` that is digested and signed, so that nothing can differ
unseen: what a person reads below is only how it is told.
"""

import json
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from cms.plugin_pool import plugin_pool
from cms.utils.placeholder import get_declared_placeholders_for_obj, get_placeholder_conf
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from djangocms_text.models import Text
from djangocms_versioning import versionables
from djangocms_versioning.constants import PUBLISHED, UNPUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review.digest import plugins_of, statement
from mscoe_portal.review.where_used import name_of
from mscoe_portal.word_diff import (
    ADDED,
    REMOVED,
    SAME,
    Passage,
    Piece,
    likeness,
    passages,
    plain_tokens,
    rich_tokens,
)

CHANGED, MOVED = "changed", "moved"
# Of what is new nobody needs to read its language, which its title tells, nor these as long as no editor chose one.
_SETTINGS = {"soft_root", "template", "xframe_options", "limit_visibility_in_menu"}
# Two parts of the same kind that share fewer of their words are one taken out and another put in.
_ALIKE = 0.4


@dataclass(frozen=True)
class FieldChange:
    """A field whose value is another: its label, and its paragraphs with the words that changed."""

    label: str
    passages: list[Passage]


@dataclass(frozen=True)
class PartChange:
    """A plugin that was added, removed, changed or moved, with what stands in it."""

    kind: str
    name: str
    fields: list[FieldChange]
    parts: list["PartChange"]
    is_moved: bool = False

    @property
    def kind_in_words(self):
        words = {ADDED: _("added"), REMOVED: _("removed"), CHANGED: _("changed"), MOVED: _("moved")}[self.kind]
        return _("changed and moved") if self.is_moved and self.kind == CHANGED else words


@dataclass(frozen=True)
class AreaChange:
    """The changes in one area of the page (a placeholder), and how many of its parts are as they were."""

    name: str
    parts: list[PartChange]
    unchanged: int


@dataclass(frozen=True)
class Comparison:
    """What changed from `before` (None: there was nothing) to `after`."""

    before: Version | None
    after: Version
    fields: list[FieldChange] = field(default_factory=list)
    areas: list[AreaChange] = field(default_factory=list)

    @property
    def is_empty(self):
        return not (self.fields or self.areas)

    @property
    def is_from_public(self):
        """Whether `before` is what readers see."""
        return self.before is not None and self.before.state == PUBLISHED


def compare(after, before):
    """The Comparison of the versions `before` (or None) and `after`, of one content in one language."""
    old, new = _Side(before) if before else None, _Side(after)
    old_areas = old.areas if old else {}
    areas = []
    for slot in dict.fromkeys([*_slots(after.content), *new.areas, *old_areas]):
        parts, unchanged = _compare_parts(old_areas.get(slot, []), new.areas.get(slot, []))
        if parts:
            areas.append(AreaChange(_name_of_area(slot, after.content), parts, unchanged))
    return Comparison(before, after, _compare_fields(old and old.content, new.content), areas)


def versions_to_compare_with(version):
    """The other versions of the same content in the same language, the newest first."""
    versions = Version.objects.filter_by_content_grouping_values(version.content).exclude(pk=version.pk)
    return list(versions.select_related("created_by").order_by("-pk"))


def base_of(version):
    """The version that `version` is compared with at first: what is public, or was before it; None when nothing was."""
    others = versions_to_compare_with(version)
    earlier = [other for other in others if other.pk < version.pk]
    public = [other for other in others if other.state == PUBLISHED]
    return next(iter([*public, *(other for other in earlier if other.state == UNPUBLISHED)]), None)


class _Part:
    """A row with its fields as they are signed (`signed`), and as they are told: a content or a plugin.

    `parts` are the plugins that stand in it. What stands in a text is told in the text.
    """

    def __init__(self, row, signed, type_name=""):
        self.row = row
        self.type_name = type_name
        self.signed = signed
        self.parts = []

    @cached_property
    def key(self):
        """What this part says with all that stands in it: equal if, and only if, that is the same."""
        return json.dumps([self.type_name, self.signed, [part.key for part in self.parts]], sort_keys=True)

    @property
    def name(self):
        kind = str(plugin_pool.get_plugin(self.type_name).name)
        if self.is_text:
            return kind
        keys = [field for field in self.row._meta.concrete_fields if field.name in self.signed and field.is_relation]
        # A plugin without a name of its own is called by its number.
        name = "" if str(self.row) == str(self.row.pk) else str(self.row)
        shown = [self._in_words(key.name) for key in keys] if keys else [name]
        return ": ".join([kind, *filter(None, shown)])

    @property
    def is_text(self):
        return isinstance(self.row, Text)

    def says_the_same(self, name, other):
        """Whether the field `name` is signed as in `other`; a text with all that stands in it."""
        inner = [part.key for part in self.parts], [part.key for part in other.parts]
        is_body = self.is_text and name == "body"
        return self.signed.get(name) == other.signed.get(name) and (not is_body or inner[0] == inner[1])

    def is_untold(self, name):
        """Whether the field `name` says nothing to who reads all of a part that is new, or was taken out."""
        model_field = self.row._meta.get_field(name)
        is_default = model_field.value_from_object(self.row) == model_field.get_default()
        return name == "language" or (name in _SETTINGS and is_default)

    def label(self, name):
        # What the CMS calls a “slug”, and the “body” of a text.
        own = {"slug": _("address")} | ({"body": _("words")} if self.is_text else {})
        return capfirst(own.get(name) or str(self.row._meta.get_field(name).verbose_name))

    def tokens(self, name):
        """The words of the field `name`."""
        if self.is_text and name == "body":
            return rich_tokens(self.signed["body"], [part.name for part in self.parts])
        return plain_tokens(self._in_words(name))

    def _in_words(self, name):
        model_field = self.row._meta.get_field(name)
        value = model_field.value_from_object(self.row)
        if value is None or value == "":
            return ""
        if model_field.is_relation:
            return _public_name_of(getattr(self.row, name))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(model_field.flatchoices).get(value, value))

    @cached_property
    def all_tokens(self):
        return [token for name in self.signed for token in self.tokens(name)]


def _public_name_of(obj):
    """What readers call `obj`: of a record that is not public, a comparison may not tell a draft's name."""
    if not versionables.exists_for_grouper(obj):
        return str(obj)
    item = versionables.for_grouper(obj)
    contents = item.content_model.objects.filter(**{item.grouper_field_name: obj})
    public = contents.filter(language=get_language()).first() or contents.first()
    return name_of(public) if public else _("%(kind)s, not public yet") % {"kind": obj._meta.verbose_name}


class _Side:
    """One of the two versions: its content, and its plugins as trees, {slot: [part, …]}."""

    def __init__(self, version):
        signed = statement(version)
        self.content = _Part(version.content, signed["fields"])
        self.areas = {}
        for slot, plugins in plugins_of(version.content).items():
            self.areas[slot] = _tree(plugins, signed["plugins"].get(slot, []))


def _tree(plugins, rows):
    parts = [
        _Part(plugin, fields | {"language": language}, type_name)
        for plugin, (type_name, language, _parent, fields) in zip(plugins, rows, strict=True)
    ]
    top = []
    for part, (_type, _language, parent, _fields) in zip(parts, rows, strict=True):
        (top if parent is None else parts[parent].parts).append(part)
    for part in parts:
        if part.is_text:
            # Its marks count all plugins of the area: they would differ when something else is put in before it.
            marks = {f"<cms-plugin {parts.index(inner)}>": f"<cms-plugin {n}>" for n, inner in enumerate(part.parts)}
            part.signed["body"] = re.sub(
                r"<cms-plugin \d+>", lambda match, marks=marks: marks.get(match[0], ""), part.signed["body"]
            )
    return top


def _compare_fields(old, new):
    """The changes between the fields of two parts of which one may be None."""
    changes = []
    for name in (new or old).signed:
        if old.says_the_same(name, new) if old and new else (new or old).is_untold(name):
            continue
        found = passages(old.tokens(name) if old else [], new.tokens(name) if new else [])
        if old and new and not found:
            found = [Passage([Piece(SAME, _("The words are the same, but they are written or arranged otherwise."))])]
        if found:
            changes.append(FieldChange((new or old).label(name), found))
    return changes


def _compare_parts(old, new):
    """(changes, how many are as they were) between two lists of parts. What was removed comes last."""
    pairs = _pairs(old, new)
    stayed = _in_order([before for before, _after in pairs])
    changes = {}
    for before, after in pairs:
        is_moved = before not in stayed
        if old[before].key != new[after].key:
            inner = [] if new[after].is_text else _compare_parts(old[before].parts, new[after].parts)[0]
            fields = _compare_fields(old[before], new[after])
            changes[after] = PartChange(CHANGED, new[after].name, fields, inner, is_moved)
        elif is_moved:
            changes[after] = PartChange(MOVED, new[after].name, [], [], is_moved)
    unchanged = len(pairs) - len(changes)
    paired = {after for _before, after in pairs}
    changes |= {after: _whole(part, ADDED) for after, part in enumerate(new) if after not in paired}
    paired = {before for before, _after in pairs}
    removed = [_whole(part, REMOVED) for before, part in enumerate(old) if before not in paired]
    return [changes[after] for after in sorted(changes)] + removed, unchanged


def _pairs(old, new):
    """[(number in `old`, number in `new`), …] of the parts that are the same one, changed or not, as in `new`."""
    pairs = {}
    matcher = SequenceMatcher(None, [part.key for part in old], [part.key for part in new], autojunk=False)
    for block in matcher.get_matching_blocks():
        pairs |= {block.b + n: block.a + n for n in range(block.size)}
    left = [number for number in range(len(old)) if number not in pairs.values()]
    right = [number for number in range(len(new)) if number not in pairs]
    likely = [
        (_likeness(old[before], new[after]), -abs(before - after), before, after) for before in left for after in right
    ]
    likely.sort(reverse=True)
    for score, _distance, before, after in likely:
        if score >= _ALIKE and before not in pairs.values() and after not in pairs:
            pairs[after] = before
    return [(pairs[after], after) for after in sorted(pairs)]


def _likeness(old, new):
    """How likely it is that `new` is `old`, changed: from 0 to 1."""
    if old.type_name != new.type_name:
        return 0
    if old.key == new.key:
        return 1
    found = likeness(old.all_tokens, new.all_tokens)
    # A part that is no text has few words: a card that shows another record is the same card.
    return found if old.is_text else max(_ALIKE, found)


def _in_order(numbers):
    """The longest rising sequence in `numbers`: what stayed where it was while the others moved."""
    best = []
    for number in numbers:
        longest = max((rising for rising in best if rising[-1] < number), key=len, default=[])
        best.append([*longest, number])
    return set(max(best, key=len, default=[]))


def _whole(part, kind):
    """All of `part` as added or removed."""
    before, after = (part, None) if kind == REMOVED else (None, part)
    return PartChange(
        kind,
        part.name,
        _compare_fields(before, after),
        [] if part.is_text else [_whole(inner, kind) for inner in part.parts],
    )


def _slots(content):
    """The areas that the template of `content` has, in its order."""
    has_template = hasattr(content, "get_template") and content.get_template()
    return [placeholder.slot for placeholder in get_declared_placeholders_for_obj(content)] if has_template else []


def _name_of_area(slot, content):
    template = content.get_template() if hasattr(content, "get_template") else None
    return get_placeholder_conf("name", slot, template, default=capfirst(slot.replace("_", " ")))

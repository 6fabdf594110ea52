"""One number for exactly what a version says: two versions have the same if, and only if, they say the same.

In it are the content's own fields, its plugins in their order with theirs, and what these point at: by value where the
apps declare it (`signed_values`), else by identity, because it is a content of its own with signatures of its own.
Left out is bookkeeping: who saved when, ids, and which editor wrote a text.
"""

import hashlib
import json
import re
from collections import defaultdict

from cms.models import CMSPlugin, Placeholder
from cms.utils.plugins import downcast_plugins
from django.apps import apps
from djangocms_text.models import Text

BOOKKEEPING = {"created_by", "changed_by", "creation_date", "changed_date"}
TREE = {field.name for field in CMSPlugin._meta.get_fields()} | {"cmsplugin_ptr"}
# How a text was edited, not what it says.
EDITOR = {Text: {"json", "rte"}}
# djangocms-text marks a plugin inside a text with its id, which is another one in each copy.
PLUGIN_MARK = re.compile(r'<cms-plugin\b[^>]*?\bid="(\d+)"[^>]*>')


def lock_signed_values(version):
    """Lock what enters the digest of `version` by value until the transaction ends (PostgreSQL).

    It belongs to no version, so the lock of the version's row keeps nobody from changing it.
    """
    content = version.content
    rows = [content, *(plugin for of_slot in plugins_of(content).values() for plugin in of_slot)]
    for model, ids in _signed_ids(rows).items():
        list(model._base_manager.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def digest_of(version):
    """The digest (64 hexadecimal digits) of the content of `version`, with at most 15 queries."""
    return hashlib.sha256(json.dumps(statement(version), sort_keys=True).encode()).hexdigest()


def statement(version):
    """What `version` says, as lists, dicts and strings: what is digested, and what a comparison compares.

    `fields`: {name: value}; `plugins`: {slot: [[type, language, ordinal of the parent or None, {name: value}], …]}.
    """
    content = version.content
    plugins = plugins_of(content)
    values = _signed_values([content, *(plugin for of_slot in plugins.values() for plugin in of_slot)])
    skipped = BOOKKEEPING | {version.versionable.grouper_field_name}
    return {
        "model": content._meta.label_lower,
        "fields": _fields(content, skipped, values),
        "plugins": {slot: _rows(of_slot, values) for slot, of_slot in plugins.items() if of_slot},
    }


def plugins_of(content):
    """The plugins of `content`, each as its own model, in their order: {slot: [plugin, …]}."""
    placeholders = list(Placeholder.objects.get_for_obj(content).order_by("slot"))
    rows = CMSPlugin.objects.filter(placeholder__in=placeholders).order_by("placeholder__slot", "position")
    found = defaultdict(list)
    slots = {placeholder.pk: placeholder.slot for placeholder in placeholders}
    for plugin in downcast_plugins(list(rows), placeholders):
        found[slots[plugin.placeholder_id]].append(plugin)
    return {slot: sorted(found[slot], key=lambda plugin: plugin.position) for slot in sorted(found)}


def digested_fields(model):
    """The fields of `model` that are digested, unless they are skipped by name."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _rows(plugins, values):
    ordinals = {plugin.pk: number for number, plugin in enumerate(plugins)}

    def mark(match):
        return f"<cms-plugin {ordinals.get(int(match[1]))}>"

    rows = []
    for plugin in plugins:
        fields = _fields(plugin, TREE | EDITOR.get(type(plugin), set()), values)
        if isinstance(plugin, Text):
            fields["body"] = PLUGIN_MARK.sub(mark, fields["body"])
        rows.append([plugin.plugin_type, plugin.language, ordinals.get(plugin.parent_id), fields])
    return rows


def _fields(row, skipped, values):
    return {field.name: _value(field, row, values) for field in digested_fields(type(row)) if field.name not in skipped}


def _value(field, row, values):
    value = field.value_from_object(row)
    # Forms turn nothing into an empty text.
    if value is None:
        return ""
    if field.is_relation:
        return values.get((_signed_model(field), value), f"{field.related_model._meta.label_lower} {value}")
    return field.value_to_string(row)


def _signed_model(field):
    """The declared model by whose values what `field` points at is signed, or None."""
    declared = apps.get_app_config("review").cms_extension.signed_values
    return next((model for model in declared if issubclass(field.related_model, model)), None)


def _signed_values(rows):
    """What is signed by value, with one query for each declared model: {(model, id): text}."""
    declared = apps.get_app_config("review").cms_extension.signed_values
    return {
        (model, pk): json.dumps([model._meta.label_lower, *map(str, values)])
        for model, ids in _signed_ids(rows).items()
        for pk, *values in model._base_manager.filter(pk__in=ids).values_list("pk", *declared[model])
    }


def _signed_ids(rows):
    """Which rows of the declared models `rows` point at: {model: ids}."""
    wanted = defaultdict(set)
    for row in rows:
        for field in digested_fields(type(row)):
            if field.is_relation and (model := _signed_model(field)) and (value := field.value_from_object(row)):
                wanted[model].add(value)
    return wanted

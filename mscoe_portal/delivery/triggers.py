"""Triggers that move the generation when something changes that the public can see.

In the database, because then no way of writing can miss it (a bulk update, `set_home`, which sends no signal, a script,
another host), and because it commits or rolls back together with the change. On PostgreSQL they run at the commit: the
one row of the generation, locked any earlier, would make two publishes wait for one another, each for the other's rows.
"""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.delivery.models import Generation

CHANNEL = "mscoe_portal_generation"
GENERATION = Generation._meta.db_table
VERSION, CONTENT_TYPE = Version._meta.db_table, ContentType._meta.db_table
_TOUCHES_PUBLISHED = {
    "INSERT": f"NEW.state = '{PUBLISHED}'",
    "UPDATE": f"OLD.state <> NEW.state AND '{PUBLISHED}' IN (OLD.state, NEW.state)",
    "DELETE": f"OLD.state = '{PUBLISHED}'",
}


def watched_tables():
    """What the triggers watch: (table, event, condition in SQL)."""
    for event, condition in _TOUCHES_PUBLISHED.items():
        yield VERSION, event, condition
        for model in apps.get_app_config("delivery").cms_extension.models:
            yield model._meta.db_table, event, "TRUE"
    for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables:
        # The identity of a record, page or alias: it is public with its contents, and goes with their versions.
        yield item.grouper_model._meta.db_table, "UPDATE", "TRUE"
        # Contents are meant to change as drafts only; the CMS writes some fields of a published one in place.
        model = item.content_model
        is_published = (
            f"EXISTS (SELECT 1 FROM {VERSION} v JOIN {CONTENT_TYPE} t ON t.id = v.content_type_id "  # noqa: S608
            f"WHERE t.app_label = '{model._meta.app_label}' AND t.model = '{model._meta.model_name}' "
            f"AND v.object_id = NEW.{model._meta.pk.column} AND v.state = '{PUBLISHED}')"
        )
        yield model._meta.db_table, "UPDATE", is_published


def create_triggers(using, **kwargs):
    """Create the generation's row and all triggers, in place of those of an earlier release (post_migrate)."""
    connection = connections[using]
    _row, is_new = Generation.objects.using(using).get_or_create(pk=1)
    if is_new:
        Generation.objects.using(using).move()
    for table, event, condition in watched_tables():
        # Each in one step: servers may be running, and what changes meanwhile must not go unseen.
        with transaction.atomic(using), connection.cursor() as cursor:
            for sql in _STATEMENTS[connection.vendor](table, f"delivery_{table}_{event.lower()}", event, condition):
                cursor.execute(sql)


def _sqlite(table, name, event, condition):
    yield f"DROP TRIGGER IF EXISTS {name}"
    move = f"UPDATE {GENERATION} SET token = random()"  # noqa: S608 - our names
    yield f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {condition} BEGIN {move}; END"


def _postgresql(table, name, event, condition):
    move = f"UPDATE {GENERATION} SET token = (random() * 9e18)::bigint"  # noqa: S608 - our names
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF {condition} THEN "
        f"{move}; PERFORM pg_notify('{CHANNEL}', ''); END IF; RETURN NULL; END$$"
    )
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


_STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}

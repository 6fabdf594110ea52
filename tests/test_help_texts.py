"""Every field that an editor fills in says below it, in plain words, what belongs there."""

import pytest
from cms.plugin_pool import plugin_pool
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def shown_fields():
    """What editors fill in of our own models, in an admin or a plugin: {name of model and field: form field}."""
    request = RequestFactory().get("/")
    request.user = make_user(is_superuser=True)
    admins = [made for made in admin.site._registry.values() if made.has_change_permission(request)]
    plugins = [plugin(plugin.model, admin.site) for plugin in plugin_pool.get_all_plugins()]
    fields = {}
    for made in admins + plugins:
        if made.model.__module__.startswith(("stemcells.", "mscoe_portal.")):
            names, form = flatten_fieldsets(made.get_fieldsets(request)), made.get_form(request)
            fields |= {f"{made.model.__name__}.{name}": form.base_fields.get(name) for name in names}
    return {name: field for name, field in fields.items() if field and not field.widget.is_hidden}


def test_every_field_has_a_help_text():
    fields = shown_fields()
    assert {"Reference.year", "CellType.content__short_name", "Callout.text", "Clinician.name"} <= fields.keys()
    assert sorted(name for name, field in fields.items() if not field.help_text) == []

"""Every field that an editor fills in says below it, in plain words, what belongs there."""

import re

import pytest
from cms.cms_wizards import cms_page_wizard
from cms.plugin_pool import plugin_pool
from cms.utils.urlutils import admin_reverse
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.sites.models import Site
from django.test import RequestFactory

from tests.factories import make_page, make_user, page_content

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


def test_the_fields_of_a_page_are_told_in_plain_words(admin_client, admin_user):
    draft = page_content(make_page(user=admin_user, published=False))
    urls = (admin_reverse("cms_pagecontent_add"), admin_reverse("cms_pagecontent_change", args=[draft.pk]))
    forms = [admin_client.get(url).context["adminform"].form for url in urls]
    about = {"_site": Site.objects.get(), "_request": RequestFactory().get("/"), "language_code": "en"}
    wizard = type("Wizard", (cms_page_wizard.form,), about)()
    fields = [(name, field) for form in [*forms, wizard] for name, field in form.fields.items()]
    told = {name: f"{field.label} {field.help_text}" for name, field in fields if not field.widget.is_hidden}
    assert [name for name, field in fields if name in told and not field.help_text] == []
    foreign = re.compile("default|overwrite|URL|meta tag|slug|plugin|template|render|root|header", re.IGNORECASE)
    assert {name: words for name, words in told.items() if foreign.search(words)} == {}
    assert "Leave it empty, and it is made from the title." in wizard.fields["slug"].help_text

"""Make the bench's pages (`page.json`) in a django CMS project. Run in the project, with its Python."""

import json
from pathlib import Path

import django

django.setup()

from cms.api import add_plugin, create_page  # noqa: E402 - needs the apps
from cms.models import PageContent  # noqa: E402 - the same
from django.contrib.auth import get_user_model  # noqa: E402 - the same
from django.db import transaction  # noqa: E402 - the same
from djangocms_versioning.models import Version  # noqa: E402 - the same

page = json.loads(Path("page.json").read_text())
editor = get_user_model().objects.create_superuser("editor")


def add(title, slug, sections, parent=None):
    if parent:
        parent.refresh_from_db()
    new = create_page(title, "cms-base.html", "en-us", slug=slug, parent=parent, in_navigation=True, created_by=editor)
    content = PageContent.admin_manager.get(page=new)
    for body in sections:
        add_plugin(content.get_placeholders().first(), "TextPlugin", "en-us", body=body)
    Version.objects.get_for_content(content).publish(editor)
    return new


with transaction.atomic():
    add("Home", "home", page["short"]).set_as_homepage()
    for topic in page["menu"]:
        parent = add(topic["title"], topic["slug"], page["short"])
        for child in topic["pages"]:
            path = f"/{topic['slug']}/{child['slug']}/"
            add(child["title"], child["slug"], page["sections"] if path == page["path"] else page["short"], parent)

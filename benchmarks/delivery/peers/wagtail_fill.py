"""Make the bench's pages (`page.json`) in a Wagtail project. Run in the project, with its Python."""

import json
from pathlib import Path

import django

django.setup()

from home.models import HomePage, TextPage  # noqa: E402 - needs the apps

page = json.loads(Path("page.json").read_text())


def add(parent, title, slug, sections):
    body = "\n".join(sections)
    new = parent.add_child(instance=TextPage(title=title, slug=slug, body=body, show_in_menus=True))
    new.save_revision().publish()
    return new


home = HomePage.objects.get()
for topic in page["menu"]:
    parent = add(home, topic["title"], topic["slug"], page["short"])
    for child in topic["pages"]:
        path = f"/{topic['slug']}/{child['slug']}/"
        add(parent, child["title"], child["slug"], page["sections"] if path == page["path"] else page["short"])

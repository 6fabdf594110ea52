"""What editors change is saved as a browser sends it: with the fields that stand in the page, and no others."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from lxml import html

from tests.editor_contents import make_contents
from tests.editor_pages import PAGES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    # djangocms-versioning's filter of languages; a warning to nobody else.
    pytest.mark.filterwarnings("ignore:get_language_tuple called without"),
]

# Each kind of form that changes what is there: a page of `editor_pages` where the person may, and what they change.
FORMS = {
    "alias_form": ("part of every page, draft", "content__name"),
    "callout_form": ("call-out", "text"),
    "celltype_form": ("cell type, draft", "content__concern"),
    "citation_form": ("citation", "reference"),
    "clinician_form": ("own name", "credentials"),
    "clinicriskarticle_form": ("clinic risk, draft", "content__summary"),
    "disclaimer_form": ("disclaimer, draft", "content__text"),
    "image_form": ("picture", "default_alt_text"),
    "page_form": ("page’s advanced settings", "reverse_id"),
    "pagecontent_form": ("page’s settings", "title"),
    "recommendation_form": ("recommendation, draft", "content__statement"),
    "redirect_form": ("redirect", "new_path"),
    "reference_form": ("source", "journal"),
    "site_form": ("site", "name"),
    "text_form": ("text", "body"),
    "user_form": ("person", "first_name"),
}
OTHER = {"body": "<p>Other words.</p>", "new_path": "/other/", "reverse_id": "other"}
WINDOW_CLOSES = "admin/cms/page/plugin/confirm_form.html"


@pytest.fixture(scope="module")
def there(site):
    """What `make_contents` made, for all tests of this module: what one of them changes is undone after it."""
    return make_contents()


def form_in(client, path, form_id):
    """The form `form_id` of the page at `path`, as a browser has it."""
    return html.fromstring(client.get(path).content.decode()).get_element_by_id(form_id, None)


def save_a_change(there, form_id):
    """Change a field of the form, and send it as a browser does: (client, path, field, value, answer)."""
    name, field = FORMS[form_id]
    page = PAGES[name](there)
    client = Client()
    client.force_login(there.people[page.person])
    form = form_in(client, page.path, form_id)
    value = there.cited.pk if field == "reference" else OTHER.get(field, "Other words")
    answer = client.post(urljoin(page.path, form.get("action") or ""), dict(form.form_values()) | {field: value})
    return client, page.path, field, value, answer


@pytest.mark.parametrize("form_id", FORMS)
def test_a_change_is_saved_as_a_browser_sends_it(there, form_id):
    client, path, field, value, answer = save_a_change(there, form_id)
    is_closed = WINDOW_CLOSES in [template.name for template in answer.templates]
    assert answer.status_code == 302 or is_closed, answer.text
    assert str(value) in str(dict(form_in(client, path, form_id).form_values())[field])


@pytest.mark.parametrize(
    "form_id", ["alias_form", "celltype_form", "pagecontent_form"], ids=["alias", "record", "settings of a page"]
)
def test_who_has_saved_a_draft_is_told_that_readers_do_not_see_it_yet(there, form_id):
    client, *_of_the_form = save_a_change(there, form_id)
    told = html.fromstring(client.get("/admin/").content.decode()).get_element_by_id("messages")
    assert "It is a draft: readers do not see it yet." in told.text_content()


def test_each_form_that_changes_what_is_there_is_tried(there):
    found, seen = set(), set()
    for make in PAGES.values():
        page = make(there)
        view = resolve(urlsplit(page.path).path).view_name
        kind = page.path if view.endswith("_edit_plugin") else view
        if kind in seen or not page.person or page.sends is not None or "/add" in page.path:
            continue
        seen.add(kind)
        client = Client()
        client.force_login(there.people[page.person])
        response = client.get(page.path)
        if response.status_code == 200 and b"<form" in response.content:
            forms = html.fromstring(response.content.decode()).xpath("//form[@method='post']/@id")
            found |= {form_id for form_id in forms if form_id.endswith("_form")}
    assert found - {"folder_form"} == FORMS.keys()

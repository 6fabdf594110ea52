"""Every address of the admin that writes: who does not hold the draft changes nothing there, and is told why."""

import re

import pytest
from cms.api import create_page_content
from django.core.signing import Signer
from django.urls import get_resolver, reverse
from djangocms_alias.models import AliasContent, Category

from mscoe_portal.review.digest import digest_of
from tests.factories import (
    add_plugin,
    add_text,
    make_alias,
    make_cell_type,
    make_page,
    make_reference,
    make_user,
    page_content,
    publish,
)
from tests.review.people import undone, version_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The `node` has been removed"),  # versioning, at copy_language
]

# How an address is guarded. HELD: the attempts below show it.
HELD = "asks who holds the draft"
SHARE = "of a draft: for who may share it, written down (test_sharing)"
READS = "changes nothing that readers or reviewers see"
NEW = "makes a draft, which its author holds"
STEP = "a step of a version: conditions, gate and guards (test_gate, test_steps, test_guards)"
ACT = "without a version: for reviewers and site managers, written down (test_acts_without_version, test_sources)"
NEVER = "refused to everybody (test_guards, test_acts_without_version, test_admin_permissions)"
PERMISSION = "has no words of a version; the groups' rights keep it for those who may"

RECORD = "stemcells_(celltype|clinicriskarticle|recommendation|disclaimer)"
# Each name of an address matches exactly one of these.
GUARDS = [
    ("index|login|logout|password_change(_done)?|jsi18n|autocomplete|view_on_site|app_list", READS),
    (r"\w+_(changelist|history)", READS),
    # django CMS
    ("cms_placeholder_(add_plugin|edit_plugin|delete_plugin|move_plugin|copy_plugins|clear_placeholder)", HELD),
    ("cms_placeholder_edit_field", HELD),
    ("cms_placeholder_render_object_(edit|structure|preview)", READS),
    (r"cms_usersettings_\w+", READS),
    ("cms_page_(get_list|actions_menu|get_copy_dialog|get_permissions)|cms_pagecontent_get_tree", READS),
    ("cms_page_(move_page|set_home|advanced|change|delete)", ACT),
    ("cms_page_(edit_title_fields|add)|cms_pagecontent_delete", NEVER),
    ("cms_wizard_create|cms_page_copy_page|cms_pagecontent_(add|duplicate)", NEW),
    ("cms_pagecontent_(change|copy_language|change_innavigation|change_template)", HELD),
    # djangocms-versioning
    (r"djangocms_versioning_\w+version_(grouper|compare)", READS),
    (r"djangocms_versioning_\w+version_(archive|publish|unpublish|edit_redirect|revert|unlock)", STEP),
    (r"djangocms_versioning_\w+version_(discard|add|change|delete)", NEVER),
    # djangocms-alias, djangocms-text, djangocms-link
    ("djangocms_alias_(alias_change|create|detach_plugin)", HELD),
    ("djangocms_alias_aliascontent_change", READS),
    ("djangocms_alias_(alias|aliascontent)_(add|delete)", NEVER),
    (r"djangocms_alias_(alias_usage|select2|category_list_select2)|djangocms_link_\w+", READS),
    ("djangocms_alias_category_(add|change|delete|delete_translation)", PERMISSION),
    ("djangocms_text_textplugin_revert_on_cancel", HELD),
    ("djangocms_text_textplugin_(render_plugin|get_messages|get_available_urls)", READS),
    # Ours
    (f"{RECORD}(content)?_change", HELD),
    (f"{RECORD}_add", NEW),
    (f"{RECORD}_delete", NEVER),
    ("stemcells_reference_(add|change|delete)", ACT),
    ("step|version", STEP),
    ("session|your-sign-in|second-factor", READS),
    (
        "set-up|passkey|recovery-codes|remove|forgotten-password(-sent)?|new-password|accept-invitation",
        "of one's own sign-in",
    ),
    ("reset-second-factor|invite-again", ACT),
    ("desk_(section|rules)", READS),
    ("review_auditentry_csv", READS),
    ("review_auditentry_(add|change|delete)|review_clinician_delete", NEVER),
    ("review_clinician_(add|change)", ACT),
    ("share|end_sharing", SHARE),
    # Django and filer
    ("auth_user_(add|change|password_change)", ACT),
    ("auth_user_delete", NEVER),
    ("(sites_site|redirects_redirect)_(add|change|delete)", ACT),
    ("auth_group_(add|change|delete)", PERMISSION),
    ("filer_(file|image)_(change|delete)", ACT),
    ("filer_(clipboard|folder|folderpermission|thumbnailoption)_(add|change|delete)", PERMISSION),
    (r"filer_(file|image)_(add|fileicon|expand)|filer-\w+(-\w+)*", PERMISSION),
]


def names_of(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names_of(pattern)
        elif pattern.name:
            yield pattern.name


def admin_names():
    parts = [part for part in get_resolver().url_patterns if str(part.pattern).startswith("admin/")]
    return sorted({name for part in parts for name in names_of(part)})


def guards_of(name):
    return [guard for pattern, guard in GUARDS if re.fullmatch(pattern, name)]


def test_each_address_of_the_admin_was_looked_at():
    unclear = {name: guards_of(name) for name in admin_names() if len(guards_of(name)) != 1}
    assert unclear == {}, "say once in GUARDS how each is guarded"


# --- The attempts ---


class Drafts:
    """What the attempts aim at: drafts of a page with texts and an alias in it, of that alias and of a record."""

    def __init__(self, author):
        self.page = make_page("Draft", user=author, published=False)
        self.content = page_content(self.page)
        self.text, self.other = add_text(self.page, "<p>One.</p>"), add_text(self.page, "<p>Two.</p>")
        self.placeholder = self.text.placeholder
        self.alias = make_alias(
            "nested", user=author, plugins=[("TextPlugin", {"body": "<p>Three.</p>"})], published=False
        )
        self.alias_content = AliasContent.admin_manager.get(alias=self.alias)
        self.alias_plugin = add_plugin(self.placeholder, "Alias", alias=self.alias)
        # Its text does not name it, as if the editor had just taken it out.
        add_plugin(self.placeholder, "CitationPlugin", target=self.text, reference=make_reference())
        self.record = make_cell_type(user=author, published=False)
        self.contents = [self.content, self.alias_content, self.record]

    def digests(self):
        return [digest_of(version_of(content)) for content in self.contents]


def save(client, url, **changes):
    """Send the form at `url` with `changes`, as a browser would; where there is none to fill in, just these."""
    page = client.get(url)
    form = page.context["adminform"].form if page.status_code == 200 and "adminform" in (page.context or {}) else None
    values = {field.html_name: field.value() for field in form} if form else {}
    return client.post(url, {name: value for name, value in values.items() if value is not None} | changes)


def placeholder_url(name, *args):
    return reverse(f"admin:cms_placeholder_{name}", args=args)


def add(client, draft):
    query = {
        "placeholder_id": draft.placeholder.pk,
        "plugin_type": "TextPlugin",
        "plugin_language": "en",
        "plugin_position": 1,
        "cms_path": "/",
    }
    return client.post(placeholder_url("add_plugin"), {"body": "<p>New.</p>"}, query_params=query)


def edit(client, draft):
    return save(client, placeholder_url("edit_plugin", draft.text.pk) + "?cms_path=/", body="<p>Changed.</p>")


def edit_field(client, draft):
    url = placeholder_url("edit_field", draft.text.pk, "en") + "?edit_fields=body"
    return client.post(url, {"body": "<p>Changed.</p>"})


def delete(client, draft):
    return client.post(placeholder_url("delete_plugin", draft.text.pk) + "?cms_path=/", {"post": "yes"})


def move(client, draft):
    data = {"plugin_id": draft.other.pk, "target_language": "en", "target_position": 1}
    return client.post(placeholder_url("move_plugin") + "?cms_path=/", data)


def clear(client, draft):
    return client.post(placeholder_url("clear_placeholder", draft.placeholder.pk) + "?cms_path=/", {"post": "yes"})


def copy_into(client, draft):
    source = page_content(make_page(published=False))
    data = {
        "source_placeholder_id": add_text(source.page, "<p>New.</p>").placeholder_id,
        "source_language": "en",
        "target_placeholder_id": draft.placeholder.pk,
        "target_language": "en",
    }
    return client.post(placeholder_url("copy_plugins") + "?cms_path=/", data)


def page_content_url(name, content):
    return reverse(f"admin:cms_pagecontent_{name}", args=[content.pk])


def settings_form(client, draft):
    return save(client, page_content_url("change", draft.content), title="Changed")


def navigation(client, draft):
    return client.post(page_content_url("change_innavigation", draft.content))


def template(client, draft):
    return client.post(page_content_url("change_template", draft.content), {"template": "pages/home.html"})


def copy_language(client, draft):
    """From Spanish, so that the draft is what is written to."""
    spanish = create_page_content("es", "Borrador", draft.page, created_by=make_user())
    add_plugin(spanish.get_placeholders().get(slot="content"), "TextPlugin", "es", body="<p>Nuevo.</p>")
    return client.post(page_content_url("copy_language", spanish), {"target_language": "en"})


def alias_form(client, draft):
    return save(client, reverse("admin:djangocms_alias_alias_change", args=[draft.alias.pk]), content__name="Changed")


def record_form(client, draft):
    url = reverse("admin:stemcells_celltype_change", args=[draft.record.record.pk])
    return save(client, url, content__summary="Changed.")


def cancel_text(client, draft):
    """Closing the editor takes away what its text no longer names."""
    token = Signer(salt=client.session.session_key).sign(draft.text.pk)
    return client.post(reverse("admin:djangocms_text_textplugin_revert_on_cancel"), {"token": token})


def create_alias(client, draft):
    data = {
        "plugin": draft.text.pk,
        "category": Category.objects.get().pk,
        "name": "Taken out",
        "language": "en",
        "replace": "on",
    }
    return client.post(reverse("admin:djangocms_alias_create"), data)


def detach_alias(client, draft):
    return client.post(reverse("admin:djangocms_alias_detach_plugin", args=[draft.alias_plugin.pk]))


ATTEMPTS = {
    "cms_placeholder_add_plugin": add,
    "cms_placeholder_edit_plugin": edit,
    "cms_placeholder_edit_field": edit_field,
    "cms_placeholder_delete_plugin": delete,
    "cms_placeholder_move_plugin": move,
    "cms_placeholder_clear_placeholder": clear,
    "cms_placeholder_copy_plugins": copy_into,
    "cms_pagecontent_change": settings_form,
    "cms_pagecontent_change_innavigation": navigation,
    "cms_pagecontent_change_template": template,
    "cms_pagecontent_copy_language": copy_language,
    "djangocms_alias_alias_change": alias_form,
    "stemcells_celltype_change": record_form,
    "djangocms_text_textplugin_revert_on_cancel": cancel_text,
    "djangocms_alias_create": create_alias,
    "djangocms_alias_detach_plugin": detach_alias,
}


@pytest.fixture
def superuser(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def unlock(content):
    version = version_of(content)
    version.locked_by = None
    version.save()


def refused(response):
    """Whether the answer is a refusal, in words. `edit_field` tells it in a dialog of its own."""
    text = response.content.decode()
    return response.status_code in (400, 403, 409) or "do not have permission" in text or "not found" in text


@pytest.mark.slow
@pytest.mark.parametrize("holder", ["another", "nobody", "public"])
def test_who_does_not_hold_the_draft_changes_nothing(client, superuser, subtests, holder):
    drafts = Drafts(superuser if holder != "another" else make_user())
    for content in drafts.contents:
        if holder == "nobody":
            unlock(content)
        elif holder == "public":
            publish(content)
    before = drafts.digests()
    for name, attempt in ATTEMPTS.items():
        with subtests.test(attempt=name), undone():
            assert refused(attempt(client, drafts))
            assert drafts.digests() == before


# No plugin offers a field for `edit_field`.
EFFECTIVE = [attempt for attempt in ATTEMPTS.values() if attempt is not edit_field]


@pytest.mark.slow
def test_who_holds_the_draft_changes_it_by_the_same_request(client, superuser, subtests):
    drafts = Drafts(superuser)
    before = drafts.digests()
    for attempt in EFFECTIVE:
        with subtests.test(attempt=attempt.__name__), undone():
            attempt(client, drafts)
            assert drafts.digests() != before
    assert drafts.digests() == before


def test_each_address_that_asks_who_holds_the_draft_is_tried():
    # All records have the same form and the same guards (test_guards tries their contents).
    same = [name for name in admin_names() if re.fullmatch(f"{RECORD}(content)?_change", name)]
    held = {name for name in admin_names() if guards_of(name) == [HELD]}
    assert held - set(same) | {"stemcells_celltype_change"} == set(ATTEMPTS)


def test_a_refusal_says_who_holds_the_draft(client, superuser):
    drafts = Drafts(make_user("ana"))
    for attempt in (add, edit, delete, move, clear, copy_into, record_form, alias_form, settings_form):
        assert "ana" in attempt(client, drafts).content.decode(), attempt.__name__


def test_a_script_gets_the_reason_as_plain_text(client, superuser):
    drafts = Drafts(make_user("ana"))
    client.defaults["HTTP_X_REQUESTED_WITH"] = "XMLHttpRequest"
    response = move(client, drafts)
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode() == "ana is writing this draft. Ask them, or take the draft over."

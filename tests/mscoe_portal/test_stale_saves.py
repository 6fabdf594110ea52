"""Saves that would write over what was saved meanwhile, and what is given back when a save is refused."""

import pytest
from cms.api import add_plugin
from cms.plugin_pool import plugin_pool
from cms.utils.urlutils import admin_reverse
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.loading import loading
from mscoe_portal.stale_saves import compare
from mscoe_portal.stamped_admin import StampedAdmin
from stemcells.models import CellTypeContent, Reference
from tests.factories import add_text, make_cell_type, make_page, make_reference, make_user, page_content, publish
from tests.review.people import undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STALE = 409


@pytest.fixture
def author(client):
    user = make_user("author", groups=["Authors"], first_name="Ana", last_name="Ruiz")
    client.force_login(user)
    return user


@pytest.fixture
def record(author):
    """A draft of the author's."""
    return make_cell_type(user=author, published=False, concern="Old concern.", origin_detail="Old origin.")


@pytest.fixture
def text(author):
    return add_text(make_page(user=author, published=False), "<p>Old words.</p>")


def record_url(content):
    return admin_reverse("stemcells_celltype_change", args=[content.cell_type_id]) + "?language=en"


def plugin_url(plugin):
    return admin_reverse("cms_placeholder_edit_plugin", args=[plugin.pk]) + "?cms_path=/"


def opened(client, url):
    """The form at `url` in a window of its own: what it would send."""
    return sent_by(client.get(url))


def sent_by(response):
    form = response.context["adminform"].form
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None}


def words(response):
    return " ".join(response.content.decode().split())


def in_database(content):
    return CellTypeContent.admin_manager.get(pk=content.pk)


# --- Records ---


def test_fields_that_only_one_side_changed_merge_and_are_named(client, record):
    first = second = opened(client, record_url(record))
    client.post(record_url(record), first | {"content__concern": "New concern."})
    response = client.post(record_url(record), second | {"content__origin_detail": "New origin."}, follow=True)
    saved = in_database(record)
    assert (saved.concern, saved.origin_detail) == ("New concern.", "New origin.")
    assert "Saved, together with what was changed meanwhile: Concern." in words(response)


def test_the_ends_of_lines_that_a_browser_sends_are_no_change(client, author):
    record = make_cell_type(user=author, published=False, key_points="One.\nTwo.")
    form = opened(client, record_url(record))
    client.post(record_url(record), form | {"content__key_points": "One.\r\nTwo.", "content__concern": "New."})
    assert (in_database(record).key_points, in_database(record).concern) == ("One.\nTwo.", "New.")


@pytest.fixture
def conflict(client, record):
    """The answer to a save of what was changed in another window meanwhile."""
    first = second = opened(client, record_url(record))
    client.post(record_url(record), first | {"content__concern": "Theirs is <new>.", "content__origin_detail": "Their"})
    return client.post(record_url(record), second | {"content__concern": "Mine is new.", "content__position": "7"})


def test_a_field_that_both_changed_is_not_saved_and_shows_both_texts(conflict, record):
    assert conflict.status_code == STALE
    assert in_database(record).concern == "Theirs is <new>."
    assert in_database(record).position != 7
    page = words(conflict)
    assert "Not saved: this was changed while you were writing" in page
    assert "you saved it in another window" in page
    (shown,) = conflict.context["conflicts"]
    assert (shown.label, shown.mine, shown.theirs) == ("Concern", "Mine is new.", "Theirs is <new>.")
    assert "Theirs is &lt;new&gt;." in page
    assert "Changed meanwhile." in str(conflict.context["adminform"].form.errors["content__concern"])


def test_the_next_save_keeps_what_was_chosen_and_all_that_does_not_conflict(client, conflict, record, subtests):
    for choice, saved in (
        ({}, "Mine is new."),
        ({"choice-content__concern": "mine"}, "Mine is new."),
        ({"choice-content__concern": "theirs"}, "Theirs is <new>."),
        ({"content__concern": "Both in one."}, "Both in one."),
    ):
        with subtests.test(choice=choice), undone():
            assert client.post(record_url(record), sent_by(conflict) | choice).status_code == 302
            content = in_database(record)
            assert (content.concern, content.origin_detail, content.position) == (saved, "Their", 7)


def test_a_conflict_that_was_shown_is_told_again_when_there_is_a_third_text(client, conflict, record):
    CellTypeContent.admin_manager.filter(pk=record.pk).update(concern="A third text.")
    response = client.post(record_url(record), sent_by(conflict))
    assert response.status_code == STALE
    assert "A third text." in words(response)


def test_the_same_change_on_both_sides_is_no_conflict(client, record):
    first = second = opened(client, record_url(record))
    for data in (first, second):
        assert client.post(record_url(record), data | {"content__concern": "Same."}).status_code == 302


def test_a_mistake_in_a_stale_form_is_told_and_the_save_stays_stale(client, record):
    first = second = opened(client, record_url(record))
    client.post(record_url(record), first | {"content__concern": "Theirs."})
    mistaken = client.post(record_url(record), second | {"content__origin_detail": "Mine.", "content__summary": ""})
    assert mistaken.status_code == 200
    client.post(record_url(record), sent_by(mistaken) | {"content__summary": "A summary."})
    assert (in_database(record).concern, in_database(record).origin_detail) == ("Theirs.", "Mine.")


def test_a_save_that_cannot_be_checked_writes_over_nothing(client, record, subtests):
    data = opened(client, record_url(record)) | {"content__concern": "Unchecked."}
    del data["stamp"]
    for stamp in ({}, *({"stamp": text} for text in ("", "x", "[]", "1", "{}"))):
        with subtests.test(stamp=stamp):
            assert client.post(record_url(record), data | stamp).status_code == STALE
            assert in_database(record).concern == "Old concern."


def test_a_stale_save_after_a_take_over_and_back_names_the_other_person(client, author, record):
    stale = opened(client, record_url(record))
    version, other = Version.objects.get_for_content(record), make_user("other", groups=["Clinical reviewers"])
    Version.objects.filter(pk=version.pk).update(locked_by=other)
    client.force_login(other)
    client.post(record_url(record), opened(client, record_url(record)) | {"content__concern": "Theirs."})
    Version.objects.filter(pk=version.pk).update(locked_by=author)
    client.force_login(author)
    response = client.post(record_url(record), stale | {"content__concern": "Mine."})
    assert response.status_code == STALE
    assert "other saved it" in words(response)


def test_a_save_without_the_lock_gives_both_texts_back(client, record):
    data = opened(client, record_url(record)) | {"content__concern": "Typed <b>for an hour</b>."}
    other = make_user("other", groups=["Clinical reviewers"])
    Version.objects.filter(object_id=record.pk).update(locked_by=other)
    CellTypeContent.admin_manager.filter(pk=record.pk).update(concern="Their concern.")
    response = client.post(record_url(record), data)
    assert response.status_code == STALE
    assert "Typed &lt;b&gt;for an hour&lt;/b&gt;." in words(response)
    assert "Their concern." in words(response)
    assert "successfully" not in words(response)
    assert in_database(record).concern == "Their concern."


def test_a_save_of_what_is_not_there_any_more_gives_the_text_back(client, record):
    data, url = opened(client, record_url(record)) | {"content__concern": "Typed."}, record_url(record)
    with loading():  # else no version is deleted
        Version.objects.get_for_content(record).delete()
    response = client.post(url, data)
    assert response.status_code == 404
    assert "somebody has deleted or discarded it" in words(response)
    assert "Typed." in words(response)


def test_a_translation_that_was_begun_meanwhile_is_not_written_over(client, author, record):
    url = record_url(record).replace("language=en", "language=es")
    data = opened(client, url) | {"content__plural": "Mías"}
    make_cell_type(record=record.cell_type, language="es", user=author, published=False, plural="Suyas", slug="suyas")
    assert client.post(url, data).status_code == STALE
    assert CellTypeContent.admin_manager.get(language="es").plural == "Suyas"


# --- Texts and other plugins ---


def test_a_stale_text_shows_both_texts_and_lets_choose(client, text):
    first = second = opened(client, plugin_url(text))
    client.post(plugin_url(text), first | {"body": "<p>Their words.</p>"})
    response = client.post(plugin_url(text), second | {"body": "<p>My words.</p>"})
    assert response.status_code == STALE
    (conflict,) = response.context["conflicts"]
    assert (conflict.label, conflict.mine, conflict.theirs) == ("Text", "My words.", "Their words.")
    text.refresh_from_db()
    assert text.body == "<p>Their words.</p>"
    client.post(plugin_url(text), sent_by(response) | {"body": "<p>My words.</p>"})
    text.refresh_from_db()
    assert text.body == "<p>My words.</p>"


def test_their_text_can_be_taken(client, text):
    first = second = opened(client, plugin_url(text))
    client.post(plugin_url(text), first | {"body": "<p>Their words.</p>"})
    response = client.post(plugin_url(text), second | {"body": "<p>My words.</p>"})
    answer = client.post(plugin_url(text), sent_by(response) | {"choice-body": "theirs"})
    assert "confirm_form" in str(answer.template_name)
    text.refresh_from_db()
    assert text.body == "<p>Their words.</p>"


def test_a_text_that_was_not_touched_does_not_write_over_theirs(client, text):
    first = second = opened(client, plugin_url(text))
    client.post(plugin_url(text), first | {"body": "<p>Their words.</p>"})
    client.post(plugin_url(text), second)
    text.refresh_from_db()
    assert text.body == "<p>Their words.</p>"


def test_a_plugin_in_a_text_is_no_change_of_the_text(client, text):
    citation = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=make_reference())
    text.body = f'<p>Known<cms-plugin id="{citation.pk}" title="Citation" alt="Citation"></cms-plugin></p>'
    text.save()
    response = client.post(plugin_url(text), opened(client, plugin_url(text)))
    assert response.status_code == 200
    assert "conflicts" not in response.context


def test_who_changed_a_text_last_is_known(client, author, text):
    client.post(plugin_url(text), opened(client, plugin_url(text)) | {"body": "<p>New.</p>"})
    assert LogEntry.objects.get(content_type__model="text").user == author


def test_only_the_markup_differs_is_still_shown_as_a_difference():
    from django import forms

    conflict = compare(forms.CharField(label="Text"), "body", mine="<p>a</p>", theirs="<h2>a</h2>", is_rich=True)
    assert conflict.passages


def test_a_stale_callout_is_refused_and_keeps_what_was_typed(client, author):
    placeholder = add_text(make_page(user=author, published=False), "<p>a</p>").placeholder
    callout = add_plugin(placeholder, "CalloutPlugin", "en", text="Old")
    first = second = opened(client, plugin_url(callout))
    client.post(plugin_url(callout), first | {"text": "Theirs"})
    response = client.post(plugin_url(callout), second | {"text": "Mine"})
    assert response.status_code == STALE
    assert "> Mine</textarea>" in words(response)


def test_stale_page_settings_are_refused_and_keep_what_was_typed(client, author):
    content = page_content(make_page("Old title", user=author, published=False))
    url = admin_reverse("cms_pagecontent_change", args=[content.pk]) + "?language=en"
    first = second = opened(client, url)
    assert client.post(url, first | {"title": "Their title"}).status_code == 302
    response = client.post(url, second | {"title": "My title"})
    assert response.status_code == STALE
    assert 'value="My title"' in words(response)
    assert client.post(url, sent_by(response)).status_code == 302
    content = type(content).admin_manager.get(pk=content.pk)
    assert content.title == "My title"


def test_page_settings_are_saved_from_the_form_as_a_browser_has_it(client, author):
    content = page_content(make_page("Old title", user=author, published=False))
    url = admin_reverse("cms_pagecontent_change", args=[content.pk])
    form = html.fromstring(client.get(url).content.decode()).get_element_by_id("pagecontent_form")
    form.fields["title"] = "New title"
    assert client.post(url, dict(form.form_values())).status_code == 302
    assert type(content).admin_manager.get(pk=content.pk).title == "New title"


def test_stale_page_settings_are_shown_with_both_texts(client, author):
    content = page_content(make_page("Old title", user=author, published=False))
    url = admin_reverse("cms_pagecontent_change", args=[content.pk])
    response = client.post(url, opened(client, url) | {"title": "My title", "stamp": "{}"})
    assert "Not saved: this was changed while you were writing" in words(response)


def test_a_stale_source_is_refused(client, author):
    source = make_reference(journal="Old")
    url = admin_reverse("stemcells_reference_change", args=[source.pk])
    first = second = opened(client, url)
    client.post(url, first | {"journal": "Theirs"})
    assert client.post(url, second | {"journal": "Mine"}).status_code == STALE
    assert Reference.objects.get().journal == "Theirs"


def test_every_form_that_changes_words_carries_a_stamp():
    plugins = [plugin for plugin in plugin_pool.get_all_plugins() if plugin.__module__.startswith(("mscoe", "stemc"))]
    assert [plugin.__name__ for plugin in plugins if not issubclass(plugin, StampedAdmin)] == []
    admins = {
        model: model_admin
        for model, model_admin in admin.site._registry.items()
        if model._meta.label in ("cms.PageContent", "stemcells.Reference")
        or (model._meta.app_label == "stemcells" and hasattr(model_admin, "content_model"))
    }
    assert len(admins) == 6
    assert [model for model, model_admin in admins.items() if not isinstance(model_admin, StampedAdmin)] == []


def test_a_text_is_not_edited_in_place_on_the_page():
    assert settings.TEXT_INLINE_EDITING is False  # it would save at each loss of focus, with no stamp to check


# --- Refusals ---


def test_a_text_that_was_published_meanwhile_gives_back_what_was_typed(client, author, text):
    data = opened(client, plugin_url(text)) | {"body": "<p>Typed <strong>for an hour</strong>.</p>"}
    publish(text.placeholder.source)
    response = client.post(plugin_url(text), data)
    assert response.status_code == 403
    assert "Your text was not saved. This was published or archived meanwhile." in words(response)
    assert "Typed for an hour." in words(response)
    assert "Old words." in words(response)


def test_a_text_whose_draft_was_taken_over_gives_back_what_was_typed_and_says_who_writes_now(client, text):
    data = opened(client, plugin_url(text)) | {"body": "<p>Typed.</p>"}
    Version.objects.update(locked_by=make_user(first_name="Ben", last_name="Roth"))
    response = client.post(plugin_url(text), data)
    assert response.status_code == 403
    assert "Ben Roth writes this draft now." in words(response)
    assert "Typed." in words(response)


def test_a_text_that_was_deleted_meanwhile_gives_back_what_was_typed(client, text):
    data, url = opened(client, plugin_url(text)) | {"body": "<p>Typed.</p>"}, plugin_url(text)
    text.delete()
    response = client.post(url, data)
    assert response.status_code == 404
    assert "Typed." in words(response)


def test_page_settings_of_a_draft_that_somebody_else_holds_give_back_what_was_typed(client, author):
    content = page_content(make_page(user=author, published=False))
    url = admin_reverse("cms_pagecontent_change", args=[content.pk]) + "?language=en"
    data = opened(client, url) | {"title": "Typed title"}
    Version.objects.filter(object_id=content.pk).update(locked_by=make_user())
    response = client.post(url, data)
    assert response.status_code == 403
    assert "Typed title" in words(response)


def test_a_refused_password_is_not_shown(client, author):
    response = client.post(admin_reverse("auth_user_add"), {"username": "x", "password1": "secret words"})
    assert response.status_code == 403
    assert "secret words" not in words(response)


def test_a_form_without_its_token_is_not_shown_again(author, text):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    response = client.post(plugin_url(text), {"body": "<p>From another website.</p>"})
    assert response.status_code == 403
    assert "From another website." not in words(response)
    assert "What an editor typed is kept in this browser" in words(response)


# --- What the browser keeps ---

KEPT = "abcd1234"


def test_a_save_has_the_browser_drop_what_it_kept(client, record):
    data = opened(client, record_url(record)) | {"content__concern": "New.", "kept_text": KEPT}
    response = client.post(record_url(record), data)
    cookie = response.cookies[f"kept-text-saved-{KEPT}"]
    assert (cookie["path"], cookie["samesite"]) == ("/admin/", "Lax")


def test_a_text_plugins_save_has_the_browser_drop_what_it_kept(client, text):
    data = opened(client, plugin_url(text)) | {"body": "<p>New.</p>", "kept_text": KEPT}
    assert f"kept-text-saved-{KEPT}" in client.post(plugin_url(text), data).cookies


def test_a_save_with_preview_has_the_browser_drop_what_it_kept(client, record):
    data = opened(client, record_url(record)) | {"kept_text": KEPT, "_preview": ""}
    assert f"kept-text-saved-{KEPT}" in client.post(record_url(record), data).cookies


def test_a_save_that_fails_drops_nothing_and_goes_on_under_the_same_id(client, record):
    data = opened(client, record_url(record)) | {"content__summary": "", "kept_text": KEPT}
    response = client.post(record_url(record), data)
    assert f"kept-text-saved-{KEPT}" not in response.cookies
    assert f'name="kept_text" value="{KEPT}"' in words(response)
    assert 'data-unsaved="yes"' in words(response)


def test_an_id_that_no_form_of_ours_sends_is_ignored(client, record):
    data = opened(client, record_url(record)) | {"kept_text": "x; Domain=example.org"}
    assert not [name for name in client.post(record_url(record), data).cookies if name.startswith("kept-text")]


def test_signing_out_has_the_browser_drop_what_it_kept_of_this_person(client, author):
    response = client.post(admin_reverse("logout"))
    assert f"kept-text-ended-{author.pk}" in response.cookies


def test_what_is_kept_is_keyed_by_person_record_and_language(client, author, record):
    page = words(client.get(record_url(record)))
    assert f'data-user="{author.pk}"' in page
    assert f'data-what="stemcells.celltype:{record.cell_type_id}:en"' in page


def test_the_page_to_sign_in_says_that_text_is_kept(client):
    assert "Your text is kept in this browser" in words(client.get(admin_reverse("login")))

"""What is public or was does not change in place, and a draft is changed by its lock's holder alone: by any way in."""

import pytest
from cms.api import add_plugin, publish_page
from cms.models import CMSPlugin, Page, PageContent
from cms.utils.permissions import reset_current_user, set_current_user
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from djangocms_alias.models import AliasContent
from djangocms_text.models import Text
from djangocms_versioning.constants import ARCHIVED, DRAFT, PUBLISHED
from djangocms_versioning.exceptions import ConditionFailed
from djangocms_versioning.models import Version
from filer.models import File

from mscoe_portal.loading import loading
from mscoe_portal.permissions import RefusedError
from mscoe_portal.review import workflow
from mscoe_portal.review.choices import Act
from mscoe_portal.review.gate import NotApprovedError
from mscoe_portal.review.models import AuditEntry
from mscoe_portal.review.permissions import editors_of
from stemcells.models import CellTypeContent
from tests.factories import (
    add_text,
    make_alias,
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_file,
    make_page,
    make_recommendation,
    make_user,
    page_content,
)
from tests.review.people import make_author

pytestmark = pytest.mark.django_db


def version_of(content):
    """The version of `content` as the database has it."""
    return Version.objects.get(pk=Version.objects.get_for_content(content).pk)


def text_of(alias):
    content = AliasContent.admin_manager.filter(alias=alias).latest_content().get()
    return content, content.placeholder


def archived(content):
    version_of(content).archive(make_user())
    return content


def withdrawn(content):
    version_of(content).unpublish(make_user())
    return content


@pytest.fixture
def acting():
    """A function that makes the user it is given the one whose request this is."""
    tokens = []
    yield lambda user: tokens.append(set_current_user(user))
    for token in reversed(tokens):
        reset_current_user(token)


MAKERS = {
    "page": lambda **values: page_content(make_page(**values)),
    "alias": lambda **values: text_of(make_alias("test", **values))[0],
    "cell type": make_cell_type,
    "clinic risk": make_clinic_risk_article,
    "recommendation": make_recommendation,
    "disclaimer": make_disclaimer,
}
every_content = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def reword(content):
    field = "name" if isinstance(content, AliasContent) else getattr(content, "title_field", "title")
    setattr(content, field, "Other words")
    content.save()


def placeholder_of(content):
    if isinstance(content, PageContent):
        return content.get_placeholders().get(slot="content")
    return content.placeholder if isinstance(content, AliasContent) else content.prose


def test_every_versioned_content_is_tried_here():
    contents = {item.content_model for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables}
    assert contents == {type(make(published=False)) for make in MAKERS.values()}


def test_no_content_and_no_plugin_keeps_what_a_guard_cannot_see():
    """A many-to-many, or a row of its own below it, would change without the row itself."""
    contents = {item.content_model for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables}
    plugins = {model for model in apps.get_models() if issubclass(model, CMSPlugin)}
    guarded = contents | plugins
    assert not [field for model in guarded for field in model._meta.many_to_many]
    below = {
        relation.related_model
        for model in guarded
        for relation in model._meta.related_objects
        if relation.related_model not in guarded
    }
    # The search's index, made from what is public.
    assert {model._meta.label for model in below} <= {"search.SearchEntry"}


# --- Public without a version ---


@every_content
def test_published_words_do_not_change_in_place(make):
    content = make()
    with pytest.raises(RefusedError, match="does not change in place"), transaction.atomic():
        reword(content)


@every_content
@pytest.mark.parametrize("end", [archived, withdrawn], ids=["archived", "withdrawn"])
def test_what_was_written_before_stays_as_it_was(make, end):
    content = end(make(published=end is withdrawn))
    with pytest.raises(RefusedError, match="kept as it was"), transaction.atomic():
        reword(content)


@every_content
def test_no_plugin_is_added_to_what_is_public(make):
    with pytest.raises(RefusedError), transaction.atomic():
        add_plugin(placeholder_of(make()), "TextPlugin", "en", body="<p>New.</p>")


@pytest.mark.parametrize("change", ["save", "delete", "queryset"])
def test_no_public_plugin_is_changed_or_deleted(change):
    page = make_page(published=False)
    text = add_text(page, "<p>Signed.</p>")
    with loading():
        version_of(page_content(page)).publish(make_user())
    text.body = "<p>Changed.</p>"
    with pytest.raises(RefusedError), transaction.atomic():
        CMSPlugin.objects.filter(pk=text.pk).delete() if change == "queryset" else getattr(text, change)()
    assert Text.objects.get(pk=text.pk).body == "<p>Signed.</p>"


def test_no_plugin_is_moved_to_what_is_public():
    public = page_content(make_page())
    text = add_text(make_page(published=False), "<p>New.</p>")
    text.placeholder = placeholder_of(public)
    with pytest.raises(RefusedError), transaction.atomic():
        text.save()


def test_what_is_public_may_be_saved_again_as_it_is():
    content = make_cell_type()
    content.save()
    page = make_page()
    page_content(page).update(changed_by="somebody")
    page.set_as_homepage()
    assert page_content(page).changed_by == "somebody"


def test_a_new_draft_of_what_is_public_is_changed_freely():
    author = make_user()
    draft = version_of(make_cell_type()).copy(author).content
    reword(draft)
    assert CellTypeContent.admin_manager.get(pk=draft.pk).plural == "Other words"


# --- Only the lock's holder ---


@every_content
def test_a_draft_is_changed_by_its_holder(make, acting):
    author = make_user()
    content = make(user=author, published=False)
    acting(author)
    reword(content)
    text = add_plugin(placeholder_of(content), "TextPlugin", "en", body="<p>New.</p>")
    assert Text.objects.get(pk=text.pk).body == "<p>New.</p>"


@every_content
def test_a_draft_is_not_changed_by_a_superuser_who_does_not_hold_it(make, acting):
    author = make_user("author")
    content = make(user=author, published=False)
    acting(make_user(is_superuser=True))
    with pytest.raises(RefusedError, match="author is writing this draft"), transaction.atomic():
        reword(content)
    with pytest.raises(RefusedError, match="author is writing this draft"), transaction.atomic():
        add_plugin(placeholder_of(content), "TextPlugin", "en", body="<p>New.</p>")


def test_a_draft_that_nobody_holds_is_changed_by_nobody(acting):
    author = make_user()
    content = make_cell_type(user=author, published=False)
    unlock(content)
    acting(author)
    with pytest.raises(RefusedError, match="Nobody is writing this draft"), transaction.atomic():
        reword(content)


def unlock(content):
    version = version_of(content)
    version.locked_by = None
    version.save()


def test_whoever_takes_a_draft_holds_it_and_counts_as_its_editor():
    author, other = make_author(), make_author()
    content = make_cell_type(user=author, published=False)
    unlock(content)
    draft = workflow.take_draft(version_of(content), other)
    assert draft.locked_by == other
    assert editors_of(draft) == {author.pk, other.pk}


def test_new_draft_takes_the_draft_that_nobody_holds():
    author, other = make_author(), make_author()
    public = version_of(make_cell_type())
    draft = public.copy(author)
    unlock(draft.content)
    assert workflow.take_draft(public, other) == draft
    assert Version.objects.get(pk=draft.pk).locked_by == other


def test_a_draft_that_is_held_is_not_taken():
    author, other = make_author("author"), make_author()
    public = version_of(make_cell_type())
    public.copy(author)
    with pytest.raises(ConditionFailed, match="locked by author"):
        workflow.take_draft(public, other)


def test_the_button_new_draft_locks_the_draft_that_nobody_holds(client):
    author, other = make_author(), make_author()
    public = version_of(make_cell_type())
    draft = public.copy(author)
    unlock(draft.content)
    client.force_login(other)
    client.post(reverse("admin:djangocms_versioning_celltypecontentversion_edit_redirect", args=[public.pk]))
    assert Version.objects.get(pk=draft.pk).locked_by == other


def test_the_editors_before_the_last_public_version_count_no_more_and_those_since_do():
    first, second, third = make_user(), make_user(), make_user()
    content = make_cell_type(user=first)
    draft = version_of(content).copy(second)
    draft.archive(second)
    revived = Version.objects.get(pk=draft.pk).copy(third)
    assert editors_of(revived) == {second.pk, third.pk}


# --- States ---


def test_no_version_begins_public():
    content = make_cell_type(published=False)
    with pytest.raises(RefusedError), transaction.atomic():
        Version(content=content, created_by=make_user(), state=PUBLISHED).save()


def test_no_version_is_published_past_the_gate():
    version = version_of(make_cell_type(published=False))
    version._set_publish(make_user())
    with pytest.raises(RefusedError, match="has not approved"), transaction.atomic():
        version.save()


def test_an_archived_draft_is_not_published_by_who_still_takes_it_for_a_draft():
    content = make_cell_type(published=False)
    stale = version_of(content)
    version_of(content).archive(make_user())
    with pytest.raises(NotApprovedError, match="meanwhile"):
        stale.publish(make_user())
    assert version_of(content).state == ARCHIVED


def test_a_lock_that_is_given_too_late_takes_nothing_off_the_site():
    content = make_cell_type(published=False)
    stale = version_of(content)
    with loading():
        version_of(content).publish(make_user())
    stale.locked_by = make_user()
    with pytest.raises(RefusedError, match="meanwhile"), transaction.atomic():
        stale.save()
    assert version_of(content).state == PUBLISHED


# --- Every way in to publish ---


def publish_by_version(content):
    version_of(content).publish(make_user(is_superuser=True))


def publish_by_proxy(content):
    version_of(content).convert_to_proxy().publish(make_user(is_superuser=True))


def publish_by_command(content):
    call_command("create_versions", state=PUBLISHED, username=make_user(is_superuser=True).username)


ways = pytest.mark.parametrize("way", [publish_by_version, publish_by_proxy, publish_by_command])


@every_content
@ways
def test_what_is_not_approved_is_published_by_no_code(make, way):
    content = make(published=False)
    with pytest.raises((NotApprovedError, CommandError)):
        way(content)
    assert not type(content).objects.filter(pk=content.pk).exists()


def test_the_cms_publishes_no_page():
    page = make_page(published=False)
    with pytest.warns(UserWarning, match="has been removed"):
        publish_page(page, make_user(is_superuser=True), "en")
    assert version_of(page_content(page)).state == DRAFT


# --- Deleting ---


@every_content
def test_a_version_is_never_deleted(make):
    version = version_of(make(published=False))
    for delete in (version.delete, version.content.delete, Version.objects.filter(pk=version.pk).delete):
        with pytest.raises(RefusedError, match="never deleted"), transaction.atomic():
            delete()


def test_a_page_that_was_public_is_never_deleted():
    page = make_page()
    withdrawn(page_content(page))
    with pytest.raises(RefusedError, match="never deleted"), transaction.atomic():
        Page.objects.get(pk=page.pk).delete()
    assert page_content(page)


def test_a_page_that_was_never_public_is_deleted_and_that_is_written_down(acting):
    manager = make_user(groups=["Site managers"])
    page = make_page("Mistake", user=manager, published=False)
    add_text(page, "<p>Wrong.</p>")
    acting(manager)
    Page.objects.get(pk=page.pk).delete()
    entry = AuditEntry.objects.get(act=Act.DELETED)
    assert (entry.user_id, entry.subject) == (manager.pk, "Mistake")
    assert not Version.objects.exists()


def test_an_author_deletes_no_page(acting):
    author = make_author()
    page = make_page(user=author, published=False)
    acting(author)
    with pytest.raises(RefusedError, match="Only a clinical reviewer or a site manager"), transaction.atomic():
        Page.objects.get(pk=page.pk).delete()


def test_an_alias_that_is_public_is_never_deleted():
    with pytest.raises(RefusedError, match="never deleted"), transaction.atomic():
        make_alias("test").delete()


def test_a_person_is_never_deleted():
    with pytest.raises(RefusedError, match="never deleted"), transaction.atomic():
        make_user().delete()


def test_no_draft_can_be_discarded(client):
    author = make_user(is_superuser=True)
    version = version_of(make_cell_type(user=author, published=False))
    client.force_login(author)
    url = reverse("admin:djangocms_versioning_celltypecontentversion_discard", args=[version.pk])
    response = client.post(url, {"discard": "1"}, follow=True)
    assert "Archive it instead" in response.content.decode()
    assert Version.objects.filter(pk=version.pk).exists()


# --- Files ---


@pytest.fixture
def file(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_file()


def test_a_file_is_not_replaced_in_place(file):
    file.file = ContentFile(b'<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>', name="leaflet.svg")
    with pytest.raises(RefusedError, match="not replaced in place"), transaction.atomic():
        file.save()


def test_a_file_is_renamed(file):
    file.name = "Leaflet"
    file.save()
    assert File.objects.get().name == "Leaflet"


def test_a_file_that_is_public_is_not_deleted(file):
    page = make_page("Leaflets", published=False)
    add_text(page, f'<p><a href="{file.url}">Leaflet</a></p>')
    with loading():
        version_of(page_content(page)).publish(make_user())
    with pytest.raises(RefusedError, match="Leaflets"), transaction.atomic():
        file.delete()


def test_a_file_that_nobody_uses_is_deleted_by_a_site_manager_and_that_is_written_down(file, acting):
    acting(make_user(groups=["Site managers"]))
    file.delete()
    assert AuditEntry.objects.get(act=Act.DELETED).subject == "leaflet.svg"


def test_a_file_is_not_deleted_by_an_author(file, acting):
    acting(make_author())
    with pytest.raises(RefusedError), transaction.atomic():
        file.delete()

"""What is public goes out as files and comes back; so do the uploads that it shows, through an editor's checks."""

import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest
import yaml
from cms.api import create_page_content
from cms.models import Page, PageContent
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from djangocms_alias.models import AliasContent
from djangocms_text.utils import plugin_to_tag
from filer.models import File, Folder, Image

from mscoe_portal.loading import loading
from stemcells.models import CellTypeContent, Reference
from stemcells.seed import LOADERS
from tests.backup.machine import addresses_of, bodies_of
from tests.factories import DRAWING, add_plugin, make_page, make_user, publish
from tests.site import read_addresses
from tests.stemcells.loading import all_rows, load
from tests.stemcells.test_export import add_text
from tests.stemcells.test_seed_mistakes import cell_type
from tests.uploads.test_uploads import document, located, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PLACE = "filer_public/ab/cell.png"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """An empty MEDIA_ROOT of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def files_in(folder):
    """What lies below `folder`: {path: bytes}."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def upload(content, file_name, model=Image, **values):
    """An upload as an editor's is kept."""
    return model.objects.create(file=ContentFile(content, name=file_name), **values)


def show(image):
    """Show a picture on the page of a cell type, which is public."""
    CellTypeContent._base_manager.filter(cell_type__key="hsc").update(image=image, drawing="")


def write_on_a_page(html):
    content = PageContent.objects.get(page__reverse_id="research")
    add_plugin(content.placeholders.get(slot="content"), "TextPlugin", body=html)


def exported(folder):
    call_command("export_content", folder, verbosity=0)
    return files_in(folder)


# --- Out, and back ---


@pytest.fixture
def written_in_every_way(site):
    """What the first content has not: the addresses of it, and the number of the page that it links to.

    A page without an id for templates, in two languages, with a citation; a record's translation; letters and line ends
    that YAML has words about.
    """
    user = make_user()
    page = make_page("Ñandú: #1 “yes”", user=user, parent=Page.objects.get(reverse_id="research"), published=False)
    content = PageContent.admin_manager.get(page=page)
    body = "<p>yes &amp; no: - [x]\ttab, “ ” \u2028 \U0001f9e0 &lt;b&gt;</p>"
    with loading():
        text = add_text(content, body)
        citation = add_plugin(
            text.placeholder, "CitationPlugin", "en", target=text, reference=Reference.objects.get(key="turner-2016")
        )
        about = Page.objects.get(reverse_id="about-this-site")
        link = f'<a href="#" data-cms-href="cms.page:{about.pk}">About</a>'
        text.body = f"<p>Cited{plugin_to_tag(citation)}, and again, {link}.</p>{body}"
        text.save()
        spanish = create_page_content("es", "Ñandú", page, created_by=user, template="pages/topic.html")
        add_text(spanish, "<p>Sí.</p>")
        publish(content, user)
        publish(spanish, user)
        hsc = CellTypeContent.objects.get(cell_type__key="hsc")
        values = {field.name: getattr(hsc, field.name) for field in hsc._meta.concrete_fields if not field.primary_key}
        values |= {"language": "es", "slug": "cmh", "name": "Célula madre", "key_points": "Uno.\r\nDos.\r\n"}
        publish(CellTypeContent.objects.with_user(user).create(**values), user)
    return ["/stem-cell-therapy/research/nandu-1-yes/", "/es/stem-cell-therapy/cell-types/cmh/"], about.pk


@pytest.fixture
def shown_in_every_way(site):
    """The addresses of uploads of each kind: in a field, in a plugin of an alias, in a text as picture and as link."""
    folder = Folder.objects.create(name="Blood / marrow", parent=Folder.objects.create(name="Cells"))
    words = {"name": "A cell", "default_alt_text": "Round.", "description": "From a\nmicroscope.", "author": "Ñ"}
    photo = upload(picture("JPEG", size=(90, 70), exif=located()), "My photo.JPG", folder=folder, **words)
    show(photo)
    badge = upload(DRAWING, "badge.svg", must_always_publish_copyright=True)
    [alias] = AliasContent.objects.filter(alias__static_code="quick-links", language="en")
    values = {"name": "More", "address": "/about/", "image": badge, "alt_text": "More"}
    [links] = alias.placeholder.get_plugins("en").filter(plugin_type="QuickLinksPlugin")
    add_plugin(alias.placeholder, "QuickLinkPlugin", target=links, **values)
    scan = upload(picture("WEBP", size=(90, 70)), "scan.webp", folder=folder.parent)
    graph = upload(picture("PNG"), "graph.png")
    leaflet = upload(document(), "leaflet.pdf", File, name="Leaflet")
    write_on_a_page(
        f'<p><img src="{scan.url}" alt="A scan"><img src="{graph.url}?x=1" alt="A graph">'
        f'<a href="{leaflet.url}">Leaflet</a> <a href="/media/filer_public/gone.pdf">Gone</a></p>'
    )
    return [file.url for file in (photo, badge, scan, graph, leaflet)]


def test_what_is_loaded_from_an_export_is_the_same_site_and_exports_the_same_bytes(
    site, written_in_every_way, shown_in_every_way, emptied, media, tmp_path
):
    read_addresses()
    written, linked_page = written_in_every_way
    addresses = [*addresses_of(site), *shown_in_every_way]
    assert set(written) <= set(addresses)
    before, files, stored = bodies_of(site, addresses), exported(tmp_path / "first"), files_in(media)
    assert {status for status, _body in before.values()} == {200}
    assert [name for name in files if name.startswith("uploads/")] == [f"uploads/{name}" for name in stored]
    highest = Page.objects.latest("pk").pk

    emptied()
    shutil.rmtree(media)
    # The numbers of pages are others in another database.
    while (other := make_page(published=False)).pk <= highest:
        other.delete()
    other.delete()
    load(tmp_path / "first")
    assert Page.objects.get(reverse_id="about-this-site").pk != linked_page
    read_addresses()

    assert files_in(media) == stored
    assert [*addresses_of(site), *shown_in_every_way] == addresses
    assert bodies_of(site, addresses) == before
    assert exported(tmp_path / "second") == files


@pytest.mark.usefixtures("site", "shown_in_every_way")
def test_what_people_wrote_about_a_picture_goes_along_and_who_it_was_does_not(tmp_path):
    items = yaml.safe_load(exported(tmp_path / "files")["uploads.yaml"])
    [photo] = [item for item in items if item.get("name") == "A cell"]
    assert photo | {"file": ""} == {
        "file": "",
        "folder": ["Cells", "Blood / marrow"],
        "original_filename": "My photo.jpg",
        "name": "A cell",
        "description": "From a\nmicroscope.",
        "default_alt_text": "Round.",
        "author": "Ñ",
    }


@pytest.mark.usefixtures("site")
def test_uploads_that_were_loaded_side_by_side_are_exported_side_by_side(write, tmp_path):
    """An editor's upload has a folder to itself; files that somebody writes by hand need not have."""
    folder, second = write(picture("PNG")), "filer_public/ab/leaflet.pdf"
    (folder / "uploads" / second).write_bytes(document())
    with (folder / "uploads.yaml").open("a") as file:
        file.write(f"- file: {second}\n")
    load(folder)
    write_on_a_page(f'<p><img src="/media/{PLACE}" alt="A cell"><a href="/media/{second}">Leaflet</a></p>')
    assert {f"uploads/{PLACE}", f"uploads/{second}"} <= exported(tmp_path / "files").keys()


@pytest.mark.usefixtures("site")
def test_an_upload_that_nothing_public_shows_is_not_exported(tmp_path):
    upload(DRAWING, "secret.svg")
    assert set(exported(tmp_path / "files")) == set(LOADERS)


# --- What stops an export ---


@pytest.fixture
def refused(tmp_path):
    """See that the export is refused and writes nothing."""

    def refuse(match, folder=tmp_path / "files"):
        before = files_in(folder)
        with pytest.raises(CommandError, match=match):
            call_command("export_content", folder)
        assert files_in(folder) == before

    return refuse


@pytest.mark.usefixtures("site")
def test_a_picture_whose_file_is_gone_stops_the_export(refused, media):
    show(upload(DRAWING, "cell.svg"))
    shutil.rmtree(media)
    refused("The upload “cell.svg” cannot be read: .*No such file")


@pytest.mark.usefixtures("site")
def test_a_picture_that_was_changed_on_the_disk_stops_the_export(refused):
    image = upload(DRAWING, "cell.svg")
    show(image)
    image.file.storage.delete(image.file.name)
    image.file.storage.save(image.file.name, ContentFile(b"another"))
    refused("The upload “cell.svg” is damaged")


@pytest.mark.usefixtures("site")
def test_an_upload_that_is_stored_where_none_is_stops_the_export(refused):
    image = upload(DRAWING, "cell.svg")
    show(image)
    File.objects.filter(pk=image.pk).update(file="../etc/cell.svg")
    refused("The upload “cell.svg” is stored where no editor's upload is")


@pytest.mark.usefixtures("site")
def test_a_link_to_a_file_that_is_no_upload_stops_the_export(refused, media):
    (media / "old.pdf").write_bytes(b"%PDF-")
    write_on_a_page('<p><a href="/media/old.pdf">Old</a></p>')
    refused("page “Research.*”.*, TextPlugin: the file old.pdf is no editor’s upload")


def test_an_upload_is_found_by_every_spelling_of_its_address(tmp_path):
    spellings = ["/media//{}", "/media/./{}", "http://localhost/media/x/../{}", "/media/{}#page=2"]
    names = [upload(document(), "leaflet.pdf", File).file.name for _spelling in spellings]
    addresses = [spelling.format(name) for spelling, name in zip(spellings, names, strict=True)]
    write_on_a_page("".join(f'<p><a href="{address}">Leaflet</a></p>' for address in addresses))
    assert {f"uploads/{name}" for name in names} <= exported(tmp_path / "files").keys()


@pytest.mark.usefixtures("site")
def test_an_address_that_leads_nowhere_is_no_upload(tmp_path):
    addresses = ["/media/../../etc/passwd", f"/media/{'x' * 400}", "/media/%00.png", "/media//x"]
    write_on_a_page("".join(f'<p><a href="{address}">Nowhere</a></p>' for address in addresses))
    assert set(exported(tmp_path / "files")) == set(LOADERS)


# --- What an export finds in its folder ---


@pytest.mark.usefixtures("site")
def test_a_picture_that_is_public_no_more_is_deleted_and_no_other_file(tmp_path):
    show(upload(DRAWING, "cell.svg"))
    assert len(exported(tmp_path)) == len(LOADERS) + 2  # the upload's own
    (tmp_path / "uploads" / "README").write_text("Ours")
    show(None)
    after = exported(tmp_path)
    assert [name for name in after if name.startswith("uploads/")] == ["uploads/README"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", ["uploads", "uploads/filer_public", "pages.yaml"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(refused, tmp_path, name):
    show(upload(DRAWING, "cell.svg"))
    folder, outside = tmp_path / "files", tmp_path / "outside"
    (folder / name).parent.mkdir(parents=True)
    outside.mkdir()
    (folder / name).symlink_to(outside)
    refused(f"{name}.* leads out of the folder")
    assert list(outside.iterdir()) == []


@pytest.mark.usefixtures("site")
def test_a_list_of_uploads_that_names_others_files_deletes_none(tmp_path):
    (tmp_path / "other").write_text("Ours")
    (tmp_path / "uploads.yaml").write_text("- file: ../other\n- file: [a]\n- other\n")
    exported(tmp_path)
    assert (tmp_path / "other").exists()


@pytest.mark.usefixtures("site")
def test_a_second_export_into_the_same_folder_at_the_same_time_is_refused(refused, tmp_path):
    descriptor = os.open(tmp_path / "media", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    refused("Another export is writing into", tmp_path / "media")
    os.close(descriptor)
    assert exported(tmp_path / "media")


@pytest.mark.usefixtures("site")
def test_what_a_killed_export_has_left_is_deleted(tmp_path):
    (tmp_path / "files" / ".exporting-abc" / "uploads").mkdir(parents=True)
    assert set(exported(tmp_path / "files")) == set(LOADERS)
    assert not (tmp_path / "files" / ".exporting-abc").exists()


@pytest.mark.usefixtures("site")
def test_a_disk_that_knows_no_locks_hinders_no_export_and_keeps_what_may_be_anothers(tmp_path, monkeypatch):
    unfinished = tmp_path / "files" / ".exporting-abc"
    unfinished.mkdir(parents=True)

    def no_lock(*args):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_lock)
    call_command("export_content", tmp_path / "files", verbosity=0)
    assert unfinished.exists()
    assert len(list((tmp_path / "files").glob("*.yaml"))) == len(LOADERS)


@pytest.mark.usefixtures("site")
def test_a_full_disk_leaves_the_folder_as_it_was(refused, tmp_path, monkeypatch):
    exported(tmp_path / "files")
    show(upload(DRAWING, "cell.svg"))

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    refused("No space left")


# --- What is refused when it comes back ---


@pytest.fixture
def write(tmp_path):
    """Gives a function that writes data files with one upload, and the file of it; returns the folder."""

    def write_files(content=None, place=PLACE, **values):
        folder = tmp_path / "content"
        folder.mkdir()
        for name in LOADERS:
            (folder / name).write_text("[]")
        (folder / "uploads.yaml").write_text(yaml.dump([{"file": place} | values], sort_keys=False))
        if content is not None:
            (folder / "uploads" / place).parent.mkdir(parents=True)
            (folder / "uploads" / place).write_bytes(content)
        return folder

    return write_files


def refusal(folder, media):
    """Load `folder`, which must fail and leave every table and file as it was; returns the message."""
    before = all_rows(), files_in(media)
    with pytest.raises(CommandError) as caught:
        load(folder)
    assert (all_rows(), files_in(media)) == before
    return str(caught.value).removeprefix("Nothing was loaded. ")


PLACES_OUTSIDE = [
    *("../secret.png", "filer_public/../../secret.png", "/etc/secret.png", "filer_public/./../secret.png"),
    *("filer_public\\..\\secret.png", "filer_public/.png", "filer_public//a.png", "~/a.png"),
    *("filer_public_thumbnails/a.png", "filer_public/a", "filer_public/a.png\n", "", 5, None, ["filer_public/a.png"]),
    f"filer_public/{'x' * 200}/{'y' * 60}.png",
]


@pytest.mark.parametrize("place", PLACES_OUTSIDE, ids=repr)
def test_a_place_outside_is_refused(write, media, tmp_path, place):
    (tmp_path / "secret.png").write_bytes(picture("PNG"))
    assert refusal(write(place=place), media).startswith("uploads.yaml, line 1: file: “")


REFUSED_FILES = {
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", {}, "neither a picture"),
    "an empty file": (b"", {}, "is empty"),
    "half a picture": (picture("PNG", size=(300, 300))[:200], {}, "damaged"),
    "another kind": (picture("JPEG"), {}, "is a .jpg file"),
    "a document": (document(), {}, "is a .pdf file"),
    "a field that there is not": (picture("PNG"), {"owner": 1}, "there is no field “owner”"),
    "a field of pictures": (document(), {"place": "filer_public/a.pdf", "author": "A"}, "there is no field “author”"),
    "a name that is too long": (picture("PNG"), {"name": "x" * 256}, "name: "),
    "a folder that is no list": (picture("PNG"), {"folder": "Cells"}, "“folder” must be a list"),
    "a folder without a name": (picture("PNG"), {"folder": [""]}, "name: "),
}


@pytest.mark.parametrize("kind", REFUSED_FILES)
def test_what_an_editor_could_not_upload_is_refused_at_its_line(write, media, kind):
    content, values, words = REFUSED_FILES[kind]
    message = refusal(write(content, **values), media)
    assert message.startswith("uploads.yaml, line 1: ")
    assert words in message


def test_a_missing_file_is_named(write, media):
    assert refusal(write(), media) == f"uploads.yaml, line 1: There is no file uploads/{PLACE}."


def test_a_file_that_is_too_large_is_refused_before_it_is_read(write, media, settings):
    folder = write(b"")
    os.truncate(folder / "uploads" / PLACE, settings.FILER_UPLOADER_MAX_FILE_SIZE * 2**20 + 1)
    assert refusal(folder, media).endswith("is larger than 20 MB.")


@pytest.mark.parametrize("link", [PLACE, "", "filer_public"])
def test_a_link_to_a_file_outside_is_refused(write, media, tmp_path, link):
    folder = write(picture("PNG"))
    (folder / "uploads").rename(tmp_path / "outside")
    (folder / "uploads" / link).parent.mkdir(parents=True, exist_ok=True)
    (folder / "uploads" / link).symlink_to(tmp_path / "outside" / link)
    assert "leads out of the folder" in refusal(folder, media)


def test_links_in_a_circle_are_no_file(write, media):
    folder = write(b"")
    (folder / "uploads" / PLACE).unlink()
    (folder / "uploads" / PLACE).symlink_to(folder / "uploads" / PLACE)
    assert "There is no file" in refusal(folder, media)


def test_a_pipe_is_no_file(write, media):
    folder = write(b"")
    (folder / "uploads" / PLACE).unlink()
    os.mkfifo(folder / "uploads" / PLACE)
    assert "There is no file" in refusal(folder, media)


def test_a_mistake_in_a_later_file_leaves_no_upload(write, media):
    folder = write(picture("PNG"))
    (folder / "aliases.yaml").write_text("- code: a\n")
    assert "aliases.yaml, line 1" in refusal(folder, media)


def test_another_file_in_its_place_is_not_written_over(write, media):
    (media / PLACE).parent.mkdir(parents=True)
    (media / PLACE).write_bytes(b"of somebody")
    assert "another file is stored there already" in refusal(write(picture("PNG")), media)


def test_a_file_that_was_there_before_a_load_that_fails_is_there_afterwards(write, media):
    folder = write(picture("PNG"))
    load(folder)
    File.objects.all().delete()
    (folder / "aliases.yaml").write_text("- code: a\n")
    assert (media / PLACE).exists()
    refusal(folder, media)


def test_a_file_that_is_there_already_is_taken_as_it_is(write, media):
    folder = write(picture("PNG"))
    load(folder)
    before = files_in(media)
    File.objects.all().delete()
    load(folder)
    assert files_in(media) == before
    assert Image.objects.get().file.name == PLACE


def test_a_picture_that_is_not_there_is_told_where_it_is_named(write, media):
    folder = write(picture("PNG"))
    (folder / "cell-types.yaml").write_text(cell_type(image="filer_public/other.png"))
    assert refusal(folder, media) == "cell-types.yaml, line 1: there is no image “filer_public/other.png”."


# --- What is made of it ---


def test_a_photo_with_its_place_loses_it_as_an_editors_does(write, media):
    place = "filer_public/photo.jpg"
    load(write(picture("JPEG", exif=located()), place))
    assert b"A description" not in (media / place).read_bytes()
    image = Image.objects.get()
    assert (image.file.name, image.mime_type, image.width, image.size) == (
        *(place, "image/jpeg", 20),
        (media / place).stat().st_size,
    )


def test_a_second_load_changes_nothing_and_needs_no_file(write, media):
    folder = write(picture("PNG"), folder=["Cells"])
    load(folder)
    before = all_rows(), files_in(media)
    shutil.rmtree(folder / "uploads")
    assert "  uploads.yaml: 0 loaded, 1 kept\n" in load(folder)
    assert (all_rows(), files_in(media)) == before


def test_uploads_of_one_folder_share_it(write):
    folder = write(picture("PNG"), folder=["Cells", "Blood"])
    second = "filer_public/leaflet.pdf"
    (folder / "uploads" / second).write_bytes(document())
    with (folder / "uploads.yaml").open("a") as file:
        file.write(f"- file: {second}\n  folder: [Cells]\n")
    load(folder)
    assert Folder.objects.count() == 2
    assert File.objects.get(file=second).folder == Image.objects.get().folder.parent


def test_only_what_is_loaded_keeps_its_bytes():
    content = picture("JPEG")
    with loading():
        loaded = upload(content, "a.jpg")
    uploaded = upload(content, "a.jpg")
    assert Path(loaded.path).read_bytes() == content != Path(uploaded.path).read_bytes()

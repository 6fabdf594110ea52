"""What may be uploaded, what is kept of it, and what is refused, in words."""

import io
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from hashlib import sha1
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from filer.models import File, Folder, Image
from lxml import etree, html
from PIL import Image as Picture
from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from mscoe_portal.permissions import RefusedError
from mscoe_portal.uploads import kinds
from mscoe_portal.uploads.kinds import KINDS, MEGABYTE, checked
from tests.factories import DRAWING, make_file, make_user

SCRIPT = b"<script>alert(1)</script>"
RED, BLUE = (200, 30, 30), (30, 30, 200)


# --- Files as people and attackers make them ---


def picture(file_format, *, size=(40, 20), mode="RGB", **options):
    """A picture whose left half is red and whose right half is blue."""
    made = Picture.new("RGB", size, RED)
    made.paste(BLUE, (size[0] // 2, 0, *size))
    content = io.BytesIO()
    made.convert(mode).save(content, file_format, **options)
    return content.getvalue()


def located():
    """What a telephone writes beside a picture: where it was, and that it was held upright."""
    exif = Picture.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "A description"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 53.0, 23.0)})
    return exif


def archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("evil.html", SCRIPT)
    return content.getvalue()


def moving(file_format):
    content = io.BytesIO()
    frames = [Picture.new("RGB", (8, 8), color) for color in (RED, BLUE)]
    frames[0].save(content, file_format, save_all=True, append_images=frames[1:])
    return content.getvalue()


def bomb(width, height):
    """A PNG of a few bytes that says it is `width` by `height`."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def document(change=lambda writer: None, **options):
    """A tagged PDF of one page, and what `change` does to its PdfWriter."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": "Leaflet"})
    writer.root_object.update(
        {
            NameObject("/Lang"): TextStringObject("en"),
            NameObject("/MarkInfo"): DictionaryObject({NameObject("/Marked"): BooleanObject(value=True)}),
            NameObject("/StructTreeRoot"): DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")}),
        }
    )
    change(writer)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def large_document():
    """A PDF whose pages hang in branches, as in those of many pages (ISO 32000-2, 7.7.3.2)."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1/Parent 2 0 R>>",
        b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>",
    ]
    made, table = b"%PDF-1.5\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, start=1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    return made + b"xref\n0 5\n%btrailer\n<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


def on_opening(action):
    def change(writer):
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(action), NameObject("/F"): TextStringObject("cmd.exe")}
        )

    return change


def linking_to(url):
    return lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url=url))


def script_behind_a_page(writer):
    script = writer._add_object(
        DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    )
    link = writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org/"))
    link[NameObject("/A")] = script


def drawing(inside):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}<path d="M0 0h9"/></svg>'.encode()


def file(content, name="file"):
    return SimpleUploadedFile(name, content)


def kept(content, name="file"):
    """What is kept of an upload."""
    return checked(file(content, name)).read()


# --- What is refused ---

REFUSED = {
    "an empty file": (b"", "a.png", "is empty"),
    "a page that is called a picture": (b"<!DOCTYPE html><html>" + SCRIPT + b"</html>", "a.png", "neither a picture"),
    "a page around a drawing": (b"<html>" + DRAWING + SCRIPT + b"</html>", "a.svg", "neither a picture"),
    "a program that is called a document": (b"MZ\x90\0" + b"\0" * 99, "a.pdf", "neither a picture"),
    "an archive": (archive(), "a.zip", "neither a picture"),
    "an archive before a document": (archive() + document(), "a.pdf", "neither a picture"),
    "a GIF": (picture("GIF", mode="P"), "a.gif", "neither a picture"),
    "a document in name alone": (b"%PDF-1.7\n" + SCRIPT, "a.pdf", "damaged"),
    "half a picture": (picture("JPEG", size=(400, 400))[:1200], "a.jpg", "damaged"),
    "a picture's first bytes and a page": (b"\xff\xd8\xff" + SCRIPT, "a.jpg", "damaged"),
    "a WebP picture in name alone": (b"RIFF\0\0\0\0WEBP" + SCRIPT, "a.webp", "damaged"),
    "a picture bomb": (bomb(30_000, 30_000), "a.png", "25 million pixels"),
    "a picture that is somewhat too large": (bomb(10_000, 9_500), "a.png", "25 million pixels"),
    "a moving PNG": (moving("PNG"), "a.png", "moves"),
    "a moving WebP": (moving("WEBP"), "a.webp", "moves"),
    "a drawing that is cut off": (DRAWING[:-2] + b">", "a.svg", "damaged"),
    "a document with a script": (document(on_opening("/JavaScript")), "a.pdf", "a script"),
    "a document with a script behind a link": (document(script_behind_a_page), "a.pdf", "a script"),
    "a document with a script under another spelling": (
        document(on_opening("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript"),
        "a.pdf",
        "a script",
    ),
    "a document that starts a program": (document(on_opening("/Launch")), "a.pdf", "starts a program"),
    "a document that opens a file of a server": (document(on_opening("/GoToR")), "a.pdf", "a file on some computer"),
    "a document with a link to a file of a server": (
        document(linking_to("file://server/share/a.pdf")),
        "a.pdf",
        "a file on some computer",
    ),
    "a document with a script for a link": (document(linking_to(" JavaScript:x()")), "a.pdf", "a script"),
    "a document that carries files": (
        document(lambda writer: writer.add_attachment("evil.exe", b"MZ")),
        "a.pdf",
        "attached files",
    ),
    "a document that sends a form": (document(on_opening("/SubmitForm")), "a.pdf", "a form"),
    "a document with a password": (
        document(lambda writer: writer.encrypt("secret", algorithm="RC4-128")),
        "a.pdf",
        "password",
    ),
    "a document without pages": (document(lambda writer: writer.remove_page(0)), "a.pdf", "damaged"),
}


@pytest.mark.parametrize(("content", "name", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_and_no_document_or_does_harm_is_refused_in_words(content, name, words):
    with pytest.raises(RefusedError, match=words):
        checked(file(content, name))


def test_file_that_is_too_large_is_refused_before_it_is_read(settings):
    settings.FILER_UPLOADER_MAX_FILE_SIZE = 1
    with pytest.raises(RefusedError, match="larger than 1 MB"):
        checked(file(b"\0" * (MEGABYTE + 1)))


def test_file_that_grows_too_large_when_it_is_made_anew_is_refused(monkeypatch, settings):
    settings.FILER_UPLOADER_MAX_FILE_SIZE = 1
    grown = [replace(kind, clean=lambda content: content + b"\0" * MEGABYTE) for kind in KINDS]
    monkeypatch.setattr(kinds, "KINDS", grown)
    with pytest.raises(RefusedError, match="As it is kept here, this file is larger than 1 MB"):
        checked(file(picture("PNG")))


@pytest.mark.parametrize("cut", range(0, 900, 45))
@pytest.mark.parametrize("whole", [picture("JPEG"), picture("PNG"), picture("WEBP"), document(), drawing("<g/>")])
def test_damaged_file_is_refused_or_mended_and_never_an_error(whole, cut):
    for content in (whole[:cut], whole[:cut] + b"\0" + whole[cut + 1 :]):
        with suppress(RefusedError):
            checked(file(content))


# --- What is kept ---


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_picture_keeps_its_format_and_loses_where_it_was_taken(file_format):
    content = kept(picture(file_format, exif=located(), **({"comment": b"At home"} if file_format == "JPEG" else {})))
    made = Picture.open(io.BytesIO(content))
    assert made.format == file_format
    assert not made.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(made.info)
    assert b"A description" not in content


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_picture_stands_upright_without_its_mark(file_format):
    made = Picture.open(io.BytesIO(kept(picture(file_format, exif=located())))).convert("RGB")
    assert made.size == (20, 40)
    red, blue = made.getpixel((10, 5)), made.getpixel((10, 35))
    assert red[0] > red[2]
    assert blue[2] > blue[0]


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tail", [archive(), SCRIPT, document()], ids=["archive", "script", "document"])
def test_nothing_stays_behind_the_end_of_a_picture(file_format, tail):
    content = kept(picture(file_format) + tail)
    assert tail[:4] not in content
    assert tail[-20:] not in content


def test_colours_become_those_of_the_web_and_their_profile_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = Picture.open(io.BytesIO(kept(picture("PNG", icc_profile=profile))))
    assert "icc_profile" not in made.info
    assert made.getpixel((0, 0)) == pytest.approx(RED, abs=2)


@pytest.mark.parametrize(
    ("file_format", "mode", "made"),
    [("JPEG", "CMYK", "RGB"), ("JPEG", "L", "L"), ("PNG", "RGBA", "RGBA"), ("PNG", "P", "P")],
)
def test_picture_becomes_one_that_a_browser_shows(file_format, mode, made):
    content = picture(file_format, mode=mode)
    assert Picture.open(io.BytesIO(kept(content))).mode == made


def test_grey_of_16_bits_stays_grey():
    content = io.BytesIO()
    Picture.new("I;16", (2, 2), 30_000).save(content, "PNG")
    assert Picture.open(io.BytesIO(kept(content.getvalue()))).convert("L").getpixel((0, 0)) == 30_000 // 256


def test_second_picture_of_a_telephone_is_dropped():
    assert Picture.open(io.BytesIO(kept(moving("MPO")))).format == "JPEG"


HARM = {
    "script": SCRIPT.decode(),
    "handler": '<g onload="alert(1)" onclick="alert(1)"/>',
    "foreign object": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><b>alert</b></body></foreignObject>',
    "link with a script": '<a href="javascript:alert(1)"><path/></a>',
    "animated link": '<a><animate attributeName="href" values="javascript:alert(1)"/></a>',
    "picture from elsewhere": '<image href="https://evil.example/a.png"/>',
    "drawing from elsewhere": '<use href="https://evil.example/a.svg#x"/>',
    "colour from elsewhere": '<path fill="url(https://evil.example/a.svg#x)"/>',
    "style from elsewhere": "<style>path { fill: url(https://evil.example/a.svg#x) }</style>",
}


@pytest.mark.parametrize("inside", HARM.values(), ids=HARM)
def test_drawing_keeps_nothing_that_acts_or_loads(inside):
    content = kept(drawing(inside)).decode()
    assert "<path" in content
    assert not re.search(r"<script|\bon\w+=|foreignObject|evil\.example|href=\"[^#/]|attributeName", content)


def test_entities_of_a_drawing_do_not_grow():
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    content = f'<!DOCTYPE svg [<!ENTITY a0 "ha">{lines}]>'.encode() + drawing("<text>&a8;</text>")
    with pytest.raises(RefusedError, match="neither a picture"):
        checked(file(content))


@pytest.mark.parametrize(
    "path", sorted((settings.BASE_DIR / "static" / "img").rglob("*.svg")), ids=lambda path: path.stem
)
def test_the_portals_own_drawings_would_stay_as_they_are(path):
    def parts(content):
        return [
            (e.tag, sorted(e.attrib.items()), (e.text or "").strip()) for e in etree.fromstring(content).iter("{*}*")
        ]

    assert parts(kept(path.read_bytes())) == parts(path.read_bytes())


def test_words_of_a_drawing_stay():
    inside = '<title id="t">A cell</title><desc id="d">With a nucleus.</desc><use href="#s"/><text>Cell</text>'
    content = kept(drawing(inside)).decode()
    for part in ('<title id="t">A cell</title>', '<desc id="d">With a nucleus.</desc>', 'href="#s"', "Cell</text>"):
        assert part in content


def test_document_keeps_its_title_its_language_and_what_screen_readers_need():
    root = PdfReader(io.BytesIO(kept(document()))).root_object
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert PdfReader(io.BytesIO(kept(document()))).metadata.title == "Leaflet"


def test_document_keeps_a_link_and_loses_what_stands_behind_its_end():
    content = kept(document(linking_to("https://example.org/")) + archive())
    (annotation,) = PdfReader(io.BytesIO(content)).pages[0]["/Annots"]
    assert annotation.get_object()["/A"]["/URI"] == "https://example.org/"
    assert b"PK\x03\x04" not in content


NAMES = {
    "photo.png": "photo.jpg",
    "photo": "photo.jpg",
    "photo.php.jpg": "photo.php.jpg",
    "../../etc/passwd": "passwd.jpg",
    ".htaccess": ".htaccess.jpg",
    "图.jpg": "upload.jpg",
    "": "upload.jpg",
}


@pytest.mark.parametrize(("name", "made"), NAMES.items())
def test_name_ends_as_the_content_is(name, made):
    upload = ContentFile(picture("JPEG"), name=name)
    assert checked(upload).name == made


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*filter(None, NAMES), "a/b\\c.exe", f"{'x' * 300}.png", "a\nb.sh"])
def test_stored_name_is_a_plain_one_that_ends_as_the_content_is(name, uploads):
    make_file(name)
    (path,) = stored(uploads)
    assert re.fullmatch(r"[a-z0-9_-]+\.svg", path.name)
    assert path.stat().st_mode & 0o111 == 0


# --- Every way in ---


@pytest.fixture
def uploads(settings, tmp_path):
    """Where uploads are stored, for one test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def author(client):
    person = make_user(groups=["Authors"])
    client.force_login(person)
    return person


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def send(client, content, name="cell.png", folder=None, **headers):
    url = reverse("admin:filer-ajax_upload", kwargs={"folder_id": folder.pk} if folder else None)
    return client.post(url, {"file": file(content, name)}, **headers)


@pytest.mark.django_db
def test_picture_is_stored_as_what_it_is(client, author, uploads):
    folder = Folder.objects.create(name="Cells", owner=author)
    content = picture("JPEG", exif=located())
    assert send(client, content, "My cell.png", folder).json()["label"] == "My cell.jpg"
    image = Image.objects.get()
    (path,) = stored(uploads)
    assert path.suffix == ".jpg"
    assert (image.folder, image.mime_type, image.original_filename) == (folder, "image/jpeg", "My cell.jpg")
    assert (image.width, image.height, image.size) == (20, 40, path.stat().st_size)
    assert image.sha1 == sha1(path.read_bytes(), usedforsecurity=False).hexdigest()


@pytest.mark.django_db
def test_document_under_a_pictures_name_is_a_document(client, author, uploads):
    send(client, document(), "leaflet.png")
    assert not Image.objects.exists()
    assert File.objects.get().mime_type == "application/pdf"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a page that is called a picture", "a picture bomb", "a document with a script"])
def test_refused_upload_is_told_at_the_place_and_nothing_is_stored(client, author, uploads, name):
    content, file_name, words = REFUSED[name]
    response = send(client, content, file_name)
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert words in response.content.decode()
    assert words in client.get("/admin/filer/folder/").content.decode()
    assert not File.objects.exists()
    assert not stored(uploads)


@pytest.mark.django_db
def test_upload_of_21_megabytes_is_refused_in_words_and_never_kept(client, author, uploads):
    response = send(client, b"\0" * 21 * MEGABYTE)
    assert response.status_code == 400
    assert "larger than 20 MB" in response.content.decode()
    assert not stored(uploads)


@pytest.mark.django_db
@pytest.mark.parametrize("files", [{}, {"a": file(DRAWING, "a.svg"), "b": file(DRAWING, "b.svg")}])
def test_upload_of_another_shape_is_refused_in_words(client, author, uploads, files):
    response = client.post(reverse("admin:filer-ajax_upload"), files)
    assert response.status_code == 400
    assert "No file arrived" in response.content.decode()


@pytest.mark.django_db
def test_raw_upload_is_refused(client, author, uploads):
    url = f"{reverse('admin:filer-ajax_upload')}?qqfile=evil.html"
    response = client.post(url, SCRIPT, content_type="text/html", headers={"x-requested-with": "XMLHttpRequest"})
    assert response.status_code == 400
    assert not stored(uploads)


@pytest.mark.django_db
def test_who_may_not_upload_is_refused(client, uploads):
    assert send(client, DRAWING).status_code == 302
    client.force_login(make_user())
    assert send(client, DRAWING).status_code == 403
    assert not stored(uploads)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [File, Image])
def test_no_form_and_no_command_passes_the_check_by(model, uploads):
    """Whatever saves a file: the model itself refuses."""
    with pytest.raises(RefusedError, match="neither a picture"):
        model.objects.create(file=ContentFile(SCRIPT, name="cell.png"), original_filename="cell.png")
    assert not stored(uploads)
    made = model.objects.create(file=ContentFile(picture("PNG") + SCRIPT, name="cell.exe"))
    assert made.original_filename == "cell.png"
    (path,) = stored(uploads)
    assert SCRIPT not in path.read_bytes()


KEPT = {
    "JPEG": picture("JPEG"),
    "progressive JPEG": kept(picture("JPEG", size=(90, 70))),
    "grey JPEG": picture("JPEG", mode="L"),
    "JPEG with restarts": picture("JPEG", size=(90, 70), restart_marker_rows=1),
    "WebP": picture("WEBP"),
    "WebP with alpha": picture("WEBP", mode="RGBA"),
    "WebP without loss": picture("WEBP", lossless=True),
}


@pytest.mark.parametrize("content", KEPT.values(), ids=KEPT)
def test_picture_that_is_loaded_keeps_its_bytes_where_nothing_need_be_taken_out(content):
    assert checked(file(content), keeps_bare=True).read() == content


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
NOT_BARE = {
    **{f"{kind} with where it was taken": picture(kind, exif=located()) for kind in ("JPEG", "WEBP")},
    **{f"{kind} with colors of its own": picture(kind, icc_profile=PROFILE) for kind in ("JPEG", "WEBP")},
    **{f"{kind} and an archive": picture(kind) + archive() for kind in ("JPEG", "WEBP")},
    **{f"{kind} and one byte": picture(kind) + b"\0" for kind in ("JPEG", "WEBP")},
    "JPEG with a comment": picture("JPEG", comment=b"At home"),
    "JPEG of a printer": picture("JPEG", mode="CMYK"),
    "two JPEG pictures": moving("MPO"),
    "JPEG with a comment between scans": picture("JPEG", progressive=True).replace(
        b"\xff\xda", b"\xff\xfe\0\4At\xff\xda"
    ),
    "WebP with a part of its own": picture("WEBP")[:4] + b"\xff\0\0\0" + picture("WEBP")[8:] + b"NEWS\4\0\0\0here",
}


@pytest.mark.parametrize("content", NOT_BARE.values(), ids=NOT_BARE)
def test_picture_that_is_loaded_is_made_anew_where_something_must_be_taken_out(content):
    try:
        made = checked(file(content), keeps_bare=True).read()
    except RefusedError:
        return
    assert made == kept(content) != content


CLEANED = {
    "PNG": picture("PNG", mode="P"),
    "PDF": document(),
    "PDF of many pages": large_document(),
    "SVG": drawing("<g/>"),
}


@pytest.mark.parametrize("content", CLEANED.values(), ids=CLEANED)
def test_cleaning_what_is_clean_changes_nothing(content):
    assert kept(kept(content)) == kept(content)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["photo.jpg", "photo.png"])
def test_what_is_said_of_a_file_is_said_of_the_bytes_that_are_kept(name, uploads):
    image = Image.objects.create(file=ContentFile(picture("JPEG", exif=located()), name=name))
    (path,) = stored(uploads)
    assert (image.width, image.height, image.size) == (20, 40, path.stat().st_size)
    assert image.sha1 == sha1(path.read_bytes(), usedforsecurity=False).hexdigest()


# --- Text alternatives ---


@pytest.mark.django_db
def test_uploaded_picture_asks_for_its_text_alternative_at_once(client, author, uploads):
    send(client, picture("PNG"))
    page = client.get("/admin/filer/folder/", follow=True)
    (message,) = page.context["messages"]
    assert "cell.png” has no text alternative yet" in message.message
    assert f'href="{Image.objects.get().get_admin_change_url()}"' in message.message


@pytest.mark.django_db
def test_uploaded_document_asks_for_none(client, author, uploads):
    send(client, document(), "leaflet.pdf")
    assert not list(client.get("/admin/filer/folder/", follow=True).context["messages"])


@pytest.mark.django_db
def test_the_button_to_upload_beside_the_folders_leads_to_where_files_are_uploaded(client, author):
    page = html.fromstring(client.get(reverse("admin:filer-directory_listing-root")).content)
    buttons = page.xpath("//a[contains(@class, 'navigator-button-upload') and not(@disabled)]/@href")
    assert buttons == [reverse("admin:filer-directory_listing-unfiled_images")]
    assert (
        "js-upload-button"
        in html.fromstring(client.get(buttons[0]).content).get_element_by_id("id_upload_button").classes
    )


@pytest.mark.django_db
def test_folder_names_its_pictures_without_a_text_alternative(client, author, uploads):
    folder = Folder.objects.create(name="Cells", owner=author)
    values = {"folder": folder, "owner": author}
    bare = Image.objects.create(file=ContentFile(picture("PNG"), name="bare.png"), **values)
    Image.objects.create(file=ContentFile(picture("PNG"), name="told.png"), default_alt_text="A cell", **values)
    make_file(**values)
    page = html.fromstring(client.get(reverse("admin:filer-directory_listing", args=[folder.pk])).content)
    assert page.xpath("//*[@id='without-text-alternative']//a/@href") == [bare.get_admin_change_url()]


@pytest.mark.django_db
def test_form_of_a_picture_names_its_owner_without_a_link_that_is_not_open_to_authors(client, author, uploads):
    send(client, picture("PNG"))
    page = html.fromstring(client.get(Image.objects.get().get_admin_change_url()).content)
    (owner,) = page.find_class("field-owner_name")
    assert author.username in owner.text_content()
    assert not owner.xpath(".//a")


@pytest.mark.django_db
def test_form_of_a_picture_is_not_saved_without_a_text_alternative(client, author, uploads):
    send(client, picture("PNG"))
    image = Image.objects.get()
    response = client.post(image.get_admin_change_url(), {"name": "Cell", "default_alt_text": " "})
    assert "default_alt_text" in response.context["adminform"].form.errors
    client.post(image.get_admin_change_url(), {"name": "Cell", "default_alt_text": "A cell with its nucleus."})
    image.refresh_from_db()
    assert image.default_alt_text == "A cell with its nucleus."


# --- The table, and the server in front ---


def test_filer_takes_the_kinds_of_the_table_and_no_other():
    assert set(settings.FILER_MIME_TYPE_WHITELIST) == {kind.mime_type for kind in KINDS}


def test_nginx_lets_through_what_the_portal_takes_and_leaves_uploads_to_it():
    conf = (Path(settings.BASE_DIR) / "deploy" / "nginx.conf").read_text()
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", conf)
    assert int(limit) == settings.FILER_UPLOADER_MAX_FILE_SIZE + 1
    assert "/media" not in conf

"""Pictures, made anew from their pixels: nothing else that a file may hold survives that.

Neither where and with which camera it was taken (EXIF, XMP), nor what stands behind the picture's end.
"""

import io
import re
import struct

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import get_sampling

from mscoe_portal.permissions import RefusedError

# What Pillow raises at a file that is no picture, or half of one.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error)
# What a browser shows of each kind; other modes (CMYK of printers, 16 bits) become one of these.
MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"}, "WEBP": {"RGB", "RGBA"}}
# What draws a picture. JPEG (ITU-T T.81, B; T.871): tables (DQT, DHT), restarts (DRI), frames (SOF), scans (SOS), and
# the head of JFIF without a thumbnail. WebP: RFC 9649.
FRAMES, SCAN, END = {0xC0, 0xC1, 0xC2}, 0xDA, b"\xff\xd9"
DRAWING_SEGMENTS = {*FRAMES, SCAN, 0xC4, 0xDB, 0xDD}
JFIF = b"\xff\xe0\x00\x10JFIF\0"
NEXT_MARKER = re.compile(rb"\xff[^\0\xd0-\xd7\xff]")
DRAWING_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def clean_jpeg(content):
    """`content`, a JPEG picture, made anew, as good as it was. Raises RefusedError."""
    picture = _open(content, "JPEG")
    if picture.mode in MODES["JPEG"]:
        # With its own tables nothing more is lost.
        as_good = {"qtables": picture.quantization, "subsampling": get_sampling(picture)}
    else:
        as_good = {"quality": 90}
    return _save(_upright(picture), "JPEG", optimize=True, progressive=True, **as_good)


def clean_png(content):
    """`content`, a PNG picture, made anew without loss. Raises RefusedError."""
    return _save(_upright(_still(_open(content, "PNG"))), "PNG", optimize=True)


def clean_webp(content):
    """`content`, a WebP picture, made anew. Raises RefusedError."""
    lossless = b"VP8L" in content[:4096]
    picture = _upright(_still(_open(content, "WEBP")))
    return _save(picture, "WEBP", lossless=lossless, quality=90, method=2)


def is_bare_jpeg(content):
    """Whether a JPEG picture that can be read has nothing in it but what draws it, in grey or three colors."""
    place = 2
    while place + 4 <= len(content):
        marker, size = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if content[place] != 0xFF or not (marker in DRAWING_SEGMENTS or content.startswith(JFIF, place)):  # noqa: PLR2004
            return False
        if marker in FRAMES and content[place + 9] not in {1, 3}:
            return False
        place += 2 + size
        if marker == SCAN and (following := NEXT_MARKER.search(content, place)):
            place = following.start()
    return content[place:] == END


def is_bare_webp(content):
    """Whether a WebP picture that can be read has nothing in it but what draws it."""
    place = 12
    while content[place : place + 4] in DRAWING_CHUNKS:
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return place == len(content) == 8 + int.from_bytes(content[4:8], "little")


def _open(content, file_format):
    """The picture, whose size is known and whose pixels are not read yet."""
    try:
        picture = Image.open(io.BytesIO(content), formats=[file_format])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, *UNREADABLE):
        raise _damaged() from None
    if picture.width * picture.height > settings.FILER_MAX_IMAGE_PIXELS:
        raise _too_many_pixels()
    return picture


def _still(picture):
    if getattr(picture, "is_animated", False):
        raise RefusedError(_("This picture moves, and readers could not stop it (WCAG 2.2.2). Upload a still picture."))
    return picture


def _upright(picture):
    """The pixels as they are meant to be seen: turned as the camera was held, in the colours of the web (sRGB)."""
    try:
        picture.load()
        profile = picture.info.get("icc_profile")
        modes = MODES["JPEG" if picture.format == "MPO" else picture.format]
        ImageOps.exif_transpose(picture, in_place=True)
        if picture.mode.startswith("I"):  # greys of 16 bits, which Pillow else makes white
            picture = picture.point(lambda value: value / 256).convert("L")
        if picture.mode not in modes:
            picture = picture.convert("RGBA" if "RGBA" in modes and picture.has_transparency_data else "RGB")
        elif profile and picture.mode in {"RGB", "RGBA"}:
            _to_srgb(picture, profile)
    except UNREADABLE:
        raise _damaged() from None
    return picture


def _to_srgb(picture, profile):
    """Turn the colours of `profile` into sRGB's, in place. A profile that cannot be read counts for nothing.

    It is not kept: it may hold anything, and thumbnails lose it.
    """
    from PIL import ImageCms

    try:
        ImageCms.profileToProfile(picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, *UNREADABLE):
        return


def _save(picture, file_format, **options):
    made = io.BytesIO()
    # What Pillow would write without being asked, such as a PNG's comments.
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    try:
        picture.save(made, file_format, exif=b"", **options)
    except UNREADABLE:
        raise _damaged() from None
    return made.getvalue()


def _damaged():
    return RefusedError(_("This picture is damaged. Open it in a picture program, save it, and upload that."))


def _too_many_pixels():
    millions = settings.FILER_MAX_IMAGE_PIXELS // 1_000_000
    return RefusedError(
        _("This picture has more than %(millions)s million pixels. Make it smaller: 2,000 pixels wide is enough.")
        % {"millions": millions}
    )

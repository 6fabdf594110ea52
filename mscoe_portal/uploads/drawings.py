from django.utils.translation import gettext as _

from mscoe_portal.permissions import RefusedError


def is_drawing(content):
    """Whether `content` is markup whose root is `<svg>`."""
    from lxml import etree

    # Before the parser: it is slow to see that something large is not markup at all.
    if not content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    parser = etree.XMLPullParser(events=["start"], resolve_entities=False, no_network=True)
    try:
        for start in range(0, len(content), 4096):
            parser.feed(content[start : start + 4096])
            for _event, root in parser.read_events():
                return root.tag == "{http://www.w3.org/2000/svg}svg"
    except etree.XMLSyntaxError:
        return False
    return False


def clean_drawing(content):
    """`content`, an SVG drawing, with nothing but what draws: no script, no handler, no other markup, no other host.

    py-svg-hush (Cloudflare's svg-hush) keeps an allow-list of elements and attributes, titles, descriptions and
    styles among them. Raises RefusedError.
    """
    from py_svg_hush import filter_svg

    try:
        return filter_svg(content)
    except ValueError:
        raise RefusedError(
            _("This drawing is damaged. Open it in a drawing program, save it as plain SVG, and upload that.")
        ) from None

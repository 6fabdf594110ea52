"""`{% load content_area %}`: the page's own content, and the headings of what stands in it."""

from cms.toolbar.utils import get_toolbar_from_request
from django import template
from django.conf import settings

from mscoe_portal import content_area as areas

register = template.Library()
register.filter("shift_headings", areas.shift_headings, is_safe=True)


class ContentAreaNode(template.Node):
    """A class of its own, because the CMS looks for placeholders in `nodelist`, which a simple block tag hides."""

    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        content = self.nodelist.render(context)
        request = context.get("request")
        toolbar = get_toolbar_from_request(request)
        if toolbar.edit_mode_active or toolbar.structure_mode_active:
            area = areas.ContentArea(content, [], [])
        else:
            own_hosts = [*settings.ALLOWED_HOSTS, *([request.get_host()] if request is not None else [])]
            area = areas.ContentArea.from_html(content, own_hosts)
        context[self.name] = area
        if request is not None:
            request.links_off_site = [*getattr(request, "links_off_site", ()), *area.links_off_site]
        return ""


@register.tag
def content_area(parser, token):
    """`{% content_area as area %}…{% endcontent_area %}`: read what stands between as a ContentArea, printing nothing.

    `area` is then in the context, up to the end of the template block; `request.links_off_site` has the off-site
    addresses of all areas of the page so far. While the CMS edits the page the markup is left as it is, because its
    scripts find the plugins by their place in it.
    """
    try:
        _tag, as_word, name = token.split_contents()
    except ValueError:
        as_word = name = ""
    if as_word != "as":
        raise template.TemplateSyntaxError("Write {% content_area as name %}.")
    nodelist = parser.parse(["endcontent_area"])
    parser.delete_first_token()
    return ContentAreaNode(nodelist, name)

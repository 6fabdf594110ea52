"""Files on their way in, and as readers get them."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBadRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.static import serve
from filer.admin.clipboardadmin import ajax_upload
from filer.models import Image

from mscoe_portal.permissions import RefusedError
from mscoe_portal.uploads.kinds import checked, too_large


def upload(request, folder_id=None):
    """Filer's upload of one file into a folder, and nothing but what `kinds` names. 400 and why, if it is refused.

    Filer takes the kind from the name, so the file has its right name before filer sees it.
    """
    if request.method != "POST" or not request.user.has_perm("filer.add_file"):
        return ajax_upload(request, folder_id)  # refuses
    try:
        number = len(request.FILES)  # reads the request, of which the handler tells
        if getattr(request, "has_too_large_file", False):
            raise too_large()
        if number != 1:
            raise RefusedError(_("No file arrived. Choose one, and upload it again."))
        for name, file in request.FILES.items():
            request.FILES[name] = checked(file)
    except RefusedError as refusal:
        words = str(refusal)
        messages.error(request, words)
        # Filer's own answer is JSON, of which its upload button shows "[object Object]".
        return HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8")
    response = ajax_upload(request, folder_id)
    ask_for_text_alternative(request, json.loads(response.content).get("file_id"))
    return response


def ask_for_text_alternative(request, file_id):
    """Say on the next page that the picture `file_id` has no text alternative, and where to write it."""
    picture = Image.objects.filter(pk=file_id).first()
    if picture and not picture.default_alt_text:
        words = _("“%(name)s” has no text alternative yet: what does it show, for people who cannot see it?")
        messages.warning(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                words % {"name": picture.label},
                picture.get_admin_change_url(),
                _("Write the text alternative"),
            ),
        )


@require_safe
def uploaded_file(request, path):
    """The file at `path` below MEDIA_ROOT; 404 when there is none, 400 when `path` leads out of it.

    What an editor uploaded must not act in the site's name: nothing in it runs or loads anything, and only pictures
    are shown in the browser.
    """
    try:
        response = serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:  # such as a name that is longer than the file system allows
        raise Http404 from error
    # A drawing (SVG) brings its own styles.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    if not response.get("Content-Type", "").startswith("image/"):
        response["Content-Disposition"] = "attachment"
    return response

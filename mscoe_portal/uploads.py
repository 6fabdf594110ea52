"""Uploaded files, as readers get them."""

from django.conf import settings
from django.http import Http404
from django.views.decorators.http import require_safe
from django.views.static import serve


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

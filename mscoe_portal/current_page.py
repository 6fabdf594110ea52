"""The CMS page that a request asks for, with what rendering it asks of it."""

import pickle

from cms.appresolver import applications_page_check
from cms.constants import X_FRAME_OPTIONS_INHERIT
from cms.middleware import page
from cms.models import PageContent, PageUrl
from cms.utils import get_current_site
from cms.views import details
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.functional import SimpleLazyObject

from mscoe_portal.content_security import is_signed_in_staff
from mscoe_portal.public_state import kept


class CurrentPageMiddleware(page.CurrentPageMiddleware):
    """The CMS's own, and the page comes with all its contents and addresses, for two questions to the database.

    Where a page is not translated, the CMS asks again for each of its words and addresses. The page of a view is the
    one that the view hangs under.
    """

    def process_view(self, request, view, args, kwargs):
        # Not for staff: the toolbar asks the page for drafts, which the contents fetched here would hide from it.
        if is_signed_in_staff(request):
            return
        if view is details:
            request._current_page_cache = page_at(kwargs["slug"], request)  # noqa: SLF001 - where the CMS looks first
        else:
            request.current_page = SimpleLazyObject(lambda: _page_of_view(request))


def _page_of_view(request):
    """The page that the view of `request` hangs under, or None. The core would first look for one at its address.

    Asked once for each state of the public site: a view's route begins with the path of its page. Each request has a
    copy, on which Django and the CMS keep what they look up.
    """
    pages = kept(request, "pages of views", dict)
    route = request.resolver_match.route
    if route not in pages and (page := applications_page_check(request)):
        pages[route] = pickle.dumps(page)
    # That there is none is not kept: while a thread reads the addresses anew, the others find none for a moment, and
    # the page says whether its views are for the signed-in only.
    return pickle.loads(pages[route]) if route in pages else None  # noqa: S301 - our own


def page_at(path, request):
    """Return the page that has the address `path` in some language, best in the reader's; None when there is none."""
    urls = PageUrl.objects.get_for_site(get_current_site(request)).filter(page__urls__path=path)
    urls = list(urls.select_related("page__site").distinct())
    found = {url.language: url for url in urls if url.path == path}
    in_order = [request.LANGUAGE_CODE, settings.LANGUAGE_CODE, *found]
    url = next((found[language] for language in in_order if language in found), None)
    if url is None:
        return None
    own = {other.language: other for other in urls if other.page_id == url.page_id}
    fallback = own.get(settings.LANGUAGE_CODE)
    languages = own.keys() if fallback is None else dict(settings.LANGUAGES)
    url.page.urls_cache = {language: own.get(language, fallback) for language in languages}
    prefetch_related_objects([url.page], "pagecontent_set")
    # The CMS asks all pages above whether the page may stand in a frame: not where no page says anything of that.
    if url.page.depth > 1 and not kept(request, "rules for frames", _has_rules_for_frames):
        url.page.get_xframe_options = lambda: None
    return url.page


def _has_rules_for_frames():
    return PageContent.objects.exclude(xframe_options=X_FRAME_OPTIONS_INHERIT).exists()

"""The parts of the editors' desk: a page for each section, and the rules that drafts fail."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from mscoe_portal.review.desk import Desk, with_rules


@require_safe
def desk_section(request, code):
    """All of one section of the desk, page by page; of drafts with the rules that they fail."""
    section = _section(request, code)
    page = Paginator(section.things, section.on_page).get_page(request.GET.get("page"))
    rows = section.rows(page.object_list)
    context = admin.site.each_context(request) | {
        "title": section.title,
        "section": section,
        "page": page,
        "rows": with_rules(rows) if section.has_rules else rows,
    }
    return TemplateResponse(request, "admin/review/desk_section.html", context)


@require_safe
def desk_rules(request, code):
    """A piece of HTML, for `desk.js`: the rules that the drafts of one section fail, of those that the desk shows."""
    section = _section(request, code)
    if not section.has_rules:
        raise Http404
    return TemplateResponse(request, "review/desk_rules.html", {"rows": with_rules(section.rows())})


def _section(request, code):
    section = Desk(request.user).section(code)
    if section is None:
        raise Http404
    return section

"""Public pages of the records. They hang under a CMS page as its apphook."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stemcells.models import CellTypeContent, ClinicRiskArticleContent
from stemcells.rendering import render_record


@require_safe
def cell_type(request, slug):
    """The page of one published cell type; 404 when none has `slug`."""
    return _record(request, CellTypeContent, slug)


@require_safe
def clinic_risk_article(request, slug):
    """The page of one published clinic-risk article; 404 when none has `slug`."""
    return _record(request, ClinicRiskArticleContent, slug)


def _record(request, model, slug):
    language = get_language()
    shown = model.objects.shown_in(language)
    content = shown.filter(slug=slug).first()
    if content is None:
        # A link from a page that is not translated, to a record that is: it has another slug in this language.
        original = get_object_or_404(model, slug=slug, language=settings.LANGUAGE_CODE)
        content = get_object_or_404(shown, **{model.grouper_field_name: original.record})
    address = content.get_absolute_url()
    if content.language != language:
        address = f"/{language}{address}"
    # It is found in two places where either it or the page above it is translated, and not both. Menu and breadcrumb
    # know one of them.
    if escape_uri_path(request.path) != address:
        return redirect(address)
    return render_record(request, content)

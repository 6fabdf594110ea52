"""Public pages of the records. They hang under a CMS page as its apphook."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
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
    shown = model.objects.shown_in(get_language())
    content = shown.filter(slug=slug).first()
    if content is None:
        # A link from a page that is not translated, to a record that is: it has another slug in this language.
        original = get_object_or_404(model, slug=slug, language=settings.LANGUAGE_CODE)
        return redirect(get_object_or_404(shown, **{model.grouper_field_name: original.record}))
    return render_record(request, content)

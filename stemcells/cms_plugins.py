from cms.plugin_base import CMSPluginBase
from cms.plugin_pool import plugin_pool
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mscoe_portal.public_state import kept
from mscoe_portal.stamped_admin import StampedPlugin
from stemcells.citations import citations_of
from stemcells.models import (
    Callout,
    CellTypeCard,
    CellTypeContent,
    CellTypeList,
    Citation,
    ClinicRiskArticleContent,
    ClinicRiskTeaser,
    DisclaimerContent,
    DisclaimerNote,
    RecommendationCallout,
    RecommendationContent,
)
from stemcells.rendering import shown_contents


class StemCellsPlugin(StampedPlugin, CMSPluginBase):
    """Base of this app's plugins. What a plugin shows depends on other records: the CMS must not cache it."""

    module = _("Stem cell content")
    cache = False


@plugin_pool.register_plugin
class CellTypeListPlugin(StemCellsPlugin):
    name = _("Cell types: table or cards")
    model = CellTypeList
    render_template = "stemcells/plugins/cell_type_list.html"

    def render(self, context, instance, placeholder):
        """The table and the cards are the same wherever they stand, so each is made once for a state of the site."""
        request = context["request"]
        name = ("cell types", instance.layout, get_language())
        context["html"] = kept(request, name, lambda: _render_cell_types(request, instance.layout))
        return super().render(context, instance, placeholder)


def _render_cell_types(request, layout):
    shown = {"cell_types": list(shown_contents(request, CellTypeContent).values()), "heading_level": 3}
    template = "types_table" if layout == CellTypeList.Layout.TABLE else "cell_cards"
    return render_to_string(f"components/{template}.html", shown) if shown["cell_types"] else ""


@plugin_pool.register_plugin
class CellTypeCardPlugin(StemCellsPlugin):
    name = _("Cell type: one card")
    model = CellTypeCard
    render_template = "stemcells/plugins/cell_type_card.html"

    def render(self, context, instance, placeholder):
        context["cell_type"] = shown_contents(context["request"], CellTypeContent).get(instance.cell_type_id)
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class ClinicRiskTeaserPlugin(StemCellsPlugin):
    name = _("Clinic risk")
    model = ClinicRiskTeaser
    render_template = "stemcells/plugins/clinic_risk_teaser.html"

    def render(self, context, instance, placeholder):
        context["article"] = shown_contents(context["request"], ClinicRiskArticleContent).get(instance.article_id)
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class RecommendationCalloutPlugin(StemCellsPlugin):
    name = _("Recommendation")
    model = RecommendationCallout
    render_template = "stemcells/plugins/recommendation_callout.html"

    def render(self, context, instance, placeholder):
        shown = shown_contents(context["request"], RecommendationContent)
        context["recommendation"] = shown.get(instance.recommendation_id)
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class DisclaimerNotePlugin(StemCellsPlugin):
    name = _("Disclaimer")
    model = DisclaimerNote
    render_template = "stemcells/plugins/disclaimer_note.html"

    def render(self, context, instance, placeholder):
        shown = shown_contents(context["request"], DisclaimerContent)
        chosen = [instance.disclaimer_id] if instance.disclaimer_id else shown
        context["disclaimers"] = [shown[key] for key in chosen if key in shown]
        request = context["request"]
        request.placed_disclaimers = getattr(request, "placed_disclaimers", set()).union(chosen)
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class CitationPlugin(StemCellsPlugin):
    name = _("Citation")
    model = Citation
    render_template = "stemcells/plugins/citation.html"
    text_enabled = True
    text_editor_preview = False
    require_parent = True
    parent_classes = ["TextPlugin"]
    autocomplete_fields = ["reference"]

    def render(self, context, instance, placeholder):
        context["number"], context["place"] = citations_of(context["request"]).cite(instance.reference)
        return super().render(context, instance, placeholder)


@plugin_pool.register_plugin
class CalloutPlugin(StemCellsPlugin):
    name = _("Call-out")
    model = Callout
    formfield_overrides = {models.CharField: {"widget": AdminTextareaWidget({"rows": 3})}}
    render_template = "stemcells/plugins/callout.html"

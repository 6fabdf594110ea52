from cms.app_base import CMSAppConfig
from django.conf import settings
from djangocms_versioning.datastructures import VersionableItem, default_copy

from stemcells.choices import ReferenceStatus
from stemcells.models import (
    CellType,
    CellTypeContent,
    CellTypeList,
    ClinicRiskArticleContent,
    Disclaimer,
    DisclaimerContent,
    DisclaimerNote,
    RecommendationContent,
    Reference,
)
from stemcells.publication_rules import PUBLICATION_RULES
from stemcells.rendering import render_record
from stemcells.technical_names import KNOWN_ABBREVIATIONS, TECHNICAL_NAMES


def cell_type_in_search(content):
    """What the search shows and knows of a cell type, besides its prose."""
    facts = [content.name, content.origin_in_words, content.where_found, content.makes_or_does, content.concern]
    return {"title": content.get_title(), "summary": content.summary, "text": " ".join([*facts, content.key_points])}


def clinic_risk_in_search(content):
    """What the search shows and knows of a clinic-risk article, besides its prose."""
    return {"title": content.title, "summary": content.summary, "text": content.key_points}


CONTENTS = [CellTypeContent, ClinicRiskArticleContent, RecommendationContent, DisclaimerContent]


class StemCellsCMSConfig(CMSAppConfig):
    """Declares the records to django CMS (preview and editing) and to djangocms-versioning."""

    cms_enabled = True
    delivery_enabled = True
    public_models = [Reference]
    cms_toolbar_enabled_models = [(model, render_record, model.grouper_field_name) for model in CONTENTS]

    navigation_enabled = True
    public_addresses = [
        (CellTypeContent, CellTypeContent.grouper_field_name),
        (ClinicRiskArticleContent, ClinicRiskArticleContent.grouper_field_name),
    ]

    search_enabled = True
    searchable = {CellTypeContent: cell_type_in_search, ClinicRiskArticleContent: clinic_risk_in_search}

    review_enabled = True
    signed_values = {Reference: ["title", "authors", "journal", "year", "doi", "pubmed_id", "url"]}
    doubtful_values = {Reference: {"status": [ReferenceStatus.SUPERSEDED, ReferenceStatus.RETRACTED]}}
    shown_groupers = {CellTypeList: (CellType, {}), DisclaimerNote: (Disclaimer, {"disclaimer": None})}

    publication_rules = PUBLICATION_RULES
    technical_names = TECHNICAL_NAMES
    known_abbreviations = KNOWN_ABBREVIATIONS

    djangocms_versioning_enabled = True
    versioning = [
        VersionableItem(
            content_model=model,
            grouper_field_name=model.grouper_field_name,
            extra_grouping_fields=["language"],
            version_list_filter_lookups={"language": settings.LANGUAGES},
            copy_function=default_copy,
        )
        for model in CONTENTS
    ]

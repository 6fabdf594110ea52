from stemcells.models.cell_type import CellType, CellTypeContent
from stemcells.models.clinic_risk import ClinicRiskArticle, ClinicRiskArticleContent
from stemcells.models.disclaimer import Disclaimer, DisclaimerContent
from stemcells.models.plugins import (
    Callout,
    CellTypeCard,
    CellTypeList,
    Citation,
    ClinicRiskTeaser,
    DisclaimerNote,
    RecommendationCallout,
)
from stemcells.models.recommendation import Recommendation, RecommendationContent
from stemcells.models.record import AddressedContent, Record, RecordContent
from stemcells.models.reference import Reference

__all__ = [
    "AddressedContent",
    "Callout",
    "CellType",
    "CellTypeCard",
    "CellTypeContent",
    "CellTypeList",
    "Citation",
    "ClinicRiskArticle",
    "ClinicRiskArticleContent",
    "ClinicRiskTeaser",
    "Disclaimer",
    "DisclaimerContent",
    "DisclaimerNote",
    "Recommendation",
    "RecommendationCallout",
    "RecommendationContent",
    "Record",
    "RecordContent",
    "Reference",
]

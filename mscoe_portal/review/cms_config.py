"""What the review must know of other apps, which they declare in their own `cms_config.py`:

    review_enabled = True
    # Models whose rows enter the digest of what points at them by value: what they say is signed with it.
    signed_values = {Reference: ["title", "authors", "journal", "year", "doi", "pubmed_id", "url"]}
    # Which of these rows are in doubt: {model: {field: values}}. What rests on one needs somebody's attention.
    doubtful_values = {Reference: {"status": ["superseded", "retracted"]}}
    # Plugins that show all contents of a kind, which no foreign key of theirs names: {plugin model: (grouper model, the
    # values of a plugin that does so; none: each does)}.
    shown_groupers = {CellTypeList: (CellType, {}), DisclaimerNote: (Disclaimer, {"disclaimer": None})}
    # Rules for publication, besides the site's own: a list of `mscoe_portal.publication_rules.Rule`.
    publication_rules = [...]
    # What has no plainer name, so that it may count as one short word: the second of the two reading grades.
    technical_names = {"multiple sclerosis"}
    # Abbreviations that a text need not spell out, because the frame of every page or every reader does.
    known_abbreviations = {"MS"}

Everything else that a content or plugin points at enters by identity: it is signed on its own.
"""

from cms.app_base import CMSAppConfig, CMSAppExtension
from filer.models import File

from mscoe_portal.review.models import Clinician, ReviewPlan, Signature


class ReviewExtension(CMSAppExtension):
    """Collects what the apps declare."""

    def __init__(self):
        self.signed_values = {}
        self.doubtful_values = {}
        self.shown_groupers = {}
        self.publication_rules = []
        self.technical_names = set()
        self.known_abbreviations = set()

    def configure_app(self, cms_config):
        self.signed_values |= getattr(cms_config, "signed_values", {})
        self.doubtful_values |= getattr(cms_config, "doubtful_values", {})
        self.shown_groupers |= getattr(cms_config, "shown_groupers", {})
        self.publication_rules += getattr(cms_config, "publication_rules", [])
        self.technical_names |= getattr(cms_config, "technical_names", set())
        self.known_abbreviations |= getattr(cms_config, "known_abbreviations", set())


class ReviewCMSConfig(CMSAppConfig):
    """A file is signed by its bytes. Readers see signatures, plans and names, so `delivery` must know of changes."""

    review_enabled = True
    signed_values = {File: ["sha1"]}

    delivery_enabled = True
    public_models = [Signature, ReviewPlan, Clinician]

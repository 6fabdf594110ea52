"""What readers, and the machines that read for them, are told of the review of a page."""

import json

from django.contrib.contenttypes.models import ContentType
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version
from djangocms_versioning.versionables import exists_for_content

from mscoe_portal.public_state import kept
from mscoe_portal.review.currency import Review, page_reviews, review_of_version
from mscoe_portal.review.permissions import approval_of
from mscoe_portal.review.where_used import name_of

# No text in JSON can end the element that holds it.
_IN_HTML = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


def review_of(request, content):
    """How `content` stands, the page that `request` asks for (a `Review`); None where nobody is told.

    A draft, in its preview, stands as it would if it were published now.
    """
    is_told = not getattr(request, "without_review_line", False)
    if content is None or not is_told or not exists_for_content(content):
        return None
    if not hasattr(request, "clinical_reviews"):
        request.clinical_reviews = {}
    key = (ContentType.objects.get_for_model(content).pk, content.pk)
    if key not in request.clinical_reviews:
        request.clinical_reviews |= kept(request, "reviews of public pages", page_reviews)
    if key not in request.clinical_reviews:
        version = Version.objects.get_for_content(content)
        is_signed = version.state == PUBLISHED or approval_of(version)
        request.clinical_reviews[key] = review_of_version(version) if is_signed else Review()
    return request.clinical_reviews[key]


def medical_web_page(content, review, url, citation):
    """The facts of the page of `content` in schema.org's words (https://schema.org/MedicalWebPage), as a dict.

    `citation`: the sources that it cites, as dicts of schema.org, too.
    """
    name = name_of(content)
    centers = _("Multiple Sclerosis Centers of Excellence")
    facts = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "url": url,
        "name": name,
        "inLanguage": content.language,
        "about": {"@type": "Thing", "name": name},
        "audience": {
            "@type": "Patient",
            "healthCondition": {"@type": "MedicalCondition", "name": _("Multiple sclerosis")},
        },
        "publisher": {"@type": "MedicalOrganization", "name": centers},
    }
    if review.reviewed_on:
        facts["lastReviewed"] = review.reviewed_on.isoformat()
        facts["reviewedBy"] = {"@type": "MedicalOrganization", "name": centers}
        if review.reviewer:
            facts["reviewedBy"] = {"@type": "Person", "name": review.reviewer}
            if review.credentials:
                facts["reviewedBy"]["honorificSuffix"] = review.credentials
    if citation:
        facts["citation"] = citation
    return facts


def json_in_html(value):
    """`value` as JSON that can stand in a `script` element."""
    return mark_safe(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_HTML))  # noqa: S308 - escaped

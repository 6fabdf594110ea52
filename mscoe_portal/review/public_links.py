"""The links of what is public that leave the site, and what was found when they were checked."""

from datetime import timedelta

from django.utils.timezone import now
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review.draft import address_off_site, draft_of
from mscoe_portal.review.models import CheckedLink


def public_links():
    """The addresses of other websites, without their #fragments, to which published contents link; sorted."""
    found = set()
    for version in Version.objects.filter(state=PUBLISHED):
        found |= {address for link in draft_of(version).links if (address := address_off_site(link.get("href")))}
        # A page of the menu that only leads elsewhere.
        found |= {address_off_site(getattr(version.content, "redirect", None) or "")}
    return sorted(found - {""})


def check(addresses, checker, *, days):
    """Ask `checker` (a LinkChecker) for those `addresses` that were not checked in the last `days`; keep the answers.

    Yields (address, problem) after each: "" for one that opens, None for one that robots may not ask for. What is no
    longer linked to is forgotten.
    """
    CheckedLink.objects.exclude(address__in=addresses).delete()
    lately = CheckedLink.objects.filter(checked_at__gt=now() - timedelta(days=days)).values_list("address", flat=True)
    for address in sorted(set(addresses) - set(lately)):
        if not checker.may_ask(address):
            yield address, None
            continue
        problem = checker.problem_with(address)
        CheckedLink.objects.update_or_create(address=address, defaults={"checked_at": now(), "problem": problem})
        yield address, problem

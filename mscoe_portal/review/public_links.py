"""The links of what is public that leave the site, and what was found when they were checked."""

from collections import defaultdict
from datetime import timedelta

from django.utils.timezone import now
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from mscoe_portal.review.draft import address_off_site, draft_of
from mscoe_portal.review.models import CheckedLink

LONGEST = CheckedLink._meta.get_field("address").max_length


def public_links():
    """The addresses of other websites, without their #fragments, to which published contents link, sorted.

    {address: the versions that link there}.
    """
    found = defaultdict(list)
    for version in Version.objects.filter(state=PUBLISHED):
        addresses = {address_off_site(link.get("href")) for link in draft_of(version).links}
        # A page of the menu that only leads elsewhere.
        addresses.add(address_off_site(getattr(version.content, "redirect", None) or ""))
        for address in addresses - {""}:
            found[address].append(version)
    return dict(sorted(found.items()))


def check(links, checker, *, days):
    """Ask `checker` (a LinkChecker) for those of `links` (`public_links`) that were not checked in the last `days`.

    Keeps the answers, and for all of them where they are. Yields (address, problem) after each question: "" for one
    that opens, None for one that robots may not ask for, or that is too long to be kept. What is no longer linked to is
    forgotten.
    """
    CheckedLink.objects.exclude(address__in=links).delete()
    for link in CheckedLink.objects.all():
        link.found_in.set(links[link.address])
    lately = CheckedLink.objects.filter(checked_at__gt=now() - timedelta(days=days)).values_list("address", flat=True)
    for address in sorted(set(links) - set(lately)):
        if len(address) > LONGEST or not checker.may_ask(address):
            yield address, None
            continue
        problem = checker.problem_with(address)
        answer = {"checked_at": now(), "problem": problem}
        link, _is_new = CheckedLink.objects.update_or_create(address=address, defaults=answer)
        link.found_in.set(links[address])
        yield address, problem

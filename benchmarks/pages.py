"""What it takes to make a page that is not kept anywhere: queries, time, reading grade; and to check the longest."""

import os
import statistics
import time
import warnings

TOTAL_PAGES = 70
ROUNDS = 40
WARM_UP = 2
# A view that does next to nothing goes through the same server code and middleware.
CONSTANT = "/healthz/live"


def measure():
    """Measure every page of the first content, on a site of `TOTAL_PAGES` pages.

    Returns (number of pages on the site, rows, what `_time_rules` returns). A row is a dict: `address`, `queries`, the
    medians `wall` and `processor` in ms and the `least` of the latter, `first` (the median processor time when menu and
    dates of review are made anew, too, as for the first page after a publish; `queries` are of such a one), `ratio` (to
    the constant view's processor time), `grade` (None where there is no sentence). The last row is the constant view's.
    """
    _set_up()
    number_of_pages = _fill()
    from django.test import Client

    from tests.site import ADDRESSES, ReadersClient

    client, first, addresses = ReadersClient(), Client(), [*ADDRESSES, CONSTANT]
    times, firsts = {address: [] for address in addresses}, {address: [] for address in addresses}
    for _round in range(WARM_UP + ROUNDS):
        for address in addresses:  # in turn, so that what else the machine does meets all of them alike
            times[address].append(_time(client, address))
            firsts[address].append(_time(first, address)[1])
    rows = [_row(first, address, times[address][WARM_UP:]) for address in addresses]
    for row in rows:
        row["first"] = statistics.median(firsts[row["address"]][WARM_UP:])
        row["ratio"] = row["processor"] / rows[-1]["processor"]
    return number_of_pages, rows, _time_rules()


def _set_up():
    """Django on an empty database of its own, as the tests have it (TEST_DATABASE=postgresql for PostgreSQL)."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    warnings.simplefilter("ignore")
    settings.WHITENOISE_AUTOREFRESH = False
    settings.LOGGING["root"]["level"] = "CRITICAL"
    django.setup()


def _fill():
    """Load the first content and add pages up to `TOTAL_PAGES` in all. Returns how many there are."""
    from cms.models import Page
    from django.core.management import call_command

    from stemcells.models import CellTypeContent, ClinicRiskArticleContent
    from tests import site
    from tests.factories import make_user
    from tests.growth import add_pages

    call_command("migrate", verbosity=0)
    site.load()
    count = sum(model.objects.count() for model in (Page, CellTypeContent, ClinicRiskArticleContent))
    missing = max(0, TOTAL_PAGES - count)
    add_pages(missing, make_user(), in_menu=missing)
    return count + missing


def _time(client, address):
    """(wall, processor) milliseconds of one answer."""
    wall, processor = time.perf_counter(), time.thread_time()
    client.get(address)
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000


def _time_rules():
    """(words, wall, processor): how long the longest public text is, and the median milliseconds of all rules on it."""
    from djangocms_versioning.constants import PUBLISHED
    from djangocms_versioning.models import Version

    from mscoe_portal.review.draft import draft_of
    from mscoe_portal.review.rules import findings_in

    lengths = {version: len(draft_of(version).text.split()) for version in Version.objects.filter(state=PUBLISHED)}
    longest = max(lengths, key=lengths.get)
    times = []
    for _round in range(WARM_UP + ROUNDS):
        draft = draft_of(longest)
        wall, processor = time.perf_counter(), time.thread_time()
        findings_in(draft)
        times.append(((time.perf_counter() - wall) * 1000, (time.thread_time() - processor) * 1000))
    return lengths[longest], *map(statistics.median, zip(*times[WARM_UP:], strict=True))


def _row(client, address, times):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from lxml import html

    from mscoe_portal.review.draft import Draft
    from mscoe_portal.review.readability import grade
    from stemcells.technical_names import TECHNICAL_NAMES

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    is_page = response.headers["Content-Type"].startswith("text/html")
    passages = Draft(html.fromstring(response.content.decode()).find(".//main")).passages if is_page else []
    walls, processors = zip(*times, strict=True)
    return {
        "address": address,
        "queries": len(captured),
        "wall": statistics.median(walls),
        "processor": statistics.median(processors),
        "least": min(processors),
        "grade": grade([passage.text for passage in passages], TECHNICAL_NAMES) if passages else None,
    }

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from mscoe_portal.last_runs import note_run
from mscoe_portal.progress import progress_on
from mscoe_portal.review.link_check import PACE, TIMEOUT, LinkChecker
from mscoe_portal.review.public_links import check, public_links

# Every link is asked for once a week, so that none is ever older than the rule's 30 days.
DAYS = 7


class Command(BaseCommand):
    """Ask for every link of what is public that leaves the site, and say which do not open.

    Run it daily: what was asked for in the last `--days` is not asked for again. Editors are told of broken links
    where they write, and on their desk.
    """

    help = "Check the links of published pages and records to other websites."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=DAYS, help="ask for what was not checked for so many days")
        parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds to wait for an answer")
        parser.add_argument("--pace", type=float, default=PACE, help="seconds between two questions to one website")

    def handle(self, *, days, timeout, pace, **options):
        links = public_links()
        broken, asked = [], 0
        with progress_on(self.stdout) as step:
            show = step("Links")
            for address, problem in check(links, LinkChecker(timeout=timeout, pace=pace), days=days):
                asked += 1
                show(asked, len(links))
                if problem:
                    broken.append(f"{address}: {problem}")
        note_run("check_links")
        words = ngettext(
            "%(number)s link, %(asked)s asked for, %(broken)s broken.",
            "%(number)s links, %(asked)s asked for, %(broken)s broken.",
            len(links),
        )
        self.stdout.write(words % {"number": len(links), "asked": asked, "broken": len(broken)})
        for line in broken:
            self.stdout.write(line)

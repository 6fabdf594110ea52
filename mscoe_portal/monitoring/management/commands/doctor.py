from django.core.management.base import BaseCommand, CommandError

from mscoe_portal.monitoring import checkup


class Command(BaseCommand):
    """Look at all that the site stands on; one line for each thing, with what to do where it is not well.

    Ends with exit code 1 when something must be mended. "note" is what may wait.
    """

    help = "Check what the site stands on, and say how to mend what is not well."
    # They are among what is told; an error there must not hide the rest.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--url", help="the site's public address, to look at its certificate: https://…")
        parser.add_argument("--email", action="store_true", help="ask the mail server too, without sending anything")

    def handle(self, *, url, email, **options):
        findings = list(checkup.parts())
        # The first part, on which the others rest.
        database_answers = findings[0].found == "ok"
        findings += checkup.settings_and_database(database_answers=database_answers)
        findings += [*checkup.last_runs(), *checkup.newest_backup(), *checkup.packages(), *checkup.disks()]
        findings += checkup.certificate(url) if url else []
        findings += checkup.mail() if email else []
        for finding in findings:
            self.tell(finding)
        if urgent := sum(finding.is_urgent for finding in findings):
            raise CommandError(f"To be mended: {urgent}.", returncode=1)

    def tell(self, finding):
        kind, style = ("MEND", self.style.ERROR) if finding.is_urgent else ("note", self.style.WARNING)
        if not finding.mend and not finding.is_urgent:
            kind, style = "ok", self.style.SUCCESS
        mend = f" -> {' '.join(finding.mend.split())}" if finding.mend else ""
        self.stdout.write(f"{style(f'{kind:<4}')}  {finding.name}: {finding.found}{mend}")

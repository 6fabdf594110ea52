from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.timezone import localdate

from mscoe_portal.last_runs import note_run
from mscoe_portal.review.reminders import NotSentError, send_reminders


class Command(BaseCommand):
    help = (
        "Write to the owners of what is due for review: 60 and 30 days before, on the day, and every week after it. "
        "Run it once a day; what was sent is not sent again, and what a missed day left out is sent the next time."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, help="the day for which to send, such as 2026-11-30"
        )

    def handle(self, *, today=None, **options):
        sent = 0
        try:
            with translation.override(settings.LANGUAGE_CODE):
                for line in send_reminders(today or localdate()):
                    self.stdout.write(line)
                    sent += 1
            note_run("send_review_reminders")
        except NotSentError as error:
            raise CommandError(str(error)) from error
        finally:
            self.stdout.write(f"Reminders sent: {sent}.")

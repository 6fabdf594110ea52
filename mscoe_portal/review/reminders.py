"""Letters that tell an owner of a content that its next review is due; each is sent once."""

import logging
from collections import defaultdict
from smtplib import SMTPException

from cms.utils.urlutils import admin_reverse
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from mscoe_portal.permissions import reachable_site_managers
from mscoe_portal.review.currency import public_contents
from mscoe_portal.review.due_dates import milestone
from mscoe_portal.review.models import Reminder

logger = logging.getLogger(__name__)


class NotSentError(Exception):
    """Some reminders could not be sent; they will be tried again the next time."""


def reminders_of(today):
    """What is to be sent on the day `today` and was not yet: pairs of a Content and its milestone (days)."""
    sent = set(Reminder.objects.values_list("content_type_id", "grouper_id", "language", "due_on", "days"))
    for content in public_contents():
        review = content.review
        days = review.due_on and milestone(review.reviewed_on, review.due_on, today)
        if days is not None and (*content.identity, review.due_on, days) not in sent:
            yield content, days


def send_reminders(today):
    """Send the reminders of the day `today`, one letter to each owner. Yields a line for each that was sent.

    What has no active owner with an address goes to the site managers. Raises NotSentError at the end when a letter
    could not be sent.
    """
    letters = defaultdict(list)
    owners = get_user_model().objects.filter(is_active=True).exclude(email="")
    reminders = sorted(reminders_of(today), key=lambda pair: (pair[0].review.due_on, pair[0].title))
    owners = owners.in_bulk({content.owner_id for content, _days in reminders} - {None})
    for content, days in reminders:
        letters[owners.get(content.owner_id)].append((content, days))
    failed = 0
    for owner, contents in letters.items():
        to = [owner.email] if owner else sorted(manager.email for manager in reachable_site_managers())
        try:
            _send(to, contents, today, has_owner=owner is not None)
        except NotSentError as error:
            # What a mail server says may quote addresses.
            reason = type(error.__cause__).__name__ if error.__cause__ else error
            logger.error("Reminders that were not sent: %d (%s)", len(contents), reason)  # noqa: TRY400 - it is enough
            failed += len(contents)
            continue
        whom = "to its owner" if owner else f"to the site managers ({len(to)})"
        for content, days in contents:
            yield f"{content.title} ({content.language}), due {content.review.due_on}: {_in_words(days)}, {whom}"
    if failed:
        raise NotSentError(f"Reminders that could not be sent: {failed}. They are tried again the next time.")


def _send(to, contents, today, *, has_owner):
    if not to:
        raise NotSentError("There is no active site manager with an e-mail address.")
    host = f"https://{Site.objects.get_current().domain}"
    told = [
        {
            "title": content.title,
            "language": content.language,
            "due_on": content.review.due_on,
            "is_overdue": content.review.due_on < today,
            "url": f"{host}{content.preview_url}",
        }
        for content, _days in contents
    ]
    subject = ngettext(
        "A clinical review is due: %(title)s", "%(number)d clinical reviews are due, first: %(title)s", len(told)
    ) % {"number": len(told), "title": told[0]["title"]}
    context = {"contents": told, "has_owner": has_owner, "desk": f"{host}{admin_reverse('index')}"}
    try:
        # Written down first: what cannot be sent is undone, and two runs at once cannot send the same.
        with transaction.atomic():
            for content, days in contents:
                keys = dict(zip(("content_type_id", "grouper_id", "language"), content.identity, strict=True))
                Reminder.objects.create(**keys, due_on=content.review.due_on, days=days, sent_on=today)
            send_mail(" ".join(subject.split()), render_to_string("review/reminder.txt", context), None, to)
    except IntegrityError as error:
        raise NotSentError("Another run is sending them.") from error
    except (OSError, SMTPException) as error:
        raise NotSentError(str(error)) from error


def _in_words(days):
    if days > 0:
        return f"{days} days before"
    return f"{-days} days after" if days else "on the day"

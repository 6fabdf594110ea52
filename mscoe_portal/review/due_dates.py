"""When the next review of something is due, and how it stands today. Plain functions of dates."""

from calendar import monthrange
from datetime import date, timedelta

from mscoe_portal.review.choices import Currency

# Days before the due date from which a review counts as due soon: the first reminder's.
SOON = 60
# Days before the due date on which its owner is reminded; afterwards once a week.
MILESTONES = (60, 30, 0)
WEEK = 7


def due_after(reviewed_on, months):
    """The day on which the next review is due: the same day of the month `months` later, or that month's last."""
    years, month = divmod(reviewed_on.month - 1 + months, 12)
    year, month = reviewed_on.year + years, month + 1
    return date(year, month, min(reviewed_on.day, monthrange(year, month)[1]))


def currency(due_on, today):
    """How a content stands on the day `today` whose next review is due on `due_on` (None: never reviewed)."""
    if due_on is None:
        return Currency.NEVER
    if due_on < today:
        return Currency.OVERDUE
    return Currency.SOON if due_on <= today + timedelta(days=SOON) else Currency.CURRENT


def milestone(reviewed_on, due_on, today):
    """The reminder that belongs to the day `today`, or None: days before the due date, or, negative, after it.

    It is the last one that has come, so that a day on which nobody asked loses none. One whose day came before the
    review itself, as in a cycle of a month, is none.
    """
    left = (due_on - today).days
    reached = -(-left // WEEK) * WEEK if left <= -WEEK else min((m for m in MILESTONES if m >= left), default=None)
    if reached is None or due_on - timedelta(days=reached) <= reviewed_on:
        return None
    return reached

from datetime import date, timedelta

import pytest

from mscoe_portal.review.choices import Currency
from mscoe_portal.review.due_dates import currency, due_after, milestone

DUE = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("reviewed_on", "months", "due_on"),
    [
        (date(2026, 3, 1), 12, date(2027, 3, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 60, date(2031, 11, 30)),
    ],
)
def test_a_review_is_due_on_the_same_day_some_months_later_or_on_the_last_of_that_month(reviewed_on, months, due_on):
    assert due_after(reviewed_on, months) == due_on


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(61, Currency.CURRENT), (60, Currency.SOON), (0, Currency.SOON), (-1, Currency.OVERDUE)],
)
def test_a_review_is_overdue_from_the_day_after_it_was_due(days_left, expected):
    assert currency(DUE, DUE - timedelta(days=days_left)) == expected


def test_what_nobody_reviewed_is_never_reviewed():
    assert currency(None, DUE) == Currency.NEVER


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(61, None), (60, 60), (31, 60), (30, 30), (1, 30), (0, 0), (-6, 0), (-7, -7), (-13, -7), (-14, -14), (-365, -364)],
)
def test_the_last_reminder_that_has_come_is_the_one_of_the_day(days_left, expected):
    assert milestone(date(2026, 3, 1), DUE, DUE - timedelta(days=days_left)) == expected


def test_a_cycle_of_a_month_has_no_reminder_before_its_own_review():
    reviewed_on = date(2027, 2, 1)
    assert milestone(reviewed_on, DUE, reviewed_on) is None
    assert milestone(reviewed_on, DUE, DUE) == 0


@pytest.mark.parametrize("start", [0, 200, 400, 600, 824, 1000, 1200])  # 824 days on it is 29 February
@pytest.mark.parametrize("months", [3, 12, 60])
def test_whenever_the_review_was_its_reminders_come_on_the_same_days(start, months):
    reviewed_on = date(2025, 11, 27) + timedelta(days=start)
    due_on = due_after(reviewed_on, months)
    days = [reviewed_on + timedelta(days=number) for number in range((due_on - reviewed_on).days + 15)]
    reminders = [milestone(reviewed_on, due_on, day) for day in days]
    first = {reminder: (day - due_on).days for day, reminder in reversed(list(zip(days, reminders, strict=True)))}
    first.pop(None)
    assert first == {60: -60, 30: -30, 0: 0, -7: 7, -14: 14}

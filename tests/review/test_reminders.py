"""The calendar of the reminders, a year of days, one run a day."""

from datetime import timedelta
from io import StringIO
from smtplib import SMTPException

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import localdate

from mscoe_portal.review.models import Reminder, ReviewPlan
from tests.factories import make_cell_type, make_user, sign

pytestmark = pytest.mark.django_db


def make_due(owner=None, *, months=12, title="Fat cells"):
    """A public content that was signed today, and its plan."""
    content = make_cell_type(plural=title)
    sign(content)
    ReviewPlan.objects.create(
        content_type=ContentType.objects.get_for_model(content),
        grouper_id=content.cell_type_id,
        language="en",
        owner=owner,
        months=months,
    )
    return content


def run(days_from_now):
    """Run the command on a day; returns what it says."""
    out = StringIO()
    call_command("send_review_reminders", today=localdate() + timedelta(days=days_from_now), stdout=out)
    return out.getvalue()


@pytest.fixture
def owner():
    return make_user("owner", email="owner@example.org")


@pytest.fixture
def manager():
    return make_user("manager", email="manager@example.org", groups=["Site managers"])


@pytest.fixture
def due(owner):
    """In how many days the review is due that the owner answers for."""
    make_due(owner)
    return (localdate().replace(year=localdate().year + 1) - localdate()).days


def days_with_mail(days):
    """The days of `days` on whose run a letter was sent, one run a day."""
    found = []
    for day in days:
        before = len(mail.outbox)
        run(day)
        found += [day] * (len(mail.outbox) - before)
    return found


def test_in_a_year_the_owner_is_reminded_60_and_30_days_before_on_the_day_and_weekly_after(due):
    sent = days_with_mail(range(due + 30))
    assert [day - due for day in sent] == [-60, -30, 0, 7, 14, 21, 28]
    assert {address for letter in mail.outbox for address in letter.to} == {"owner@example.org"}


def test_a_second_run_on_a_day_sends_nothing(due):
    assert "1 reminders sent" in run(due)
    assert run(due) == "0 reminders sent.\n"
    assert len(mail.outbox) == 1


def test_a_missed_day_is_made_up_for_and_nothing_is_sent_twice(due):
    assert days_with_mail([due - 57, due - 56, due + 3, due + 8]) == [due - 57, due + 3, due + 8]


def test_a_new_signature_starts_the_calendar_anew(due):
    run(due)
    content = make_due(make_user(email="other@example.org"))
    sign(content)
    run(due + 1)
    assert len(mail.outbox) == 2


def test_what_was_never_reviewed_has_no_date_to_remind_of(manager):
    make_cell_type()
    assert days_with_mail(range(0, 400, 20)) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_without_an_owner_who_can_be_reached_the_site_managers_are_told(due, owner, manager, change):
    make_user("away", email="away@example.org", groups=["Site managers"], is_active=False)
    type(owner).objects.filter(pk=owner.pk).update(**change)
    assert "to the site managers (1)" in run(due)
    assert mail.outbox[0].to == [manager.email]
    assert "Nobody who can be reached" in mail.outbox[0].body


def test_what_has_no_owner_is_told_to_the_site_managers(manager):
    make_due(months=1)
    run(32)
    assert mail.outbox[0].to == [manager.email]


def test_an_owner_gets_one_letter_for_all_that_is_due(owner):
    for title in ("Fat cells", "Bone cells"):
        make_due(owner, months=1, title=title)
    out = run(40)
    (letter,) = mail.outbox
    assert letter.subject.startswith("2 clinical reviews are due")
    assert "Fat cells" in letter.body
    assert "Bone cells" in letter.body
    assert "/admin/cms/placeholder/object/" in letter.body
    assert "Fat cells (en), due" in out


def test_a_title_with_a_line_break_harms_no_letter(owner):
    make_due(owner, months=1, title="Fat\ncells")
    run(40)
    assert mail.outbox[0].subject == "A clinical review is due: Fat cells"


def test_a_letter_that_cannot_be_sent_is_said_and_tried_again(due, monkeypatch):
    def fail(*args):
        raise SMTPException("no server")

    monkeypatch.setattr("mscoe_portal.review.reminders.send_mail", fail)
    with pytest.raises(CommandError, match="1 reminders could not be sent"):
        run(due)
    assert not Reminder.objects.exists()
    monkeypatch.undo()
    assert "1 reminders sent" in run(due)


def test_it_is_said_when_there_is_nobody_to_write_to():
    make_due(months=1)
    with pytest.raises(CommandError, match="could not be sent"):
        run(40)


def test_the_operator_reads_no_address(due, owner):
    assert owner.email not in run(due)


def test_the_day_can_be_given_in_writing(due):
    out = StringIO()
    call_command("send_review_reminders", "--today", "2031-01-01", stdout=out)
    assert "days after, to its owner" in out.getvalue()

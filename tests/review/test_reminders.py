"""The calendar of the reminders, a year of days, one run a day, on a clock that the tests set."""

import socket
from datetime import date, datetime, time, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import get_default_timezone

from mscoe_portal.review.due_dates import due_after
from mscoe_portal.review.models import Reminder
from mscoe_portal.review.reminders import NotSentError, send_reminders
from tests.factories import make_cell_type, make_plan, make_user, sign

pytestmark = pytest.mark.django_db

# Days of reviews: an ordinary one, one that a year later does not exist, and one before the clocks change.
DAYS = [date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 11)]


class Clock:
    """The time, at which it is always half past eleven in the evening here: at UTC the day is another already."""

    def __init__(self, day):
        self.day = day

    def __call__(self):
        return datetime.combine(self.day, time(23, 30), get_default_timezone())


@pytest.fixture
def clock(monkeypatch):
    """The clock by which Django tells the time, at the first of DAYS."""
    clock = Clock(DAYS[0])
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def make_due(owner=None, *, months=12, title="Fat cells"):
    """A public content that was signed today, and its plan."""
    content = make_cell_type(plural=title)
    sign(content)
    make_plan(content, owner=owner, months=months)
    return content


def run():
    """Run the command; returns what it says."""
    out = StringIO()
    call_command("send_review_reminders", stdout=out)
    return out.getvalue()


@pytest.fixture
def owner():
    return make_user("owner", email="owner@example.org")


@pytest.fixture
def manager():
    return make_user("manager", email="manager@example.org", groups=["Site managers"])


@pytest.fixture
def due(clock, owner):
    """The day on which the review is due that the owner answers for; it is that day."""
    make_due(owner)
    clock.day = due_after(clock.day, 12)
    return clock.day


def days_with_mail(clock, days):
    """The days of `days` on whose run a letter was sent, one run a day."""
    found = []
    for clock.day in days:
        before = len(mail.outbox)
        run()
        found += [clock.day] * (len(mail.outbox) - before)
    return found


def test_in_a_year_each_owner_is_reminded_60_and_30_days_before_on_the_day_and_weekly_after(clock):
    due = {}
    for clock.day in DAYS:
        owner = make_user(email=f"{clock.day}@example.org")
        make_due(owner, title=str(clock.day))
        due[owner.email] = due_after(clock.day, 12)
    sent = {address: [] for address in due}
    # Every tenth day, and every day once the first reminder is near.
    for clock.day in (DAYS[-1] + timedelta(days=days) for days in [*range(1, 240, 10), *range(240, 396)]):
        before = len(mail.outbox)
        run()
        for letter in mail.outbox[before:]:
            sent[letter.to[0]].append((clock.day - due[letter.to[0]]).days)
    wanted = {key: [-60, -30, 0, *range(7, (clock.day - day).days + 1, 7)] for key, day in due.items()}
    assert sent == wanted


def test_a_second_run_on_a_day_sends_nothing(due):
    assert "Reminders sent: 1." in run()
    assert run() == "Reminders sent: 0.\n"
    assert len(mail.outbox) == 1


def test_a_missed_day_is_made_up_for_and_nothing_is_sent_twice(clock, due):
    days = [due + timedelta(days=days) for days in (-57, -56, 3, 8)]
    assert days_with_mail(clock, days) == [days[0], days[2], days[3]]


def test_a_new_signature_starts_the_calendar_anew(clock, owner):
    content = make_due(owner)
    clock.day = signed = due_after(clock.day, 12) + timedelta(days=8)
    assert "7 days after" in run()
    sign(content)
    days = [*range(0, 300, 20), *range(300, 375)]
    sent = days_with_mail(clock, [signed + timedelta(days=number) for number in days])
    assert [(day - due_after(signed, 12)).days for day in sent] == [-60, -30, 0, 7]


def test_another_cycle_moves_the_calendar(clock, owner):
    make_due(owner, months=3)
    signed = clock.day
    sent = days_with_mail(clock, [signed + timedelta(days=days) for days in [*range(0, 25, 5), *range(25, 100)]])
    assert [(day - due_after(signed, 3)).days for day in sent] == [-60, -30, 0, 7]


def test_what_was_never_reviewed_has_no_date_to_remind_of(clock, manager):
    make_cell_type()
    assert days_with_mail(clock, [clock.day + timedelta(days=days) for days in range(0, 400, 20)]) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_without_an_owner_who_can_be_reached_the_site_managers_are_told(due, owner, manager, change):
    make_user("away", email="away@example.org", groups=["Site managers"], is_active=False)
    type(owner).objects.filter(pk=owner.pk).update(**change)
    assert "to the site managers (1)" in run()
    assert mail.outbox[0].to == [manager.email]
    assert "Nobody who can be reached" in mail.outbox[0].body


def make_overdue(clock, owner=None, *titles):
    """Contents with the names `titles` whose review was due some days ago."""
    for title in titles or ["Fat cells"]:
        make_due(owner, months=1, title=title)
    clock.day += timedelta(days=40)


def test_what_has_no_owner_is_told_to_the_site_managers(clock, manager):
    make_overdue(clock)
    run()
    assert mail.outbox[0].to == [manager.email]


def test_an_owner_gets_one_letter_for_all_that_is_due(clock, owner):
    make_overdue(clock, owner, "Fat cells", "Bone cells")
    out = run()
    (letter,) = mail.outbox
    assert letter.subject.startswith("2 clinical reviews are due")
    assert "Fat cells" in letter.body
    assert "Bone cells" in letter.body
    assert "/admin/cms/placeholder/object/" in letter.body
    assert "Fat cells (en), due" in out


def test_a_title_with_a_line_break_harms_no_letter(clock, owner):
    make_overdue(clock, owner, "Fat\ncells")
    run()
    assert mail.outbox[0].subject == "A clinical review is due: Fat cells"


def test_a_mail_server_that_does_not_answer_is_told_and_tried_again(due, settings):
    works = settings.EMAIL_BACKEND
    with socket.socket() as taken:
        # Nobody listens at a port that is only taken.
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
        settings.EMAIL_PORT = taken.getsockname()[1]
        with pytest.raises(CommandError, match="Reminders that could not be sent: 1"):
            run()
    assert not Reminder.objects.exists()
    settings.EMAIL_BACKEND = works
    assert "Reminders sent: 1." in run()


class RefusesBen(EmailBackend):
    """A mail server that does not know one address."""

    def send_messages(self, messages):
        if messages[0].to == ["ben@example.org"]:
            raise SMTPRecipientsRefused({"ben@example.org": (550, b"unknown")})
        return super().send_messages(messages)


def test_a_letter_that_fails_holds_no_other_up_and_its_address_is_not_logged(clock, owner, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.RefusesBen"
    for person, title in [(make_user("ben", email="ben@example.org"), "Bone cells"), (owner, "Fat cells")]:
        make_due(person, months=1, title=title)
    clock.day += timedelta(days=40)
    with pytest.raises(CommandError, match="Reminders that could not be sent: 1"):
        run()
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert "(SMTPRecipientsRefused)" in caplog.text
    assert "ben@example.org" not in caplog.text


def test_two_runs_at_once_send_nothing_twice(clock, owner):
    for person, title in [(owner, "Bone cells"), (make_user("ben", email="ben@example.org"), "Fat cells")]:
        make_due(person, months=1, title=title)
    clock.day += timedelta(days=40)
    first = send_reminders(clock.day)
    next(first)
    assert "Reminders sent: 1." in run()
    with pytest.raises(NotSentError):
        next(first)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["ben@example.org", "owner@example.org"]


def test_it_is_said_when_there_is_nobody_to_write_to(clock):
    make_overdue(clock)
    with pytest.raises(CommandError, match="could not be sent"):
        run()


def test_the_operator_reads_no_address(due, owner):
    assert owner.email not in run()


def test_the_day_can_be_given_in_writing(due):
    out = StringIO()
    call_command("send_review_reminders", "--today", "2031-01-01", stdout=out)
    assert "days after, to its owner" in out.getvalue()


def test_without_a_mail_server_the_letters_are_printed(due, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    run()
    assert "Subject: A clinical review is due: Fat cells" in capsys.readouterr().out

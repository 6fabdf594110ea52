"""`backup --keep`: room is made for new archives, of old ones, when the new one is there and was read back."""

import errno
import fcntl
import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from mscoe_portal.archives import Archive, archive_name
from mscoe_portal.backup import retention
from mscoe_portal.backup.management.commands import backup
from mscoe_portal.backup.retention import outdated
from mscoe_portal.last_runs import last_run


def archives(*days, hour=12):
    """Archives of these days, the newest first."""
    times = [datetime(*day, hour, tzinfo=UTC) for day in days]
    return [Archive(Path(archive_name(at)), at) for at in sorted(times, reverse=True)]


def days_of(archives):
    return [f"{archive.made_at:%m-%d}" for archive in archives]


def test_the_newest_are_kept():
    made = archives((2026, 5, 1), (2026, 5, 2), (2026, 5, 3), (2026, 5, 4))
    assert days_of(outdated(made, made[0].path, keep=2)) == ["05-02", "05-01"]
    assert outdated(made, made[0].path, keep=4) == outdated(made, made[0].path, keep=9) == []


def test_of_each_of_the_last_months_the_newest_is_kept():
    made = archives(*[(2026, month, day) for month in (1, 2, 4, 5) for day in (1, 15, 28)])
    gone = outdated(made, made[0].path, keep=2, keep_monthly=3)
    # Of May two are kept anyway, and there is none of March.
    assert days_of(gone) == ["05-01", "04-15", "04-01", "02-15", "02-01", "01-28", "01-15", "01-01"]


def test_a_daily_run_leaves_fourteen_days_and_twelve_months():
    day, made = datetime(2024, 1, 1, 12, tzinfo=UTC), []
    for number in range(800):
        at = day + timedelta(days=number)
        made.insert(0, Archive(Path(archive_name(at)), at))
        gone = outdated(made, made[0].path, keep=14, keep_monthly=12)
        made = [archive for archive in made if archive not in gone]
    assert [archive.made_at.date() for archive in made[:14]] == [(at - timedelta(days=n)).date() for n in range(14)]
    # Two of the twelve months are among these days.
    assert len(made) == 14 + 10
    assert all((archive.made_at + timedelta(days=1)).day == 1 for archive in made[14:])


def test_the_new_one_is_kept_when_the_clock_has_gone_back():
    made = archives((2026, 5, 1), (2026, 5, 2), (2026, 5, 3))
    assert days_of(outdated(made, made[-1].path, keep=1)) == ["05-02"]


def test_many_backups_of_one_day_push_out_none_of_the_days_before():
    (today,) = archives((2026, 5, 20))
    tries = [today.made_at - timedelta(hours=1, minutes=number) for number in range(14)]
    made = [today, *(Archive(Path(archive_name(at)), at) for at in tries)]
    made += archives(*[(2026, 5, day) for day in range(1, 20)])
    assert days_of(outdated(made, today.path, keep=14)) == ["05-06", "05-05", "05-04", "05-03", "05-02", "05-01"]


def test_of_several_backups_of_a_day_that_is_over_the_newest_is_kept():
    made = archives((2026, 5, 2)) + archives((2026, 5, 1), hour=11) + archives((2026, 5, 1), hour=10)
    assert outdated(made, made[0].path, keep=14) == [made[2]]


def test_a_day_ends_at_midnight_here_so_the_backup_before_an_upgrade_in_the_evening_outlives_that_of_the_night():
    # 21:00 of the 1st in New York, and 4:00 of the 2nd.
    made = archives((2026, 5, 3), hour=8) + archives((2026, 5, 2), hour=8) + archives((2026, 5, 2), hour=1)
    assert outdated(made, made[0].path, keep=14) == []


# --- The command ---


@pytest.fixture
def folder(tmp_path, settings, media):
    """A folder with archives of the last three days."""
    settings.LAST_RUNS_DIR = tmp_path / "last-runs"
    folder = tmp_path / "backups"
    folder.mkdir()
    for days in (1, 2, 3):
        (folder / archive_name(now() - timedelta(days=days))).write_bytes(b"an archive")
    return folder


def run(folder, *arguments):
    call_command("backup", "--output", str(folder), *arguments, verbosity=0)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.django_db
def test_without_keep_nothing_is_deleted(folder):
    before = names(folder)
    run(folder)
    assert names(folder)[:-1] == before


@pytest.mark.django_db
def test_the_oldest_are_deleted_and_said(folder, capsys):
    before = names(folder)
    run(folder, "--keep", "2")
    assert names(folder)[:-1] == before[-1:]
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("Deleted")] == [f"Deleted {name}" for name in before[1::-1]]
    assert said[-1] == str(folder / names(folder)[-1])


@pytest.mark.django_db
def test_no_other_file_is_deleted(folder, tmp_path):
    others = [
        "portal-2020-01-01T000000Z.tar.gz.gpg",
        "portal-2020-01-01T000000Z.tar",
        "portal-2020-01-01.tar.gz",
        "portal-2020-02-31T000000Z.tar.gz",
        "clinic-portal-2020-01-01T000000Z.tar.gz",
        "other.tar.gz.part",
    ]
    for name in others:
        (folder / name).write_bytes(b"Ours")
    (folder / "portal-2020-01-02T000000Z.tar.gz").mkdir()
    (folder / "portal-2020-01-03T000000Z.tar.gz").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").write_bytes(b"Ours")
    (folder / "portal-2020-01-04T000000Z.tar.gz.part").symlink_to(tmp_path / "outside")
    run(folder, "--keep", "1")
    kept = {*others, *(f"portal-2020-01-0{day}T000000Z.tar.gz{end}" for day, end in ((2, ""), (3, ""), (4, ".part")))}
    assert set(names(folder)) - kept == {names(folder)[-1]}
    assert (tmp_path / "outside").read_bytes() == b"Ours"


@pytest.mark.django_db
def test_archives_with_and_without_uploads_make_no_room_for_one_another(folder):
    before = names(folder)
    run(folder, "--keep", "1", "--without-uploads")
    assert set(before) < set(names(folder))
    run(folder, "--keep", "1")
    assert [name.startswith("portal-database-") for name in names(folder)] == [False, True]


@pytest.mark.django_db
def test_what_killed_backups_have_left_is_deleted_and_not_what_another_one_writes(folder):
    left, written = (folder / f"{archive_name(now() - timedelta(days=days))}.part" for days in (8, 9))
    left.touch()
    with written.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run(folder, "--keep", "9")
        assert written.exists()
    assert not left.exists()


def refuse(error):
    def refusing(*args, **kwargs):
        raise error

    return refusing


@pytest.mark.django_db
def test_a_full_disk_deletes_none(folder, monkeypatch):
    before = names(folder)
    monkeypatch.setattr(gzip.GzipFile, "write", refuse(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(CommandError, match=r"There is no backup\..*No space left"):
        run(folder, "--keep", "1")
    assert names(folder) == before
    assert last_run("backup") is None


@pytest.mark.django_db
def test_a_disk_that_knows_no_locks_hinders_no_backup_and_keeps_what_is_unfinished(folder, monkeypatch):
    (folder / f"{archive_name(now())}.part").touch()
    (folder / f"{archive_name(now() - timedelta(days=9))}.part").touch()
    unfinished = len(list(folder.glob("*.part")))
    monkeypatch.setattr(fcntl, "flock", refuse(OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))))
    monkeypatch.setattr(os, "posix_fadvise", refuse(OSError(errno.EINVAL, os.strerror(errno.EINVAL))))
    monkeypatch.setattr(backup, "archive_name", lambda at, **kwargs: archive_name(at + timedelta(minutes=1), **kwargs))
    run(folder, "--keep", "1")
    assert len(list(folder.glob("*.tar.gz"))) == 1
    assert len(list(folder.glob("*.part"))) == unfinished


@pytest.mark.django_db
def test_an_archive_that_does_not_read_back_is_none_and_deletes_none(folder, monkeypatch):
    before, sync = names(folder), os.fsync

    def lose_a_byte(descriptor):
        sync(descriptor)
        os.pwrite(descriptor, b"\0", 1000)

    monkeypatch.setattr(os, "fsync", lose_a_byte)
    with pytest.raises(CommandError, match=r"There is no backup\. What was written does not read back"):
        run(folder, "--keep", "1")
    assert names(folder) == before
    assert last_run("backup") is None


@pytest.mark.django_db
def test_an_archive_from_the_future_is_told_and_none_is_deleted(folder):
    """Else each new archive would be the oldest, and the next one would delete it."""
    future = folder / archive_name(now() + timedelta(days=400))
    future.write_bytes(b"an archive")
    before = names(folder)
    with pytest.raises(CommandError, match=rf"The backup is there, .*{future.name} is from the future"):
        run(folder, "--keep", "1")
    assert len(names(folder)) == len(before) + 1
    assert last_run("backup")


@pytest.mark.django_db
def test_a_clock_that_went_back_an_hour_hinders_nobody(folder):
    later = folder / archive_name(now() + timedelta(hours=1))
    later.write_bytes(b"an archive")
    run(folder, "--keep", "1")
    assert names(folder)[-1] == later.name
    assert len(names(folder)) == 2


@pytest.mark.django_db
def test_an_old_archive_that_cannot_be_deleted_is_told_and_the_new_one_is_there(folder, monkeypatch):
    monkeypatch.setattr(backup, "make_room", refuse(PermissionError(errno.EACCES, os.strerror(errno.EACCES))))
    with pytest.raises(CommandError, match=r"The backup is there, .*Old ones may be, too.*Permission denied"):
        run(folder, "--keep", "1")
    assert len(names(folder)) == 4
    assert last_run("backup")


@pytest.mark.django_db
def test_a_backup_that_cannot_be_noted_says_just_that(folder, settings):
    settings.LAST_RUNS_DIR.write_text("a file")
    with pytest.raises(CommandError, match=r"The backup is there, .*not noted.*File exists") as told:
        run(folder, "--keep", "1")
    assert "Old ones" not in str(told.value)
    assert len(names(folder)) == 1


@pytest.mark.parametrize("arguments", [("--keep", "0"), ("--keep", "-1"), ("--keep", "all"), ("--keep-monthly", "3")])
def test_a_number_that_would_keep_nothing_is_refused(folder, arguments):
    before = names(folder)
    with pytest.raises(CommandError, match=r"at least 1|give --keep"):
        run(folder, *arguments)
    assert names(folder) == before


def test_of_two_backups_at_once_both_are_left(tmp_path):
    first, second = (tmp_path / archive_name(now() - timedelta(seconds=seconds)) for seconds in (5, 0))
    first.touch()
    second.touch()
    assert retention.make_room(first, keep=1) == retention.make_room(second, keep=1) == []

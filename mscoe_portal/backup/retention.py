"""Which archives are kept, and which make room for new ones."""

from datetime import timedelta

from django.utils.timezone import localtime, now

from mscoe_portal.archives import archives_of_kind

# A clock that is set right may go back; by less than this no backup is mistaken for one of another day.
CLOCK_DIFFERENCE = timedelta(days=1)
# An upgrade makes a backup at each try, and the first of them may be the one to go back to.
ALL_OF = timedelta(days=1)


class ClockError(Exception):
    """By the clock nobody can tell which archive is the oldest. The text says why, and what to do."""


def outdated(archives, new, *, keep, keep_monthly=0):
    """Those of `archives` (the newest first) that are not kept.

    Kept are all of the 24 hours before the newest, the newest of each of the `keep` last days and of the `keep_monthly`
    last months that have any, and, whatever the clock says, `new` (a path). Days are those of TIME_ZONE, so that what
    is backed up by day is newer than what the night before was.
    """
    of_days, of_months = {}, {}
    for archive in archives:
        day = localtime(archive.made_at).date()
        of_days.setdefault(day, archive)
        of_months.setdefault((day.year, day.month), archive)
    kept = {*list(of_days.values())[:keep], *list(of_months.values())[:keep_monthly]}
    kept |= {archive for archive in archives if archives[0].made_at - archive.made_at < ALL_OF}
    return [archive for archive in archives if archive not in kept and archive.path != new]


def make_room(new, *, keep, keep_monthly=0):
    """Delete what is outdated beside the archive `new`; returns the paths. Archives without uploads are counted apart.

    Raises ClockError, with all still there, when one is from the future: each new one would count as the oldest.
    Raises OSError.
    """
    archives = archives_of_kind(new)
    if archives and archives[0].made_at > now() + CLOCK_DIFFERENCE:
        raise ClockError(
            f"{archives[0].path.name} is from the future. Set this host's clock right, or move that archive elsewhere."
        )
    paths = [archive.path for archive in outdated(archives, new, keep=keep, keep_monthly=keep_monthly)]
    for path in paths:
        path.unlink(missing_ok=True)
    return paths

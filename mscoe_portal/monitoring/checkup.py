"""What `manage.py doctor` looks at: each check gives findings, in words and with a mend."""

import os
import re
import shutil
import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.mail import get_connection
from django.utils.timesince import timesince
from django.utils.timezone import localtime, now

from mscoe_portal.archives import archives_in
from mscoe_portal.last_runs import DAILY, LATE, last_run
from mscoe_portal.monitoring.parts import PARTS, what_is_wrong

# A line of requirements.txt that names a package: name==version, hashes on further lines.
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# A certificate is renewed 30 days before its end (Let's Encrypt's own advice); less than 14 left means that it failed.
RENEWED, URGENT = timedelta(days=30), timedelta(days=14)
LEAST_FREE_SHARE = 0.1
SECONDS = 10


class Finding(NamedTuple):
    """What was looked at and found; `mend` says what to do, `is_urgent` whether it must be done."""

    name: str
    found: str
    mend: str = ""
    is_urgent: bool = False


def parts():
    """The state of each part of the site, as `/healthz/ready` tells it."""
    wrong = what_is_wrong()
    for part in PARTS:
        if part in wrong:
            # Nobody's data are at stake on one's own computer.
            is_urgent = part.is_needed or not settings.DEMO
            yield Finding(part.name, wrong[part], part.mend, is_urgent)
        elif part.due:
            yield Finding(part.name, part.due, "When it will: systemctl list-timers 'portal-daily@*'")
        else:
            yield Finding(part.name, "ok")


def last_runs():
    """When each daily command last did its work on this host; the parts say whether that is too long ago."""
    times = ((command, last_run(command)) for command in DAILY)
    told = [f"{command} {localtime(at):%Y-%m-%d %H:%M}" if at else f"{command} never" for command, at in times]
    yield Finding("last runs", ", ".join(told))


def settings_and_database(*, database_answers):
    """Django's own checks and the portal's, those for production unless this is a demo."""
    databases = ["default"] if database_answers else []
    messages = checks.run_checks(include_deployment_checks=not settings.DEMO, databases=databases)
    told = [message for message in messages if not message.is_silenced()]
    for message in told:
        found = " ".join(message.msg.split())
        yield Finding(message.id or "settings", found, message.hint or "", message.level >= checks.WARNING)
    if not told:
        yield Finding("settings", "ok")


def packages():
    """Whether just those releases are installed that requirements.txt locks."""
    wrong = []
    for name, version in LOCKED.findall((settings.BASE_DIR / "requirements.txt").read_text()):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = "none"
        if installed != version:
            wrong.append(f"{name} {installed} in place of {version}")
    mend = "Run: .venv/bin/python -m pip install --require-hashes -r requirements.txt"
    yield Finding("packages", "; ".join(wrong), mend, is_urgent=True) if wrong else Finding("packages", "ok")


def newest_backup():
    """How old the newest archive is where `backup` puts it by itself; the parts say when it ran last."""
    try:
        newest, size = _newest_archive()
    except OSError as error:
        yield Finding("newest backup", f"cannot be looked at: {error}", "Run doctor as the user that runs the portal.")
        return
    if newest is None:
        mend = "If another folder has them (--output), look there; else see that the daily timer is on."
        yield Finding("newest backup", f"none in {settings.BACKUPS_DIR}", mend)
        return
    age = now() - newest.made_at
    found = f"{newest.path.name}, {timesince(newest.made_at, depth=1)} old, {_megabytes(size)}"
    mend = ""
    if age > LATE:
        mend = "See why there is no newer one: journalctl -u portal-daily@backup"
    elif age < -timedelta(days=1):
        found = f"{newest.path.name} is from the future"
        mend = "Set this host's clock right, or move that archive elsewhere: until then no old one is deleted."
    yield Finding("newest backup", found, mend, is_urgent=bool(mend) and not settings.DEMO)


def disks():
    """How much is free of the disk on which the portal writes, and of that of the backups, if it is another."""
    needed = 0
    with suppress(OSError):
        _newest, needed = _newest_archive()
    places = {place.stat().st_dev: place for place in map(_nearest, (settings.BACKUPS_DIR, settings.VAR_DIR))}
    for device, place in places.items():
        usage = shutil.disk_usage(place)
        share = usage.free / usage.total
        found = f"{share:.0%} free ({usage.free / 1024**3:.1f} GB) of the disk of {place}"
        is_too_small = device == _nearest(settings.BACKUPS_DIR).stat().st_dev and usage.free < needed
        if is_too_small:
            mend = f"The next backup, of some {_megabytes(needed)}, does not fit: free some of it, or keep fewer."
        else:
            mend = "Free some of it: old backups and logs are the usual ones." if share < LEAST_FREE_SHARE else ""
        yield Finding("disk", found, mend, is_urgent=is_too_small)


def _newest_archive():
    """The newest archive where `backup` puts it by itself, and its size; None and 0 where there is none."""
    newest = next(iter(archives_in(settings.BACKUPS_DIR)), None)
    return newest, newest.path.stat().st_size if newest else 0


def _nearest(folder):
    """`folder`, or what can be seen of the folders above it."""
    return next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))


def _megabytes(size):
    return f"{size / 1024**2:,.1f} MB"


def certificate(url):
    """Until when the certificate at `url` holds, and whether a browser would trust it."""
    parts = urlsplit(url)
    address = parts.hostname, parts.port or 443
    try:
        with (
            socket.create_connection(address, timeout=SECONDS) as connection,
            ssl.create_default_context().wrap_socket(connection, server_hostname=parts.hostname) as secure,
        ):
            ends = ssl.cert_time_to_seconds(secure.getpeercert()["notAfter"])
    except (OSError, TypeError, ValueError) as error:
        yield Finding("certificate", f"{url} cannot be asked: {error}", "Open it in a browser.", is_urgent=True)
        return
    ends = datetime.fromtimestamp(ends, UTC)
    left = ends - now()
    mend = "Renew it, and see that whatever renews it runs: certbot.timer, for example." if left < RENEWED else ""
    yield Finding("certificate", f"holds until {ends:%Y-%m-%d}, {left.days} days", mend, left < URGENT)


def mail():
    """Whether the mail server lets the portal in. Sends nothing."""
    mend = "See EMAIL_URL in .env: host, port, name and password."
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding("e-mail", "no server: letters reach nobody", mend, is_urgent=True)
        return
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("e-mail", f"{settings.EMAIL_HOST} did not let the portal in: {error}", mend, is_urgent=True)
    else:
        yield Finding("e-mail", f"{settings.EMAIL_HOST} lets the portal in")

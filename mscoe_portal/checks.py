"""What must hold before the portal is let onto the internet, beyond Django's own list: `manage.py check --deploy`.

Each rule is a small function of the settings, or of the database's connection, with the words that say what is wrong
and how to mend it. Django warns of a few of the same things; here they are errors that stop an upgrade, and the mend is
told in the variables of `.env`.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import available_timezones

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections

# Django's own measure (security.W009), and a random text of these has more than 256 bits.
SECRET_LENGTH, SECRET_CHARACTERS, INSECURE_PREFIX = 50, 5, "django-insecure-"
# Backends of django.core.mail that send nothing to anybody.
UNSENT = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")}
# Seconds by which the database's clock may differ from this host's: due dates and sessions are compared across both.
CLOCK_DIFFERENCE = 5


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. `holds` gets the settings, or the connection to the database, and gives a bool."""

    number: int
    name: str
    holds: Callable
    message: str
    hint: str
    level: int = checks.ERROR

    @property
    def id(self):
        return f"mscoe_portal.{'E' if self.level == checks.ERROR else 'W'}{self.number:03}"

    def tell(self):
        """The message of Django's check framework that says that this does not hold."""
        return checks.CheckMessage(self.level, self.message, hint=self.hint, id=self.id)


def debug_is_off(settings):
    return not settings.DEBUG


def demo_is_off(settings):
    return not settings.DEMO


def secret_is_strong(settings):
    """Whether nobody guesses the key that signs sessions, nor one that it replaced and that is still believed."""
    return all(
        len(key) >= SECRET_LENGTH and len(set(key)) >= SECRET_CHARACTERS and not key.startswith(INSECURE_PREFIX)
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    )


def hosts_are_named(settings):
    """Whether ALLOWED_HOSTS names a host that others can reach by name, and lets nobody name another."""
    hosts = [host.lower() for host in settings.ALLOWED_HOSTS]
    return "*" not in hosts and not all(map(is_local, hosts))


def is_local(host):
    """Whether `host` is a name, or an address, of a computer for itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def https_is_kept_to(settings):
    """Whether readers are led to HTTPS and stay there, and no cookie goes out without it."""
    return bool(
        settings.SECURE_SSL_REDIRECT
        and settings.SECURE_HSTS_SECONDS
        and settings.SESSION_COOKIE_SECURE
        and settings.CSRF_COOKIE_SECURE
    )


def mail_is_sent(settings):
    return settings.EMAIL_BACKEND not in UNSENT and bool(settings.EMAIL_HOST)


def sender_is_named(settings):
    """Whether letters come from an address that mail servers believe and a person can answer."""
    return not settings.DEFAULT_FROM_EMAIL.rstrip(" >").endswith("@localhost")


def time_zone_is_known(settings):
    """Whether days begin and end where the readers are: dates of review lapse at midnight."""
    return settings.USE_TZ and settings.TIME_ZONE in available_timezones()


def uploads_can_be_written(settings):
    return is_writable(settings.MEDIA_ROOT)


def finished_pages_can_be_written(settings):
    return is_writable(settings.DELIVERY_DIR)


def is_writable(folder):
    """Whether this process may write into `folder`, or make it where it is not there yet."""
    folder = Path(folder).absolute()
    nearest = next(path for path in [folder, *folder.parents] if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def proxies_are_counted(settings):
    """Whether a proxy is counted where one is believed, and none where there is none.

    Uncounted, every reader has the proxy's address, and one attacker locks a person out for all; counted without being
    there, whoever asks names an address of his own.
    """
    return bool(settings.PROXY_COUNT) == settings.BEHIND_PROXY


def clocks_agree(connection):
    """Whether the database's clock and this host's are within a few seconds of each other.

    Raises DatabaseError when the database cannot be asked.
    """
    ask = {
        "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
        "sqlite": "SELECT (julianday('now') - 2440587.5) * 86400",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return abs(float(cursor.fetchone()[0]) - time.time()) <= CLOCK_DIFFERENCE


RULES = [
    Rule(
        1,
        "debug",
        debug_is_off,
        "Error pages show code and settings to everybody.",
        "Take DEBUG out of .env, or set DEBUG=off.",
    ),
    Rule(
        2,
        "demo",
        demo_is_off,
        "This is a trial: plain HTTP, and accounts that anybody may know.",
        "Take DEMO out of .env, or set DEMO=off.",
    ),
    Rule(
        3,
        "secret",
        secret_is_strong,
        "SECRET_KEY can be guessed, and with it every session.",
        "Put a new one into .env: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
    ),
    Rule(
        4,
        "hosts",
        hosts_are_named,
        "ALLOWED_HOSTS names no host that readers know, or any.",
        "Name the site's own in .env, as in ALLOWED_HOSTS=www.example.org",
    ),
    Rule(
        5,
        "https",
        https_is_kept_to,
        "Readers and editors may be left on plain HTTP.",
        "Take SECURE_SSL_REDIRECT, DEMO and DEBUG out of .env; behind nginx set BEHIND_PROXY=on.",
    ),
    Rule(
        6,
        "e-mail",
        mail_is_sent,
        "Letters reach nobody: no invitation, link for a forgotten password, word of a changed sign-in or reminder.",
        "Name a mail server in .env, as in EMAIL_URL=smtp+tls://USER:PASSWORD@HOST:587",
        checks.WARNING,
    ),
    Rule(
        7,
        "sender",
        sender_is_named,
        "Letters come from localhost, which mail servers refuse.",
        "Name the sender in .env, as in DEFAULT_FROM_EMAIL=Portal <portal@example.org>",
        checks.WARNING,
    ),
    Rule(
        8,
        "time zone",
        time_zone_is_known,
        "The time zone is not known, so reviews would lapse at another hour.",
        "Name the clinic's in .env, as in TIME_ZONE=America/Chicago; on Debian: apt install tzdata",
    ),
    Rule(
        9,
        "uploads",
        uploads_can_be_written,
        "The folder of uploads cannot be written.",
        "Give MEDIA_ROOT to the user that runs the portal, as in: chown -R portal: /srv/portal/shared/media",
    ),
    Rule(
        10,
        "finished pages",
        finished_pages_can_be_written,
        "The folder of finished pages cannot be written, so that each is made for each reader.",
        "Give DELIVERY_DIR to the user that runs the portal, and see that the disk is neither full nor read-only.",
    ),
    Rule(
        11,
        "proxies",
        proxies_are_counted,
        "PROXY_COUNT and BEHIND_PROXY disagree on whether there is a proxy, so that a lock-out meets the wrong people.",
        "Behind nginx set BEHIND_PROXY=on and PROXY_COUNT=1 in .env; without a proxy leave both out.",
    ),
]
DATABASE_RULES = [
    Rule(
        12,
        "clock",
        clocks_agree,
        f"The clocks of this host and of the database differ by more than {CLOCK_DIFFERENCE} seconds.",
        "Keep both by NTP; on Debian: apt install systemd-timesyncd, then timedatectl set-ntp on",
    ),
]


@checks.register(checks.Tags.security, deploy=True)
def check_settings(app_configs, **kwargs):
    """What does not hold of the settings, as messages of Django's checks; only with `--deploy`."""
    return [rule.tell() for rule in RULES if not rule.holds(settings)]


@checks.register(checks.Tags.database, deploy=True)
def check_databases(app_configs, databases=None, **kwargs):
    """What does not hold of the `databases` (aliases) that the command names; only with `--deploy`."""
    return [message for alias in databases or [] for message in told_of_database(connections[alias])]


def told_of_database(database):
    """The messages about what does not hold of one database; one that cannot be reached is told by whoever needs it."""
    try:
        return [rule.tell() for rule in DATABASE_RULES if not rule.holds(database)]
    except DatabaseError as error:
        return [checks.Error(f"The database of DATABASE_URL cannot be reached: {error}", id="mscoe_portal.E013")]

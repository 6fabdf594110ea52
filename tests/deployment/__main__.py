"""`make deploy-check`: deploy/'s scripts, on a machine with systemd, PostgreSQL and nginx that is gone afterwards.

Installs, installs again, upgrades while people read, upgrades to releases that are broken, goes back; prints what was
counted. With names of acts (`python -m tests.deployment install broken`) only these. Ends with exit code 1 when
anything is not as it should be, 2 where no such machine can be made.
"""

import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tests.deployment.machine import Machine, NotPossibleError

ROOT = Path(__file__).parents[2]
NAME = "www.example.org"
# What lies in a release: deploy/release.sh.
CONTENTS = re.search(r"contents=\(([^)]*)\)", (ROOT / "deploy" / "release.sh").read_text())[1].split()
# Where the scripts write; and below it, what is written while the site runs.
PLACES, RUNNING = "/etc /srv /usr/local /var/www", "/srv/portal/(releases/[^/]+/var|shared)"
MIGRATION = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("search", "{last}")]
    operations = [{operation}]
"""
NOT_TRIED = (
    "Not tried: apt-get (the packages were there already), a certificate that a browser trusts, letters that leave, "
    "and a machine that is started anew."
)
MARK = '<meta name="viewport"'


class WrongError(Exception):
    """What was found is not what should be."""


def say(text=""):
    print(text, flush=True)  # noqa: T201 - it is what this program is for


def expect(condition, what):
    if not condition:
        raise WrongError(what)


def wheels():
    """The folder of the packages that requirements.txt locks, fetched once for each of its states."""
    locked = ROOT / "requirements.txt"
    folder = ROOT / "var" / "wheels" / hashlib.sha256(locked.read_bytes()).hexdigest()[:12]
    if not folder.exists():
        say("Fetching the packages of requirements.txt, since the machine has no way to the internet ...")
        shutil.rmtree(folder.parent, ignore_errors=True)
        partly = folder.with_suffix(".part")
        # For the Python of Debian 12, whichever runs this.
        fetch = ["download", "--quiet", "--quiet", "--require-hashes", "--no-deps", "--requirement", locked]
        fetch += ["--dest", partly, "--python-version", "3.11", "--only-binary", ":all:"]
        subprocess.run([sys.executable, "-m", "pip", *fetch], check=True)
        partly.rename(folder)
    return folder


class Releases:
    """Releases to install: this one, and others that differ from it, each in a folder of the machine."""

    def __init__(self, machine, folder):
        self.machine, self.folder = machine, folder

    def make(self, name, change=lambda folder: None):
        """Put a release into the machine that says `name` on each page; returns its folder there."""
        here = self.folder / name
        here.mkdir()
        pack = ["tar", "--create", "--exclude=__pycache__", *CONTENTS]
        packed = subprocess.run(pack, cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "--extract"], cwd=here, input=packed, check=True)
        edit(here / "templates/base.html", MARK, f'<meta name="trial-release" content="{name}">{MARK}')
        change(here)
        there = f"/root/{name}"
        self.machine.put(here, CONTENTS, there)
        return there


def edit(path, old, new):
    text = path.read_text()
    expect(old in text, f"{path} says {old!r} no more; tests/deployment must be changed")
    path.write_text(text.replace(old, new, 1))


def with_style_and_migration(folder):
    """As releases are: another style sheet, under another name then, and another table."""
    (folder / "static/css/site.css").open("a").write("\n.trial { color: inherit }\n")
    add_migration(folder, "0998_trial", "migrations.RunSQL('CREATE TABLE trial (number integer)', 'DROP TABLE trial')")


def with_failing_migration(folder):
    add_migration(folder, "0999_fails", "migrations.RunSQL('SELECT * FROM no_such_table')")


def with_broken_page(folder):
    edit(folder / "templates/base.html", MARK, "{% no_such_tag %}" + MARK)


def with_broken_search(folder):
    (folder / "mscoe_portal/search/views.py").open("a").write("\nraise ImportError\n")


def with_socket_that_nginx_cannot_reach(folder):
    edit(folder / "deploy/portal@.service", "Group=portal", "Group=nogroup")


def with_site_check_that_fails(folder):
    edit(folder / "deploy/release.sh", "check_site() {\n", "check_site() {\n    why='this is a trial'\n    return 1\n")


def add_migration(folder, name, operation):
    migrations = folder / "mscoe_portal/search/migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / f"{name}.py").write_text(MIGRATION.format(last=last, operation=operation))


class Trial:
    """The acts, one after another, on one machine."""

    def __init__(self, machine, releases):
        self.machine, self.releases = machine, releases

    def script(self, line, code=0):
        """Run a script of deploy/; returns what it said. Raises WrongError at another exit code than `code`."""
        started = time.monotonic()
        done = self.machine.run(line, check=False)
        for text in done.stdout.splitlines():
            say(f"    {text}")
        say(f"    -> exit code {done.returncode} after {time.monotonic() - started:.0f} s")
        if done.returncode != code:
            say(self.tell("tail -40 /var/log/portal-deploy.log; journalctl --lines 60 --no-pager"))
        expect(done.returncode == code, f"{line} ended with exit code {done.returncode}, not {code}")
        return done.stdout

    def tell(self, script):
        return self.machine.run(script, check=False).stdout.strip()

    @property
    def serving(self):
        return self.tell("basename $(readlink /srv/portal/current)")

    @property
    def running(self):
        listed = self.tell("systemctl list-units --plain --no-legend --state=active 'portal@*' | cut -d' ' -f1")
        return [unit.removeprefix("portal@").removesuffix(".service") for unit in listed.splitlines()]

    def state(self):
        """All that an install puts there: files with owner, mode and time of change, processes, units, tables."""
        without = f"-regextype posix-extended -regex '{RUNNING}' -prune -o -not -name '*.pyc'"
        files = self.tell(f"find {PLACES} {without} -printf '%p %u %g %m %s %T@ %l\\n' | sort")
        processes = self.tell("systemctl show --property MainPID --value 'portal@*' nginx 'postgresql@*'")
        units = self.tell("systemctl list-unit-files --no-legend 'portal*'; systemctl list-units --no-legend 'portal*'")
        count = "select count(*), max(applied) from django_migrations"
        tables = self.tell(f"runuser -u postgres -- psql -Atc '{count}' portal")
        return {"files": files, "processes": processes, "units": units, "tables": tables}

    @contextmanager
    def readers(self):
        """While people read; gives a dict that has afterwards what they got."""
        counted = {}
        command = self.machine.from_outside("-m", "tests.deployment.load", NAME)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            time.sleep(2)
            try:
                yield counted
                time.sleep(2)
            finally:
                process.send_signal(signal.SIGTERM)
                output = process.communicate(timeout=60)[0]
        counted.update(json.loads(output))
        by_release = ", ".join(f"{number} pages of {name}" for name, number in counted["releases"].items())
        say(
            f"    readers: {counted['requests']} requests, {counted['failed']} failed, {counted['asked again']} asked "
            f"again, longest {counted['longest']:.2f} s; {by_release}"
        )
        expect(counted["failed"] == 0, f"readers got {counted['failures']}")
        expect(counted["requests"] > 500, "there were hardly any readers")

    # --- The acts ---

    def install(self):
        """install.sh on a machine without a portal"""
        self.first = self.releases.make("first")
        self.script(f"{self.first}/deploy/install.sh {NAME}")
        expect(self.running == [self.serving], "not one release is running")
        expect(self.tell("stat -c '%a %U' /srv/portal/.env") == "600 portal", ".env can be read by others")
        headers = self.tell(f"curl -ks --http2 -D - -o /dev/null --connect-to ::127.0.0.1: https://{NAME}/")
        expect(headers.startswith("HTTP/2 200"), f"the site answers {headers[:200]}")
        expect("nginx/" not in headers, "nginx tells its version")
        old = self.tell(f"curl -ks --tls-max 1.1 --connect-to ::127.0.0.1: https://{NAME}/ ; echo $?")
        expect(old != "0", "TLS 1.1 is spoken")
        for _kind in ("once", "twice"):  # the second comes from the file
            page = self.tell(f"curl -ks --connect-to ::127.0.0.1: https://{NAME}/")
        expect("first" in page, "the page is not of this release")
        style = re.search(r'/static/css/site\.[^"]+', page)[0]
        headers = self.tell(f"curl -ksI --connect-to ::127.0.0.1: https://{NAME}{style}")
        expect("immutable" in headers, f"the style sheet is not kept by browsers: {headers}")

    def install_again(self):
        """install.sh once more: nothing changes"""
        before = self.state()
        told = self.script(f"{self.first}/deploy/install.sh {NAME}")
        expect("Nothing was changed." in told and "\ndone " not in told, "it says that it changed something")
        for what, then in self.state().items():
            different = set(then.splitlines()) ^ set(before[what].splitlines())
            expect(not different, f"other {what}: {sorted(different)[:5]}")
        say(f"    {len(before['files'].splitlines())} files, processes, units and tables are as before")

    def daily(self):
        """what runs once a day, as its timer starts it"""
        told = self.tell("/usr/local/bin/portal-manage doctor || true").splitlines()
        due = [line for line in told if "not yet, on a host that is new" in line]
        expect(len(due) == 3 and all(line.startswith("note") for line in due), f"doctor says: {told}")
        say(f"    doctor: {due[-1]}")
        backups = "/srv/portal/shared/backups"
        old = [f"portal-20{year}-12-31T000000Z.tar.gz" for year in range(10, 26)]
        made = f"install -d -o portal {backups} && cd {backups} && touch {' '.join(old)} portal-notes.tar.gz"
        self.machine.run(f"{made} && chown portal: *")
        for command in ("clearsessions", "delete_expired_tries", "backup", "send_review_reminders"):
            unit = f"portal-daily@{command}"
            self.script(f"systemctl start {unit} && echo {unit}: $(systemctl show --property Result --value {unit})")
        kept = self.tell(f"ls {backups}").split()
        say(f"    {len(kept) - 1} backups are kept, the newest is {kept[-2]}")
        expect(kept[:-2] == old[-13:] and kept[-1] == "portal-notes.tar.gz", f"kept are {kept}")
        waiting = self.tell("systemctl list-timers --no-pager --no-legend 'portal-daily@*' | wc -l")
        expect(
            waiting == self.tell("ls /etc/systemd/system/timers.target.wants/portal-daily@* | wc -l"), "a timer is off"
        )
        say(f"    {waiting} timers wait")

    def harden(self):
        """what a service can reach when it was broken into, by systemd's own rating"""
        told = self.tell(f"systemd-analyze security --no-pager portal@{self.serving}.service | tail -1")
        say(f"    {told}")
        expect("OK" in told or "SAFE" in told, "the service is exposed")

    def upgrade(self):
        """upgrade.sh while people read: another style sheet, another table"""
        old = self.serving
        second = self.releases.make("second", with_style_and_migration)
        with self.readers() as counted:
            self.script(f"{second}/deploy/upgrade.sh")
        expect(self.running == [self.serving] != [old], "the new release is not the one that runs")
        expect(set(counted["releases"]) == {"first", "second"}, "readers did not get both releases")
        before = self.state()
        self.script(f"{second}/deploy/upgrade.sh")
        expect(before == self.state(), "a second run changed something")

    def broken(self):
        """upgrades that fail while people read: the release that serves goes on"""
        changes = [with_failing_migration, with_broken_search, with_socket_that_nginx_cannot_reach, with_broken_page]
        before = self.serving, self.tell("cat /etc/systemd/system/portal@.service")
        with self.readers() as counted:
            for number, change in enumerate(changes):
                say(f"  {change.__name__}")
                self.script(f"{self.releases.make(f'broken{number}', change)}/deploy/upgrade.sh", code=1)
                expect(self.serving == before[0] and self.running == [self.serving], "another release runs")
                expect(self.tell("cat /etc/systemd/system/portal@.service") == before[1], "the unit is another one")
        expect(len(counted["releases"]) == 1, "readers got another release")

    def broken_behind_nginx(self):
        """an upgrade that is found to fail when it has switched, while people read"""
        serving = self.serving
        with self.readers() as counted:
            last = self.releases.make("last", with_site_check_that_fails)
            self.script(f"{last}/deploy/upgrade.sh", code=1)
            expect(self.serving == serving and self.running == [serving], "another release runs")
        expect("last" in counted["releases"], "it had not switched")

    def go_back(self):
        """go-back.sh while people read, and forward again"""
        serving = self.serving
        with self.readers():
            self.script("/srv/portal/current/deploy/go-back.sh")
            expect(self.serving != serving and self.running == [self.serving], "the release before does not run")
            self.script("/srv/portal/current/deploy/go-back.sh")
            expect(self.serving == serving and self.running == [self.serving], "it did not change back")

    def crash(self):
        """every process of the portal killed: readers are told whom to call, and systemd starts it again"""
        self.machine.run(f"systemctl kill --signal KILL portal@{self.serving}")
        answer = self.tell(f"curl -ks -w '%{{http_code}}' --connect-to ::127.0.0.1: 'https://{NAME}/search/?q=now'")
        expect(answer.endswith("502") and "988" in answer, f"readers were told: {answer[:300]}")
        started = time.monotonic()
        while not self.tell(f"curl -ks --connect-to ::127.0.0.1: https://{NAME}/healthz/live").endswith("ok"):
            expect(time.monotonic() - started < 60, "it did not start again")
            time.sleep(0.3)
        say(f"    serves again {time.monotonic() - started:.1f} s after it was killed")

    ACTS = (install, install_again, daily, harden, upgrade, broken, broken_behind_nginx, go_back, crash)


def main(names):
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder, Machine(wheels()) as machine:
            # A database server as Debian's package makes it, whatever this computer has in its own.
            newest = "$(ls /usr/lib/postgresql | sort --version-sort | tail --lines 1)"
            machine.run(f"pg_createcluster {newest} main && systemctl daemon-reload")
            trial = Trial(machine, Releases(machine, Path(folder)))
            for act in trial.ACTS:
                if names and act.__name__ not in names:
                    continue
                say(f"\n== {act.__name__}: {act.__doc__}")
                act(trial)
    except NotPossibleError as error:
        say(f"No machine to install on can be made here, so nothing was tried: {error}")
        return 2
    except WrongError as error:
        say(f"\nWRONG: {error}")
        return 1
    say(f"\nAll of it is as it should be, after {time.monotonic() - started:.0f} s. {NOT_TRIED}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

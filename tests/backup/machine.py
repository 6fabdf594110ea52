"""Another machine: the portal with a database and uploads of its own, in processes of its own.

Run as a program it prints its public pages: JSON of {address: SHA-256 of what a reader gets}. It fails when a migration
is due.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from lxml import etree

ROOT = Path(__file__).parents[2]


def addresses_of(client):
    """The addresses that readers can find: those of the first content and all that the sitemap names, in order."""
    from tests.site import ADDRESSES

    sitemap = etree.fromstring(client.get("/sitemap.xml").content)
    named = sitemap.xpath("//*[local-name() = 'loc' or local-name() = 'link']/text() | //@href")
    return sorted({"/sitemap.xml", *ADDRESSES, *(urlsplit(address).path for address in named)})


def bodies_of(client, addresses):
    """{address: (status, SHA-256 of the body)} of the pages, as a reader gets them."""
    answers = {address: client.get(address) for address in addresses}
    return {
        address: [answer.status_code, hashlib.sha256(answer.getvalue()).hexdigest()]
        for address, answer in answers.items()
    }


class Machine:
    """The portal on the database at `url`, with its uploads in `folder`."""

    def __init__(self, url, folder):
        self.url = url
        self.database = environ.Env.db_url_config(url)["NAME"]
        self._environment = os.environ | {
            "DEMO": "on",
            "SECRET_KEY": "only-for-tests",
            "ALLOWED_HOSTS": "localhost,testserver",
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.backup.settings",
            "MACHINE_FOLDER": str(folder),
        }

    def manage(self, *arguments):
        """Run a command of manage.py. AssertionError with what it said when it fails."""
        self.run("manage.py", *arguments)

    def pages(self):
        """What `bodies_of` gives of all its addresses. AssertionError when a migration is due."""
        return json.loads(self.run("-m", "tests.backup.machine"))

    def run(self, *arguments):
        """Run Python in the folder of the portal; returns what it said."""
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(command, check=False, cwd=ROOT, env=self._environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def main():
    import django

    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from tests.site import ReadersClient, read_addresses

    call_command("migrate", check_unapplied=True, verbosity=0)
    setup_test_environment()
    read_addresses()
    client = ReadersClient()
    sys.stdout.write(json.dumps(bodies_of(client, addresses_of(client))))


if __name__ == "__main__":
    main()

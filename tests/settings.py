"""The portal's own settings, and the little that a test run needs otherwise.

Nothing of the environment or of .env reaches the tests, above all no DATABASE_URL. They run on SQLite, or, with
`TEST_DATABASE=postgresql`, on a PostgreSQL that lives as long as the run.
"""

import os
import tempfile
from pathlib import Path

from tests import postgresql

if "PYTEST_XDIST_WORKER" in os.environ:
    # The run that started this worker made the folder and the server, and takes them away: a worker ends too abruptly.
    _folder = Path(tempfile.mkdtemp(dir=os.environ["TEST_FOLDER"]))
else:
    _temporary = tempfile.TemporaryDirectory(prefix="portal-test-")  # deleted when the run ends
    _folder = Path(_temporary.name)
    os.environ.update(TEST_FOLDER=str(_folder), DATABASE_URL=f"sqlite:///{_folder}/db.sqlite3", NO_POSTGRESQL="")
    if os.environ.get("TEST_DATABASE") == "postgresql":
        try:
            os.environ["DATABASE_URL"] = postgresql.start()
        except postgresql.NotAvailableError as error:
            os.environ["NO_POSTGRESQL"] = str(error)
NO_POSTGRESQL = os.environ["NO_POSTGRESQL"]  # if not empty, conftest.py skips every test, with this as the reason
os.environ.update(DEMO="on", DEBUG="off", SECRET_KEY="only-for-tests", ALLOWED_HOSTS="localhost,testserver")
os.environ.pop("DEMO_PASSWORD", None)

from mscoe_portal.settings import *  # noqa: E402, F403 - after the environment that they read

# No test looks at a stored password's strength, and a real hash takes 0.2 s.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The live server reads static files where they are written, under their plain names.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

# The tables are made from the models: all migrations take 10 s. backup/test_machines.py tells when they make others.
DATABASES["default"]["TEST"] = {"MIGRATE": False}  # noqa: F405
# In a file, as in production: the live server's threads have connections of their own.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"]["NAME"] = _folder / "test.sqlite3"  # noqa: F405
MEDIA_ROOT = _folder / "media"
BACKUPS_DIR = _folder / "backups"
DELIVERY_DIR = _folder / "delivery"
LAST_RUNS_DIR = _folder / "last-runs"
SERVER_ERROR_PAGE = _folder / "500.html"

# Else WhiteNoise looks through all static files anew for each test's client.
WHITENOISE_AUTOREFRESH = True

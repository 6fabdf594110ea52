"""The portal's own settings for another machine; the test says by the environment where its data lie."""

import os
from pathlib import Path

from mscoe_portal.settings import *  # noqa: F403

# Static files are not collected for a test.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = Path(os.environ["MACHINE_FOLDER"]) / "media"
DELIVERY_DIR = Path(os.environ["MACHINE_FOLDER"]) / "delivery"
SERVER_ERROR_PAGE = Path(os.environ["MACHINE_FOLDER"]) / "500.html"
LAST_RUNS_DIR = Path(os.environ["MACHINE_FOLDER"]) / "last-runs"

"""The portal's own settings for servers that a test starts; the test says by the environment which data they use."""

from mscoe_portal.settings import *  # noqa: F403

# Static files are not collected for a test.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
SERVER_ERROR_PAGE = DELIVERY_DIR / "500.html"  # noqa: F405
MEDIA_ROOT = DELIVERY_DIR / "media"  # noqa: F405
MIDDLEWARE.append("tests.faults.killer.KillMiddleware")  # noqa: F405

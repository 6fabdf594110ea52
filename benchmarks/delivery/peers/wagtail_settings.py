"""Wagtail as `wagtail start` sets it up for production, with Django's cache for the whole site in front."""

import os

from mysite.settings.production import *  # noqa: F403 - as it ships

SECRET_KEY = "of no use outside the bench"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"
if "BENCH_UNCACHED" not in os.environ:
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *MIDDLEWARE,  # noqa: F405
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]

"""django CMS as `djangocms .` sets it up, page cache included, with DEBUG off."""

import os

from mysite.settings import *  # noqa: F403 - as it ships

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
CMS_PAGE_CACHE = "BENCH_UNCACHED" not in os.environ

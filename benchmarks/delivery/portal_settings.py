"""The portal's own settings; what it writes lies in the bench's folder `BENCH_DIR`, apart from the site in `var/`."""

import os
from pathlib import Path

from mscoe_portal.settings import *  # noqa: F403 - the portal as it is

BENCH_DIR = Path(os.environ["BENCH_DIR"])
DELIVERY_DIR = BENCH_DIR / "delivery"
STATIC_ROOT = BENCH_DIR.parent / "static"
MEDIA_ROOT = BENCH_DIR / "media"
SERVER_ERROR_PAGE = BENCH_DIR / "500.html"

#!/usr/bin/env python
"""Django's command-line entry point for the portal."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mscoe_portal.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings, so that a wrong one is told in one line
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"The settings cannot be used: {error}")
    execute_from_command_line(sys.argv)

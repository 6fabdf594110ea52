"""WSGI entry point: `application` is what the server (granian) calls."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mscoe_portal.settings")
django_application = get_wsgi_application()

from mscoe_portal.bad_requests import Utf8Request  # noqa: E402 - needs the apps that Django has just loaded
from mscoe_portal.delivery.wsgi import Delivery  # noqa: E402 - the same
from mscoe_portal.serving import hold_database  # noqa: E402 - the same

hold_database()
django_application.request_class = Utf8Request
application = Delivery(django_application)

# What is loaded by now stays: the garbage collector need not look through all of it again and again.
gc.freeze()

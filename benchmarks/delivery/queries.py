"""Print how many database queries the WSGI application `module:name` makes for a warm page, on average.

Run by the Python of the site that is measured: `python queries.py module:name path`.
"""

import sys
from importlib import import_module
from wsgiref.util import setup_testing_defaults

REQUESTS = 20


def ask(application, path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    statuses = []
    response = application(environ, lambda status, headers, exc_info=None: statuses.append(status))
    b"".join(response)
    getattr(response, "close", lambda: None)()
    if not statuses[0].startswith("200"):
        raise SystemExit(f"{path}: {statuses[0]}")


def main(application, path):
    module, name = application.split(":")
    application = getattr(import_module(module), name)
    from django.db import connection  # only after the application has set Django up

    ask(application, path)
    ask(application, path)
    asked = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        for _number in range(REQUESTS):
            ask(application, path)
    sys.stdout.write(f"{len(asked) / REQUESTS:g}\n")


main(*sys.argv[1:])

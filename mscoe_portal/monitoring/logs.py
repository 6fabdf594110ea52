"""What a line of the log says. Nothing that a person sent is in it, whoever logs.

Our own code words its messages without personal data. Nobody else has promised that: of what Django and other packages
log, only the text in their source is told, never what they put into it.
"""

import logging
import traceback
from http import HTTPStatus

from pythonjsonlogger.json import JsonFormatter

from mscoe_portal.request_id import request_id

# Loggers whose messages are told as they are: the portal's own, and the server's, which says how its processes fare.
OWN = ("mscoe_portal", "stemcells", "_granian")
# Errors whose text is about the code, the machine or the database server. Others quote what was sent ("invalid literal:
# 'my name'"), so of them the kind and the place must do.
HARMLESS = ("AttributeError", "NameError", "ImportError", "ModuleNotFoundError", "ImproperlyConfigured")
FIRST_LINE = ("OperationalError",)


def message_of(record):
    """What the record says, without anything that a person sent."""
    if record.name.split(".")[0] in OWN:
        # Of an error that reaches the server, it logs the text in further lines.
        return record.getMessage() if record.name != "_granian" else record.getMessage().partition("\n")[0]
    if status := getattr(record, "status_code", None):
        return f"{status} {HTTPStatus(status).phrase}"
    if record.args:
        return str(record.msg)
    return f"{record.levelname.lower()} at {record.module}:{record.lineno}"


def route_of(record):
    """The pattern of the address that was asked for; empty where none is known. (The address may say who asks.)"""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return f"/{match.route}" if match else ""


def has_failed(record):
    """Whether a traceback helps: not of a request that could not be right, of which robots send many."""
    return bool(record.exc_info and record.exc_info[1]) and getattr(record, "status_code", 500) >= 500  # noqa: PLR2004


def traceback_of(error):
    """The traceback of `error` and of what led to it: places in the code and kinds of errors, harmless texts only."""
    lines = []
    while error is not None:
        stack = traceback.extract_tb(error.__traceback__)
        lines.append("".join(traceback.format_list(stack)) + _told(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to:\n".join(reversed(lines))


def _told(error):
    name = type(error).__name__
    if isinstance(error, OSError):
        return f"{name}: {error.strerror}"
    if name in HARMLESS:
        return f"{name}: {error}"
    if name in FIRST_LINE:
        return f"{name}: {next(iter(str(error).splitlines()), '')}"
    return name


class _Private(logging.Formatter):
    """Formats a copy of the record that holds nothing of a person's; other handlers get the record as it was."""

    def format(self, record):
        told = logging.makeLogRecord(
            {
                "name": record.name,
                "levelname": record.levelname,
                "created": record.created,
                "msecs": record.msecs,
                "msg": message_of(record),
                "exc_info": record.exc_info if has_failed(record) else None,
                "request_id": request_id(),
                "route": route_of(record),
            }
        )
        return super().format(told)

    def formatException(self, exc_info):  # noqa: N802 - logging's own name
        return traceback_of(exc_info[1])


class JsonLines(_Private, JsonFormatter):
    """One JSON object a line: timestamp, level, logger, message, request_id, route, exception."""

    def __init__(self):
        names = {"levelname": "level", "name": "logger", "exc_info": "exception"}
        super().__init__(["levelname", "name", "message"], rename_fields=names, timestamp=True)

    def process_log_record(self, log_data):
        return {name: value for name, value in log_data.items() if value}


class PlainLines(_Private):
    """The same for people, at a terminal."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name} {message} {route} {request_id}", style="{")

    def format(self, record):
        first, *rest = super().format(record).split("\n")
        return "\n".join([first.rstrip(), *rest])

"""A WSGI application that always gives the answers in the folder `CONSTANT_ANSWER`: what the server alone can do."""

import json
import os
from pathlib import Path

FOLDER = Path(os.environ["CONSTANT_ANSWER"])


def _answer(name):
    headers = json.loads((FOLDER / f"{name}.json").read_text())
    return [tuple(header) for header in headers], (FOLDER / name).read_bytes()


PLAIN, COMPRESSED = _answer("plain"), _answer("compressed")


def application(environ, start_response):
    headers, body = COMPRESSED if "br" in environ["HTTP_ACCEPT_ENCODING"] else PLAIN
    start_response("200 OK", headers)
    return [body]

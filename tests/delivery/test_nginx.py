"""The headers in deploy/nginx.conf are the portal's own. (tests/faults/test_nginx.py compares nginx's answers.)"""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from mscoe_portal.delivery.pages import Answer
from mscoe_portal.delivery.store import Entry, today
from mscoe_portal.delivery.turns import SIGN_IN
from tests import factories

CONF = Path(__file__).parents[2] / "deploy" / "nginx.conf"
# Of this answer and not of the site, or written otherwise: $language. HTTPS alone has the last.
OTHERS = {"ETag", "Content-Length", "Content-Type", "Content-Language", "X-Public-Page", "Strict-Transport-Security"}


@pytest.mark.django_db
def test_nginx_adds_the_headers_that_the_portal_sends():
    factories.make_page("Home", home=True)
    response = Client().get("/")
    entry = Entry.finish(1, today(), Answer("200 OK", list(response.items()), response.content))
    _etag, _short, sent, _body = entry.answers[""]
    pages = re.search(r"^    location / \{\n        root.*?^    \}", CONF.read_text(), re.MULTILINE | re.DOTALL)[0]
    added = dict(re.findall(r'add_header ([\w-]+) "([^"]+)";', pages))
    assert {name: value for name, value in added.items() if name not in OTHERS} == {
        name: value for name, value in sent if name not in OTHERS
    }


@pytest.mark.django_db
def test_nginx_limits_each_form_by_which_a_stranger_tries_a_password_a_code_or_a_link():
    conf = CONF.read_text()
    counted = [re.compile(pattern) for pattern in re.findall(r'"~(\^POST[^"]+)" \$binary_remote_addr', conf)]
    forms = [
        SIGN_IN,
        reverse("accounts:forgotten-password"),
        reverse("accounts:new-password", args=["uid", "token"]),
        reverse("accounts:accept-invitation", args=["uid", "token"]),
        reverse("accounts:second-factor"),
    ]
    assert [form for form in forms if not any(pattern.match(f"POST{form}") for pattern in counted)] == []
    assert conf.count("limit_req zone=sign_in") == conf.count("proxy_pass http://portal;")


def test_nginx_says_for_whom_it_asks_whatever_the_reader_sent():
    """By that the portal knows who asks on this host: mscoe_portal/monitoring/views.py, and sign-in."""
    conf = CONF.read_text()
    assert conf.count("proxy_set_header X-Forwarded-For $remote_addr;") == 1
    # A location with one of its own would inherit none.
    assert not re.search(r"^        +proxy_set_header", conf, re.MULTILINE)

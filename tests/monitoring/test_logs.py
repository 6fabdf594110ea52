"""What the log says of requests, and that it says nothing of who made them."""

import io
import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from django.test import Client

from mscoe_portal.monitoring.logs import JsonLines, PlainLines
from mscoe_portal.request_id import begin, request_id
from tests.factories import make_cell_type, make_user

MARK = "janedoe"
ADDRESS = "203.0.113.77"


@pytest.fixture(params=[JsonLines, PlainLines])
def log(request):
    """All that is logged from now on, as the portal's own handler would write it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    begin(None)


@pytest.fixture
def said(caplog):
    """Turns a record into the object that its line holds."""
    formatter = JsonLines()
    return lambda: json.loads(formatter.format(caplog.records[-1]))


REQUESTS = {
    "an unknown address": ("get", f"/{MARK}/", {}),
    "a query": ("get", f"/?{MARK}={MARK}", {}),
    "a search": ("get", f"/search/?q={MARK}%00", {}),
    "a secret of a shared draft": ("get", f"/shared-draft/{MARK}/", {}),
    "an unknown host": ("get", "/", {"HTTP_HOST": f"{MARK}.example"}),
    "a bad host": ("get", "/", {"HTTP_HOST": f"{MARK} {MARK}"}),
    "a method that is not known": ("generic", MARK.upper(), {"path": f"/{MARK}"}),
    "a form without its token": ("post", f"/admin/login/?next=/{MARK}/", {"HTTP_REFERER": f"https://{MARK}/"}),
    "a file": ("get", f"/media/{MARK}.png", {}),
    "a file outside": ("get", f"/media/../{MARK}", {}),
    "a broken session": ("get", "/admin/", {"HTTP_COOKIE": f"sessionid={MARK}; csrftoken={MARK}"}),
    "a bad id": ("get", f"/admin/auth/user/{MARK}/change/", {}),
    "a bad way on": ("get", f"/admin/?next=https://{MARK}/", {}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REQUESTS)
def test_nothing_that_a_person_sends_is_logged(log, name):
    begin({})
    method, target, extra = REQUESTS[name]
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    everywhere = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": MARK, "HTTP_X_FORWARDED_FOR": ADDRESS} | extra
    if method == "generic":
        client.generic(target, everywhere.pop("path"), **everywhere)
    else:
        getattr(client, method)(target, **everywhere)
    text = log.getvalue()
    assert MARK not in text.lower()
    assert ADDRESS not in text


@pytest.mark.django_db
def test_failed_sign_in_is_logged_without_name_password_and_address(log):
    make_user(MARK)
    for password in ("wrong", "wrong again"):
        Client(REMOTE_ADDR=ADDRESS).post("/admin/login/", {"username": MARK, "password": f"{password}-{MARK}"})
    assert MARK not in log.getvalue()
    assert ADDRESS not in log.getvalue()


@pytest.mark.slow
@pytest.mark.django_db
def test_what_an_editor_types_and_uploads_is_not_logged(log, client):
    client.force_login(make_user(f"{MARK}-editor", is_superuser=True, email=f"{MARK}@example.org"))
    content = make_cell_type(published=False)
    client.raise_request_exception = False
    for address in (
        f"/admin/stemcells/celltype/{content.record.pk}/change/?q={MARK}",
        "/admin/stemcells/celltype/add/",
        "/admin/auth/user/add/",
        f"/admin/review/version/{MARK}/submit/",
        "/admin/review/version/1/submit/",
        f"/admin/filer/clipboard/operations/upload/no_folder/?name={MARK}",
        f"/{MARK}/",
    ):
        file = SimpleUploadedFile(f"{MARK}.svg", f"<svg onload='{MARK}'/>".encode(), content_type=f"image/{MARK}")
        client.post(address, {"content__name": MARK, "username": MARK, "email": MARK, "note": MARK, "file": file})
        client.post(address, json.dumps({MARK: MARK}), content_type="application/json")
    assert MARK not in log.getvalue().lower()


@pytest.mark.django_db
def test_error_of_a_view_is_logged_with_its_place_and_without_what_was_sent(log, monkeypatch):
    def careless():
        raise ValueError(f"{MARK} from {ADDRESS}")

    monkeypatch.setattr("mscoe_portal.monitoring.views.what_is_wrong", careless)
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    begin({})
    assert client.get(f"/healthz/ready?{MARK}").status_code == 500
    text = log.getvalue()
    assert MARK not in text
    assert ADDRESS not in text
    assert "ValueError" in text
    assert "in careless" in text
    assert "/healthz/ready" in text
    assert request_id() in text


def test_line_has_the_fields_that_operations_md_lists(said, caplog):
    begin({})
    logging.getLogger("mscoe_portal.delivery").warning("Told %s.", "once")
    line = said()
    assert line.pop("timestamp")
    assert line == {
        "level": "WARNING",
        "logger": "mscoe_portal.delivery",
        "message": "Told once.",
        "request_id": request_id(),
    }


@pytest.mark.django_db
def test_failed_request_is_told_by_the_pattern_of_its_address(said, caplog, client):
    client.get("/media/nothing.png")
    assert said()["message"] == "404 Not Found"
    assert said()["route"] == "/^media/(?P<path>.*)$"


@pytest.mark.django_db
def test_request_that_cannot_be_right_takes_one_line_without_a_traceback(said, caplog, client):
    client.get("/", headers={"host": "robot.example"})
    assert said()["logger"] == "django.security.DisallowedHost"
    assert said()["message"] == "400 Bad Request"
    assert "exception" not in said()


def test_of_other_packages_only_their_own_words_are_told(said, caplog):
    logging.getLogger("axes.handlers").warning("Locking out %s.", MARK)
    assert said()["message"] == "Locking out %s."
    logging.getLogger("another").warning(f"Locking out {MARK}.")  # noqa: G004 - as some packages do
    assert MARK not in json.dumps(said())
    assert "test_logs" in said()["message"]


def failing(error):
    try:
        try:
            raise error
        except Exception as cause:
            raise RuntimeError(MARK) from cause
    except RuntimeError:
        logging.getLogger("mscoe_portal").exception("It failed.")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (IntegrityError(f"Key (username)=({MARK}) already exists."), "IntegrityError"),
        (OperationalError(f"database is locked\nDETAIL: {MARK}"), "OperationalError: database is locked"),
        (OSError(28, "No space left on device", f"/tmp/{MARK}"), "OSError: No space left on device"),  # noqa: S108
        (AttributeError("'NoneType' object has no attribute 'pk'"), "AttributeError: 'NoneType' object has no"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_traceback_names_places_and_causes_but_quotes_nobody(said, caplog, error, told):
    failing(error)
    assert told in said()["exception"]
    assert "RuntimeError" in said()["exception"]
    assert "in failing" in said()["exception"]
    assert MARK not in said()["exception"]


def test_what_reaches_the_server_is_told_by_its_first_line(said, caplog):
    logging.getLogger("_granian").error(f"Application callable raised an exception\n{MARK}")  # noqa: G004
    assert said()["message"] == "Application callable raised an exception"


def test_no_handler_of_djangos_mails_requests():
    assert logging.getLogger("django").handlers == []

"""The id of a request: in the log, on the pages that say that something failed, and nowhere else."""

import re

import pytest

from mscoe_portal import errors
from mscoe_portal.request_id import DIGITS, PLACEHOLDER, begin, identified, request_id, request_number

GIVEN = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def no_request():
    yield
    begin(None)


def test_each_request_has_an_id_of_its_own_and_keeps_it():
    first, second = {}, {}
    begin(first)
    its = request_id()
    assert request_id() == its
    begin(second)
    assert request_id() != its
    begin(first)
    assert request_id() == its


def test_there_is_none_where_no_request_is_answered():
    begin(None)
    assert request_id() == ""
    assert request_number() == "–"


@pytest.mark.parametrize("given", [GIVEN, "01234567-89ab-cdef-0123-456789abcdef"])
def test_the_id_that_a_known_proxy_gives_is_taken_over(settings, given):
    settings.BEHIND_PROXY = True
    begin({"HTTP_X_REQUEST_ID": given})
    assert request_id() == given


@pytest.mark.parametrize("given", ["", "Jane Doe", GIVEN + "\n", GIVEN * 2, GIVEN.upper(), "../" + GIVEN[3:]])
def test_what_is_no_id_is_not_taken_over_even_from_a_known_proxy(settings, given):
    settings.BEHIND_PROXY = True
    begin({"HTTP_X_REQUEST_ID": given})
    assert request_id() != given
    assert re.fullmatch("[0-9a-f]{32}", request_id())


def test_a_reader_cannot_choose_the_id():
    begin({"HTTP_X_REQUEST_ID": GIVEN})
    assert request_id() != GIVEN


def test_the_number_for_people_is_the_beginning_of_the_id_and_fits_where_its_place_was_kept():
    begin({})
    assert request_id().startswith(request_number())
    assert len(request_number()) == len(PLACEHOLDER) == DIGITS


@pytest.mark.parametrize(("status", "is_told"), [("200 OK", False), ("304 X", False), ("404 X", True), ("503 X", True)])
def test_an_answer_says_its_id_when_it_failed(status, is_told):
    begin({})
    assert dict(identified(status, [])) == ({"X-Request-ID": request_id()} if is_told else {})


@pytest.mark.parametrize(
    "answer",
    [errors.bad_request, errors.permission_denied, errors.csrf_failure, errors.server_error],
    ids=lambda view: view.__name__,
)
def test_plain_error_page_says_the_number(rf, settings, tmp_path, answer):
    settings.SERVER_ERROR_PAGE = tmp_path / "none"
    begin({})
    assert f"tell us this number: {request_number()}" in answer(rf.get("/")).content.decode()


def test_written_page_for_server_errors_says_the_number_of_each_request(rf, settings, tmp_path):
    settings.SERVER_ERROR_PAGE = tmp_path / "500.html"
    settings.SERVER_ERROR_PAGE.write_text(f"tell us this number: {PLACEHOLDER}")
    for _ in range(2):
        begin({})
        assert errors.server_error(rf.get("/")).content.decode() == f"tell us this number: {request_number()}"


@pytest.mark.django_db
def test_written_page_keeps_a_place_for_the_number(settings, tmp_path):
    settings.SERVER_ERROR_PAGE = tmp_path / "500.html"
    errors.write_server_error_page()
    assert settings.SERVER_ERROR_PAGE.read_text().count(PLACEHOLDER) == 1


@pytest.mark.django_db
def test_page_that_is_not_found_says_the_number(client):
    begin({})
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert f"tell us this number: {request_number()}" in response.content.decode()

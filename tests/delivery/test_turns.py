"""Who gets a thread: nobody who sends slowly, or much, takes those of readers and editors."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from mscoe_portal.counts import Counts
from mscoe_portal.delivery import middleware
from mscoe_portal.delivery.files import FileTree
from mscoe_portal.delivery.turns import EDITORS, STRANGERS, THREADS, WAITING, BusyError, Turns, client_address
from mscoe_portal.delivery.turns import SIGN_IN as SIGN_IN_ADDRESS
from mscoe_portal.delivery.wsgi import PAGES

SIGN_IN = {"PATH_INFO": "/admin/login/", "REQUEST_METHOD": "POST"}
SESSION = {"HTTP_COOKIE": "sessionid=made-up"}
READING = {"PATH_INFO": "/admin/login/", "REQUEST_METHOD": "GET"}


def how_many(turns, *requests):
    """How many of `requests` are in work at once."""
    with ExitStack() as stack:
        for number, environ in enumerate(requests):
            try:
                stack.enter_context(turns.place(environ))
            except BusyError:
                return number
    return len(requests)


@pytest.mark.parametrize("sent", [SIGN_IN, SIGN_IN | SESSION, SIGN_IN | {"PATH_INFO": "/nothing/"}], ids=str)
def test_one_sign_in_of_an_address_is_looked_at_at_a_time_and_few_of_all(sent):
    assert how_many(Turns(patience=0), *[sent | {"REMOTE_ADDR": "192.0.2.1"}] * 5) == 1
    assert (
        how_many(Turns(patience=0), *(sent | {"REMOTE_ADDR": f"192.0.2.{number}"} for number in range(9))) == STRANGERS
    )


@pytest.mark.django_db
def test_sign_in_is_known_by_its_address():
    assert reverse("admin:login") == SIGN_IN_ADDRESS


def test_with_a_session_that_may_be_made_up_no_more_than_leaves_threads_for_readers():
    taken = [SESSION | {"PATH_INFO": "/admin/", "REQUEST_METHOD": "POST"}] * 20
    assert how_many(Turns(patience=0), *taken) == EDITORS
    assert EDITORS + STRANGERS < THREADS


def test_readers_and_editors_do_not_wait_for_strangers():
    turns = Turns(patience=0)
    with turns.place(SIGN_IN):
        assert how_many(turns, READING, SESSION | READING, READING) == 3


def test_a_colleague_behind_the_same_address_waits_for_a_turn_and_gets_it():
    turns = Turns(patience=60)
    with ThreadPoolExecutor() as pool:
        with turns.place(SIGN_IN):
            second = pool.submit(how_many, turns, SIGN_IN)
            while not turns._strangers._number_waiting:
                assert not second.done()
        assert second.result() == 1


def test_few_wait():
    turns = Turns(patience=60)
    with ThreadPoolExecutor() as pool, turns.place(SIGN_IN):
        waiting = [pool.submit(how_many, turns, SIGN_IN) for _ in range(WAITING + 1)]
        refused = next(as_completed(waiting))
        assert refused.result() == 0
        assert turns._strangers._number_waiting == WAITING


def test_a_place_is_free_again_when_the_answer_has_failed():
    turns = Turns(patience=0)
    with pytest.raises(ZeroDivisionError), turns.place(SIGN_IN):
        raise ZeroDivisionError
    assert how_many(turns, SIGN_IN) == 1


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "198.51.100.7"),
    ],
)
def test_an_address_is_believed_of_known_proxies_alone(settings, proxies, told, address):
    settings.PROXY_COUNT = proxies
    assert client_address({"HTTP_X_FORWARDED_FOR": told, "REMOTE_ADDR": "192.0.2.1"}) == address


# --- Staff, one after another ---


class Turn:
    """Whether the request of `user` has a turn of its own, and whether finished files are shown meanwhile."""

    def __init__(self, user, tmp_path, method="POST", *, database_answers=True):
        self.is_own, self.files_are_shown = False, True
        request = getattr(RequestFactory(), method.lower())("/admin/")
        request.user, request.COOKIES = user, {"sessionid": "x"}
        tree = FileTree(tmp_path)
        tree._current.symlink_to("tree")
        generation = SimpleNamespace(database_answers=database_answers)
        request.environ[PAGES] = SimpleNamespace(counts=Counts(tmp_path), files=tree, generation=generation)
        self.response = middleware.EditorsTakeTurns(self.answer)(request)
        self.tree = tree

    def answer(self, request):
        self.is_own = middleware._editing.locked()
        self.files_are_shown = request.environ[PAGES].files._current.is_symlink()
        return HttpResponse()


def test_staff_take_turns_and_withdraw_the_finished_files_where_they_may_change_them(tmp_path):
    turn = Turn(User(is_staff=True), tmp_path)
    assert (turn.is_own, turn.files_are_shown) == (True, False)
    assert not middleware._editing.locked()


def test_staff_who_read_leave_the_finished_files(tmp_path):
    turn = Turn(User(is_staff=True), tmp_path, "GET")
    assert (turn.is_own, turn.files_are_shown) == (True, True)


@pytest.mark.parametrize("user", [AnonymousUser(), User(is_staff=False)], ids=["stranger", "reader"])
def test_who_is_no_staff_takes_no_turn_and_withdraws_nothing(tmp_path, user):
    turn = Turn(user, tmp_path)
    assert (turn.is_own, turn.files_are_shown) == (False, True)


def test_nobody_waits_in_a_row_for_a_database_that_hangs(tmp_path):
    turn = Turn(User(is_staff=True), tmp_path, database_answers=False)
    assert (turn.is_own, turn.response.status_code) == (False, 500)

"""`manage.py end_sessions USER`: what the response to a compromised account begins with."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def is_signed_in(client):
    return client.get("/admin/").status_code == 200


def test_a_person_is_signed_out_everywhere_and_nobody_else_is():
    theirs, other = make_user("theirs"), make_user("other")
    devices, another = [signed_in(theirs), signed_in(theirs)], signed_in(other)
    out = StringIO()
    call_command("end_sessions", "theirs", stdout=out)
    assert out.getvalue() == "Sessions of theirs that were ended: 2.\n"
    assert [is_signed_in(client) for client in (*devices, another)] == [False, False, True]


def test_a_name_that_nobody_has_is_said():
    with pytest.raises(CommandError, match="Nobody has the user name nobody"):
        call_command("end_sessions", "nobody")

"""The figures for Prometheus."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mscoe_portal.counts import COUNTS, Counts
from mscoe_portal.last_runs import note_run
from mscoe_portal.monitoring.lock_outs import count_lock_out

pytestmark = pytest.mark.django_db

ADDRESS = "/healthz/metrics"
TOKEN = "long and random"


@pytest.fixture
def counts(tmp_path):
    return Counts(tmp_path / "counts")


@pytest.fixture
def ask(client, settings, counts, tmp_path):
    """Asks for the figures as Prometheus does; returns {(name, labels): value}."""
    settings.METRICS_TOKEN = TOKEN
    settings.LAST_RUNS_DIR = tmp_path / "runs"

    def ask():
        response = client.get(ADDRESS, headers={"authorization": f"Bearer {TOKEN}"}, **{COUNTS: counts})
        assert response.status_code == 200
        families = text_string_to_metric_families(response.content.decode())
        return {(item.name, *item.labels.values()): item.value for family in families for item in family.samples}

    return ask


def test_there_are_none_unless_the_operator_wants_them(client):
    assert client.get(ADDRESS, headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer wrong", TOKEN, f"Basic {TOKEN}"])
def test_who_does_not_know_the_token_gets_none(client, settings, sent):
    settings.METRICS_TOKEN = TOKEN
    response = client.get(ADDRESS, headers={"authorization": sent})
    assert (response.status_code, response.content) == (401, b"")


def test_what_was_counted_is_told(ask, counts):
    counts.update({"2xx": 7, "5xx": 1, "finished": 6, "stale": 2, "rendered": 3, "lock-outs": 1, "generations": 4})
    found = ask()
    assert found["portal_requests_total", "2xx"] == 7
    assert found["portal_requests_total", "5xx"] == 1
    assert found["portal_store_hits_total",] == 6
    assert found["portal_stale_answers_total",] == 2
    assert found["portal_pages_rendered_total",] == 3
    assert found["portal_sign_in_lock_outs_total",] == 1
    assert found["portal_generation_moves_total",] == 4


def test_durations_are_told_by_class(ask, counts):
    for seconds in (0.02, 0.2, 20):
        counts.observe("render", seconds)
    found = ask()
    assert [found["portal_render_seconds_bucket", bound] for bound in ("0.01", "0.025", "0.25", "10", "+Inf")] == [
        0,
        1,
        2,
        2,
        3,
    ]
    assert found["portal_render_seconds_sum",] == pytest.approx(20.22)
    assert found["portal_render_seconds_count",] == 3


def test_each_process_is_added_but_a_change_that_all_have_seen_counts_once(ask, counts, monkeypatch):
    monkeypatch.setattr(Counts, "of_all", lambda self: [{"2xx": 1, "generations": 5}, {"2xx": 2, "generations": 4}])
    found = ask()
    assert found["portal_requests_total", "2xx"] == 3
    assert found["portal_generation_moves_total",] == 5


def test_a_command_that_has_run_is_told_with_its_time(ask):
    name = "portal_last_run_timestamp_seconds"
    assert (name, "check_links") not in ask()
    note_run("check_links")
    assert ask()[name, "check_links"] > 0


def test_figures_do_not_grow_with_what_is_counted(ask, counts):
    before = len(ask())
    counts.update({f"of {number}": 1 for number in range(100)})
    assert len(ask()) == before


def test_a_locked_out_sign_in_is_counted(rf, counts):
    count_lock_out(rf.post("/admin/login/", **{COUNTS: counts}), username="jane", ip_address="203.0.113.7")
    assert counts == {"lock-outs": 1}


def test_sign_in_that_is_locked_is_heard_of(client, counts, settings):
    settings.AXES_FAILURE_LIMIT = 1
    client.post("/admin/login/", {"username": "jane", "password": "wrong"}, **{COUNTS: counts})
    assert counts["lock-outs"] == 1

"""The figures of this host, in the form that Prometheus reads. No label has more values than are listed here."""

from collections import Counter

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from mscoe_portal.counts import BOUNDS
from mscoe_portal.last_runs import DAILY, last_run

STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx")
# Name in Prometheus, name in `Counts`, what it says.
COUNTERS = [
    ("portal_store_hits", "finished", "Answers that were finished pages of the store."),
    ("portal_pages_rendered", "rendered", "Pages made by Django for the store."),
    ("portal_stale_answers", "stale", "Answers with an older copy, since the page could not be made."),
    ("portal_failed_pages", "failed", "Public pages that could not be made and had no older copy."),
    ("portal_reader_waits", "readers waited", "Readers who waited while another request made their page."),
    (
        "portal_reader_wait_seconds",
        "readers waited seconds",
        "How long they waited: its rate is the length of the queue.",
    ),
    ("portal_editor_waits", "editors waited", "Requests of editors that waited for another one's end."),
    (
        "portal_editor_wait_seconds",
        "editors waited seconds",
        "How long they waited: its rate is the length of the queue.",
    ),
    ("portal_turned_away", "turned away", "Requests past the store that found too many others at work."),
    ("portal_sign_in_lock_outs", "lock-outs", "Sign-ins that were locked after too many wrong tries."),
]
HISTOGRAMS = [
    ("portal_render_seconds", "render", "How long Django took to make a public page or an answer to a search."),
    ("portal_publish_to_live_seconds", "publish to live", "From a publish to its page for every reader of this host."),
]


class PortalCollector(Collector):
    """Turns the counts of the processes of this host (a list of dicts, `Counts.of_all`) into Prometheus' families."""

    def __init__(self, counts):
        self.counts = counts

    def collect(self):
        total = Counter()
        for counts in self.counts:
            total.update(counts)
        requests = CounterMetricFamily("portal_requests", "Answers, by the class of their status.", labels=["status"])
        for status in STATUS_CLASSES:
            requests.add_metric([status], total[status])
        yield requests
        for name, counted, says in COUNTERS:
            yield CounterMetricFamily(name, says, total[counted])
        # Each process sees each change.
        moves = max((counts.get("generations", 0) for counts in self.counts), default=0)
        yield CounterMetricFamily("portal_generation_moves", "Changes of the public site that were followed.", moves)
        for name, counted, says in HISTOGRAMS:
            yield HistogramMetricFamily(name, says, buckets(total, counted), total[f"{counted} sum"])
        runs = GaugeMetricFamily(
            "portal_last_run_timestamp_seconds", "When a daily command last did its work here.", labels=["command"]
        )
        for command in DAILY:
            if at := last_run(command):
                runs.add_metric([command], at.timestamp())
        yield runs


def buckets(counts, name):
    """The classes of durations as Prometheus wants them: each with all that were shorter."""
    number, found = 0, []
    for place, bound in enumerate([*map(str, BOUNDS), "+Inf"]):
        number += counts[f"{name} {place}"]
        found.append((bound, number))
    return found

"""What delivery costs on many hosts: simulates publishes and readers, and writes the table of docs/operations.md.

Run: python -m benchmarks.simulate_hosts

Each host has its own store and hears of a publish a moment later; it then makes its pages anew one after another, the
most read first, and a reader of one that is not made yet has it made at once. All hosts ask one database.
"""

import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

DAY = 24 * 60 * 60
# Measured: `make bench` (a page made anew), tests/faults/test_hosts.py (until another host hears of it).
RENDER = 0.025
HEARS_WITHIN = (0.001, 0.01)
POLL, LOST = 0.25, 0.01  # when the notification is lost: one in a hundred, to be on the safe side
QUERIES_A_PAGE = 25
QUERIES_A_SECOND = 20_000  # what the one database answers; an assumption
READERS_A_SECOND = 50  # of the whole site, spread evenly over the hosts: 4 million pages a day
SAMPLE = 200  # publishes


@dataclass
class Result:
    """Of one publish, on average: pages made on all hosts, seconds until all are made; and what readers noticed."""

    renders: float
    made_after: float
    stale_at_most: float
    stale_readers: float
    waiting_readers: float


def simulate(hosts, pages, publishes_a_day, chance):
    """Simulate SAMPLE publishes at random times. Gives a Result."""
    render = max(RENDER, hosts * QUERIES_A_PAGE / QUERIES_A_SECOND)
    popularity = list(accumulate(1 / (rank + 1) for rank in range(pages)))
    renders = made_after = stale_readers = waiting_readers = stale_at_most = 0
    for _ in range(SAMPLE):
        until_next = chance.expovariate(publishes_a_day / DAY)
        for _host in range(hosts):
            heard = POLL if chance.random() < LOST else chance.uniform(*HEARS_WITHIN)
            stale_at_most = max(stale_at_most, heard if hosts > 1 else 0)
            time_left = max(0, until_next - heard)
            made = min(pages, int(time_left / render))
            renders += made
            made_after += min(time_left, pages * render)
            rate = READERS_A_SECOND / hosts
            # The host where the editor works is never behind.
            stale_readers += rate * heard if hosts > 1 else 0
            asked, made_early = 0.0, set()
            while (asked := asked + chance.expovariate(rate)) < min(time_left, pages * render):
                page = bisect(popularity, chance.uniform(0, popularity[-1]))
                if page * render > asked and page not in made_early:
                    made_early.add(page)
                    waiting_readers += 1
    sample = SAMPLE * hosts
    return Result(
        renders / SAMPLE, made_after / sample, stale_at_most, stale_readers / SAMPLE, waiting_readers / SAMPLE
    )


def main():
    chance = random.Random(1)  # noqa: S311 - the same table every time
    columns = ["hosts", "pages", "publishes a day", "pages made a publish", "all made after", "share of a host's time"]
    columns += ["stale elsewhere at most", "readers who get it stale", "readers who wait for a page"]
    lines = [f"| {' | '.join(columns)} |", f"|{' ---: |' * len(columns)}"]
    for pages in (70, 1000):
        for publishes in (5, 50, 500):
            for hosts in (1, 2, 8, 32):
                found = simulate(hosts, pages, publishes, chance)
                cells = [hosts, f"{pages:,}", publishes, f"{found.renders:,.0f}", f"{found.made_after:.1f} s"]
                cells += [f"{publishes * found.made_after / DAY:.2%}", f"{found.stale_at_most:.2f} s"]
                cells += [f"{found.stale_readers:.1f}", f"{found.waiting_readers:.1f}"]
                lines.append(f"| {' | '.join(map(str, cells))} |")
    print("\n".join(lines))  # noqa: T201 - the output


if __name__ == "__main__":
    main()

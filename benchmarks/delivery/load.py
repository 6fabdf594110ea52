"""Ask servers in turn: with wrk for as many requests as they answer, and one by one for the time that each takes."""

import re
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from benchmarks.delivery.servers import LOAD_CORE, on_core

CONNECTIONS = 32
# Seconds between two loads, for whatever else has to run on the machine.
PAUSE = 0.5
# What browsers say, and what wrk says by itself.
COMPRESSED, PLAIN = "gzip, deflate, br", "identity"


@dataclass
class Load:
    """What the rounds of wrk gave for one server: requests a second, and processor milliseconds a request."""

    rates: list = field(default_factory=list)
    costs: list = field(default_factory=list)

    @property
    def rate(self):
        return statistics.median(self.rates)

    @property
    def cost(self):
        return statistics.median(self.costs)


def wrk_command(url, seconds, encoding):
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
    return on_core(LOAD_CORE, [*command, "--header", f"Accept-Encoding: {encoding}", url])


def measure_loads(servers, rounds, seconds, encoding):
    """Load the servers in turn, `rounds` times; each round begins with another. Returns a Load for each name."""
    loads = {server.name: Load() for server in servers}
    for number in range(rounds):
        shift = number % len(servers)
        for server in servers[shift:] + servers[:shift]:
            before = server.processor_seconds()
            command = wrk_command(server.url, seconds, encoding)
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            used = server.processor_seconds() - before
            if "Non-2xx" in said or "Socket errors" in said:
                raise RuntimeError(f"{server.name} failed under load:\n{said}")
            requests = int(re.search(r"(\d+) requests in", said)[1])
            time.sleep(PAUSE)
            loads[server.name].rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]))
            loads[server.name].costs.append(used * 1000 / requests)
    return loads


def ratio(load, other):
    """How many times `other` a load is: the median of the rounds' own ratios, so that a busy machine cancels out."""
    return statistics.median(mine / theirs for mine, theirs in zip(load.rates, other.rates, strict=True))


def measure_times(servers, requests):
    """Ask each server one request after the other, in turn. Returns the median milliseconds for each name."""
    times = {server.name: [] for server in servers}
    for _number in range(requests):
        for server in servers:
            began = time.perf_counter()
            status, _headers, _body = server.ask()
            times[server.name].append((time.perf_counter() - began) * 1000)
            if status != HTTPStatus.OK:
                raise RuntimeError(f"{server.name} answered {status} at {server.url}")
    return {name: statistics.median(measured) for name, measured in times.items()}
